#include "runtime/ExecutionError.h"

#include <utility>

namespace basalt {

namespace {

std::string describe(ErrorCode code, const std::string& place, const std::string& message,
                     const ExecutionError* cause) {
  std::string text;
  if (!place.empty()) {
    text.append("[").append(place).append("] ");
  }
  text.append(name(code)).append(": ").append(message);
  if (cause != nullptr) {
    // The cause's own text already carries the causes below it.
    text.append("; caused by ").append(cause->what());
  }
  return text;
}

}  // namespace

ExecutionError::ExecutionError(ErrorCode code, std::string place, std::string message,
                               std::shared_ptr<const ExecutionError> cause)
    : code_(code),
      place_(std::move(place)),
      message_(std::move(message)),
      cause_(std::move(cause)),
      text_(describe(code_, place_, message_, cause_.get())) {}

bool ExecutionError::isCallerError() const noexcept {
  return code_ >= ErrorCode::InvalidPlan && code_ < ErrorCode::Internal;
}

}  // namespace basalt
