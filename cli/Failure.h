#pragma once

#include <string>
#include <string_view>

#include "runtime/ExecutionError.h"

namespace basalt::cli {

/// Exit statuses of the program; 128 + signal when it was interrupted.
inline constexpr int kOk = 0;
inline constexpr int kRunError = 1;
inline constexpr int kUsageError = 2;

/// The reader of the standard output went away ("| head"): no error, there is just nothing left to do.
struct BrokenPipe {};

/// The same error with `place` before its place: an error of a plan, with the plan's file.
ExecutionError placedIn(const std::string& place, const ExecutionError& error);

/// Prints one line, "basalt: error: [place] Code: message", with what one can do about it, on standard error. Returns
/// the exit status.
int reportFailure(const ExecutionError& error);
/// Prints "basalt: warning: ..." on standard error.
void reportWarning(std::string_view text);

}  // namespace basalt::cli
