#include "runtime/storage/FileOutput.h"

#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/ExecutionError.h"

namespace basalt {

FileOutput::FileOutput(std::filesystem::path target) : target_(std::move(target)) {
  static std::atomic<std::uint64_t> sequence{0};
  // The leading dot keeps it out of listings, process and sequence number apart from others in the making.
  temporary_ = target_.parent_path() / ("." + target_.filename().string() + ".tmp-" + std::to_string(getpid()) + "-" +
                                        std::to_string(sequence.fetch_add(1)));
  unlink(temporary_.c_str());
  descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);  // NOLINT
  if (descriptor_ < 0) {
    fail("create", errno);
  }
}

FileOutput::~FileOutput() {
  if (descriptor_ >= 0) {
    close(descriptor_);
    unlink(temporary_.c_str());
  }
}

void FileOutput::writeAt(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno != EINTR) {
      fail("write", errno);
    }
    if (written > 0) {
      offset += static_cast<std::uint64_t>(written);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
}

void FileOutput::publish() {
  if (fsync(descriptor_) != 0) {
    fail("sync", errno);
  }
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    fail("rename", errno);
  }
  close(descriptor_);
  descriptor_ = -1;
  // The rename itself lasts once the directory is on disk.
  const std::filesystem::path directory = target_.has_parent_path() ? target_.parent_path() : ".";
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // NOLINT
  if (descriptor < 0) {
    fail("sync the directory of", errno);
  }
  const int error = fsync(descriptor) != 0 ? errno : 0;
  close(descriptor);
  if (error != 0) {
    fail("sync the directory of", error);
  }
}

void FileOutput::fail(const char* action, int error) const {
  throw ExecutionError(ErrorCode::InputOutput, target_.string(),
                       std::string("could not ") + action + " the file: " + std::strerror(error));
}

}  // namespace basalt
