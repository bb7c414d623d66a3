#include "runtime/storage/MappedFile.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* action, int error) {
  throw ExecutionError(error == ENOENT ? ErrorCode::NotFound : ErrorCode::InputOutput, path.string(),
                       std::string("could not ") + action + " the file: " + std::strerror(error));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path, Access access) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);  // NOLINT(cppcoreguidelines-pro-type-vararg)
  if (descriptor < 0) {
    fail(path, "open", errno);
  }
  struct stat status{};
  int error = fstat(descriptor, &status) != 0 ? errno : 0;
  if (error == 0 && !S_ISREG(status.st_mode)) {
    error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  }
  void* mapping = nullptr;
  if (error == 0 && status.st_size != 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    mapping = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    error = mapping == MAP_FAILED ? errno : 0;
  }
  close(descriptor);
  if (error != 0) {
    fail(path, "map", error);
  }
  data_ = static_cast<const std::byte*>(mapping);
  if (data_ != nullptr) {
    // Hints. Huge pages of a file that has to be read come with file systems that keep files in large pieces (XFS; ext4
    // from Linux 6.16 on).
    madvise(mapping, size_, access == Access::Sequential ? MADV_SEQUENTIAL : MADV_HUGEPAGE);
  }
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    munmap(const_cast<std::byte*>(data_), size_);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
}

}  // namespace basalt
