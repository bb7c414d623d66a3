#pragma once

#include <cstdint>
#include <string_view>

namespace basalt {

/// What went wrong, as kernels and generated code report it: a plain number that needs no unwinding.
enum class ErrorCode : std::int32_t {
  None = 0,
  // What a row can cause.
  NumericOverflow = 1,
  DivisionByZero = 2,
  InvalidCast = 3,
  InvalidArgument = 4,
  CardinalityViolation = 5,
  // What the query's surroundings can cause.
  OutOfMemory = 20,
  Cancelled = 21,
  Timeout = 22,
  InputOutput = 23,
  CorruptData = 24,
  CompilationFailed = 25,
  // What the caller can cause.
  InvalidPlan = 40,
  InvalidUsage = 41,
  NotFound = 42,
  Unsupported = 43,
  // A defect of Basalt itself.
  Internal = 60,
};

/// The name of a code as error messages and tests show it, such as "NumericOverflow".
std::string_view name(ErrorCode code) noexcept;

}  // namespace basalt
