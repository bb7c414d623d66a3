#pragma once

#include <cstddef>
#include <filesystem>

namespace basalt {

/// A whole file, mapped read-only. The bytes stay in place for as long as this lives.
class MappedFile {
 public:
  enum class Access { Random, Sequential };

  /// Throws ExecutionError(NotFound) for a missing file, ExecutionError(InputOutput) for any other trouble.
  explicit MappedFile(const std::filesystem::path& path, Access access = Access::Random);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace basalt
