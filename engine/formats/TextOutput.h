#pragma once

#include <ostream>
#include <string>

namespace basalt {

/// Text on its way to a stream: collected in one string, handed on in large pieces.
class TextOutput {
 public:
  explicit TextOutput(std::ostream& stream) : stream_(stream) { text_.reserve(kPieceBytes + kPieceBytes / 4); }

  /// What has not been handed on yet; append to it.
  std::string& text() noexcept { return text_; }
  /// Hands on what there is once it is enough; to be called once per row or so. Throws ExecutionError(InputOutput) when
  /// the stream does not take it.
  void flushIfLarge() {
    if (text_.size() >= kPieceBytes) flush();
  }
  void flush();

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

  std::ostream& stream_;
  std::string text_;
};

}  // namespace basalt
