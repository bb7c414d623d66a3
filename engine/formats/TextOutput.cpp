#include "engine/formats/TextOutput.h"

#include "runtime/ExecutionError.h"

namespace basalt {

void TextOutput::flush() {
  stream_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
  text_.clear();
  if (!stream_) {
    throw ExecutionError(ErrorCode::InputOutput, "result", "the output does not take the rows");
  }
}

}  // namespace basalt
