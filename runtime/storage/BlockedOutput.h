#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "runtime/storage/FileOutput.h"

namespace basalt {

/// Writes what comes in pieces, in any order, in whole blocks of a huge page. A file system that keeps files in the
/// system's memory in pieces as large as they were written (XFS; ext4 from Linux 6.16 on) then has huge pages of the
/// file, and who maps it meets fewer misses in the processor's table of pages.
class BlockedOutput {
 public:
  explicit BlockedOutput(FileOutput& output) : output_(output) {}

  /// Each byte of the file at most once. Thread-safe. Throws ExecutionError(InputOutput).
  void writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
  /// Writes the blocks that are not complete, zeros where nothing was written; to be called in the end. Throws
  /// ExecutionError(InputOutput).
  void flush();

 private:
  struct Block {
    std::vector<std::byte> bytes;
    std::size_t filled = 0;
  };
  /// Adds a piece that lies within one block and is not all of it.
  void fill(std::uint64_t offset, std::span<const std::byte> piece);

  FileOutput& output_;
  std::mutex mutex_;
  std::uint64_t end_ = 0;
  /// Blocks under way, by their offset.
  std::map<std::uint64_t, Block> blocks_;
};

}  // namespace basalt
