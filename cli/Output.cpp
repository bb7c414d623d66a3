#include "cli/Output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <span>
#include <streambuf>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/Failure.h"
#include "cli/Interruption.h"
#include "runtime/storage/FileOutput.h"

namespace basalt::cli {

/// A stream buffer whose failures are exceptions; the stream passes them on.
class Output::Buffer : public std::streambuf {
 public:
  Buffer() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
  virtual void publish() { flush(); }

 protected:
  virtual void put(std::string_view text) = 0;

  void flush() {
    const std::string_view text(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    // Emptied first: what could not be written must not be tried again.
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    if (!text.empty()) put(text);
  }
  int sync() override {
    flush();
    return 0;
  }
  int_type overflow(int_type character) override {
    flush();
    return traits_type::eq_int_type(character, traits_type::eof()) ? traits_type::not_eof(character)
                                                                   : sputc(traits_type::to_char_type(character));
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    if (count > epptr() - pptr()) flush();
    if (count > epptr() - pptr()) {
      put({text, static_cast<std::size_t>(count)});
    } else {
      std::memcpy(pptr(), text, static_cast<std::size_t>(count));
      pbump(static_cast<int>(count));
    }
    return count;
  }

 private:
  std::array<char, std::size_t{1} << 14> bytes_{};
};

class Output::DescriptorBuffer final : public Output::Buffer {
 public:
  DescriptorBuffer(int descriptor, std::string name, bool isOwned)
      : descriptor_(descriptor), name_(std::move(name)), isOwned_(isOwned), mayBlock_(isNoFile(descriptor)) {}
  ~DescriptorBuffer() override {
    if (isOwned_) close(descriptor_);
  }

 protected:
  void put(std::string_view text) override {
    while (!text.empty()) {
      if (mayBlock_) waitForReader();
      const std::size_t count = mayBlock_ ? std::min<std::size_t>(text.size(), PIPE_BUF) : text.size();
      const ssize_t written = write(descriptor_, text.data(), count);
      if (written >= 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EPIPE) {
        throw BrokenPipe();
      } else if (errno != EINTR) {
        throw ExecutionError(ErrorCode::InputOutput, name_, std::string("could not write: ") + std::strerror(errno));
      }
    }
  }

 private:
  /// Whether it is a pipe, a socket or a terminal, whose reader may take its time.
  static bool isNoFile(int descriptor) {
    struct stat status{};
    return fstat(descriptor, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISCHR(status.st_mode));
  }

  /// Returns when PIPE_BUF bytes can be written without waiting, so that an interrupt never has to wait for a reader.
  void waitForReader() {
    constexpr int kMilliseconds = 100;
    pollfd waited{descriptor_, POLLOUT, 0};
    while (poll(&waited, 1, kMilliseconds) == 0) {
      if (Interruption::signal() != 0) throw ExecutionError(ErrorCode::Cancelled, name_, "writing was interrupted");
    }
  }

  int descriptor_;
  std::string name_;
  bool isOwned_;
  bool mayBlock_;
};

class Output::FileBuffer final : public Output::Buffer {
 public:
  explicit FileBuffer(const std::filesystem::path& path) : file_(path) {}
  void publish() override {
    flush();
    file_.publish();
  }

 protected:
  void put(std::string_view text) override {
    file_.writeAt(offset_, std::as_bytes(std::span(text)));
    offset_ += text.size();
  }

 private:
  FileOutput file_;
  std::uint64_t offset_ = 0;
};

Output::Output(const std::string& path) : stream_(nullptr) {
  if (path.empty() || path == "-") {
    buffer_ = std::make_unique<DescriptorBuffer>(STDOUT_FILENO, "standard output", false);
  } else {
    std::error_code ignored;
    const std::filesystem::file_status status = std::filesystem::status(path, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
      const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);  // NOLINT(*-vararg)
      if (descriptor < 0) {
        throw ExecutionError(ErrorCode::InputOutput, path, std::string("could not open: ") + std::strerror(errno));
      }
      buffer_ = std::make_unique<DescriptorBuffer>(descriptor, path, true);
    } else {
      // Through a link, the file it points to is the one to replace.
      const std::filesystem::path target = std::filesystem::weakly_canonical(path, ignored);
      buffer_ = std::make_unique<FileBuffer>(target.empty() ? std::filesystem::path(path) : target);
    }
  }
  stream_.rdbuf(buffer_.get());
  stream_.exceptions(std::ios::badbit);
}

Output::~Output() = default;

void Output::publish() { buffer_->publish(); }

}  // namespace basalt::cli
