#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace basalt {

/// A file in the making: written under a temporary name beside its target, and renamed when it is complete. Removed
/// again when publish() was not reached. All functions throw ExecutionError(InputOutput) naming the target.
class FileOutput {
 public:
  explicit FileOutput(std::filesystem::path target);
  ~FileOutput();
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;

  /// Writes all bytes at that offset. Thread-safe.
  void writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
  /// Makes the file durable and visible under its name.
  void publish();

 private:
  [[noreturn]] void fail(const char* action, int error) const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

}  // namespace basalt
