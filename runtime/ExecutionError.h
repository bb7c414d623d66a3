#pragma once

#include <exception>
#include <memory>
#include <string>

#include "runtime/ErrorCode.h"

namespace basalt {

/// The one exception type of host-side code: a code, the place (an operator, a path in the plan, a file with line and
/// column), a message that says what was expected, and optionally the error that caused it.
/// `what()` reads "[place] Code: message", with causes appended after "; caused by ".
class ExecutionError : public std::exception {
 public:
  ExecutionError(ErrorCode code, std::string place, std::string message,
                 std::shared_ptr<const ExecutionError> cause = nullptr);

  const char* what() const noexcept override { return text_.c_str(); }
  ErrorCode code() const noexcept { return code_; }
  const std::string& place() const noexcept { return place_; }
  const std::string& message() const noexcept { return message_; }
  const std::shared_ptr<const ExecutionError>& cause() const noexcept { return cause_; }

  /// True for errors of the plan or of the call (exit status 2), false for those of the run (exit status 1).
  bool isCallerError() const noexcept;

 private:
  ErrorCode code_;
  std::string place_;
  std::string message_;
  std::shared_ptr<const ExecutionError> cause_;
  std::string text_;
};

}  // namespace basalt
