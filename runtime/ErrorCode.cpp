#include "runtime/ErrorCode.h"

namespace basalt {

std::string_view name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::None:
      return "None";
    case ErrorCode::NumericOverflow:
      return "NumericOverflow";
    case ErrorCode::DivisionByZero:
      return "DivisionByZero";
    case ErrorCode::InvalidCast:
      return "InvalidCast";
    case ErrorCode::InvalidArgument:
      return "InvalidArgument";
    case ErrorCode::CardinalityViolation:
      return "CardinalityViolation";
    case ErrorCode::OutOfMemory:
      return "OutOfMemory";
    case ErrorCode::Cancelled:
      return "Cancelled";
    case ErrorCode::Timeout:
      return "Timeout";
    case ErrorCode::InputOutput:
      return "InputOutput";
    case ErrorCode::CorruptData:
      return "CorruptData";
    case ErrorCode::CompilationFailed:
      return "CompilationFailed";
    case ErrorCode::InvalidPlan:
      return "InvalidPlan";
    case ErrorCode::InvalidUsage:
      return "InvalidUsage";
    case ErrorCode::NotFound:
      return "NotFound";
    case ErrorCode::Unsupported:
      return "Unsupported";
    case ErrorCode::Internal:
      return "Internal";
  }
  return "Unknown";
}

}  // namespace basalt
