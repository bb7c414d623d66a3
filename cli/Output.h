#pragma once

#include <memory>
#include <ostream>
#include <string>

namespace basalt::cli {

/// Where the text of a verb goes: standard output, or a file that appears under its name complete, by publish(), or not
/// at all. Writing to the stream throws ExecutionError(InputOutput) naming the file, or BrokenPipe when nobody reads
/// the standard output any more.
class Output {
 public:
  /// "" and "-" are the standard output. What exists and is no regular file (/dev/null, a pipe) is written to directly.
  explicit Output(const std::string& path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::ostream& stream() { return stream_; }
  /// Hands on what is left and makes the file visible.
  void publish();

 private:
  class Buffer;
  class DescriptorBuffer;
  class FileBuffer;

  std::unique_ptr<Buffer> buffer_;
  std::ostream stream_;
};

}  // namespace basalt::cli
