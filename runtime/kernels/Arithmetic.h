#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Checked.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Temporal.h"

/// Arithmetic: integers fail with NumericOverflow instead of wrapping and with DivisionByZero; floating point follows
/// IEEE 754, save that a division by zero is an error as in SQL.
namespace basalt::kernels {

/// The quotient, rounded towards zero; `right` must be neither zero nor, for the smallest value, -1. Out of line
/// because the processor has no such instruction.
BASALT_EXPORT Int128 divideInt128(Int128 left, Int128 right) noexcept;

namespace detail {

template <typename T>
[[gnu::always_inline]] inline T quotient(T left, T right) noexcept {
  if constexpr (sizeof(T) == sizeof(Int128)) {
    return divideInt128(left, right);
  } else {
    return static_cast<T>(left / right);
  }
}

template <typename T>
[[gnu::always_inline]] inline T smallest() noexcept {
  return static_cast<T>(Int128{1} << (sizeof(T) * 8 - 1));
}

// A divisor that the processor would trap on is replaced by 1 before it divides: no branch, also in vector code.
template <typename T>
[[gnu::always_inline]] inline T divideChecked(T left, T right, ErrorCode* error) noexcept {
  const bool byZero = right == 0;
  const bool overflow = left == smallest<T>() && right == -1;
  failIf(overflow, ErrorCode::NumericOverflow, error);
  failIf(byZero, ErrorCode::DivisionByZero, error);
  return quotient<T>(left, byZero || overflow ? T{1} : right);
}

/// The remainder has the sign of `left`; by -1 it is 0, also for the smallest value.
template <typename T>
[[gnu::always_inline]] inline T moduloChecked(T left, T right, ErrorCode* error) noexcept {
  failIf(right == 0, ErrorCode::DivisionByZero, error);
  const T divisor = right == 0 || right == -1 ? T{1} : right;
  return static_cast<T>(left - quotient<T>(left, divisor) * divisor);
}

}  // namespace detail

BASALT_KERNEL("add") inline std::int8_t addTinyInt(std::int8_t left, std::int8_t right, ErrorCode* error) noexcept {
  return detail::addChecked<std::int8_t>(left, right, error);
}
BASALT_KERNEL("add") inline std::int16_t addSmallInt(std::int16_t left, std::int16_t right, ErrorCode* error) noexcept {
  return detail::addChecked<std::int16_t>(left, right, error);
}
BASALT_KERNEL("add") inline std::int32_t addInteger(std::int32_t left, std::int32_t right, ErrorCode* error) noexcept {
  return detail::addChecked<std::int32_t>(left, right, error);
}
BASALT_KERNEL("add") inline std::int64_t addBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::addChecked<std::int64_t>(left, right, error);
}
BASALT_KERNEL("add") inline Int128 addInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::addChecked<Int128>(left, right, error);
}
BASALT_KERNEL("add") inline float addReal(float left, float right) noexcept { return left + right; }
BASALT_KERNEL("add") inline double addDouble(double left, double right) noexcept { return left + right; }

BASALT_KERNEL("subtract")
inline std::int8_t subtractTinyInt(std::int8_t left, std::int8_t right, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int8_t>(left, right, error);
}
BASALT_KERNEL("subtract")
inline std::int16_t subtractSmallInt(std::int16_t left, std::int16_t right, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int16_t>(left, right, error);
}
BASALT_KERNEL("subtract")
inline std::int32_t subtractInteger(std::int32_t left, std::int32_t right, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int32_t>(left, right, error);
}
BASALT_KERNEL("subtract")
inline std::int64_t subtractBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int64_t>(left, right, error);
}
BASALT_KERNEL("subtract") inline Int128 subtractInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::subtractChecked<Int128>(left, right, error);
}
BASALT_KERNEL("subtract") inline float subtractReal(float left, float right) noexcept { return left - right; }
BASALT_KERNEL("subtract") inline double subtractDouble(double left, double right) noexcept { return left - right; }

BASALT_KERNEL("multiply")
inline std::int8_t multiplyTinyInt(std::int8_t left, std::int8_t right, ErrorCode* error) noexcept {
  return detail::multiplyChecked<std::int8_t>(left, right, error);
}
BASALT_KERNEL("multiply")
inline std::int16_t multiplySmallInt(std::int16_t left, std::int16_t right, ErrorCode* error) noexcept {
  return detail::multiplyChecked<std::int16_t>(left, right, error);
}
BASALT_KERNEL("multiply")
inline std::int32_t multiplyInteger(std::int32_t left, std::int32_t right, ErrorCode* error) noexcept {
  return detail::multiplyChecked<std::int32_t>(left, right, error);
}
BASALT_KERNEL("multiply")
inline std::int64_t multiplyBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::multiplyChecked<std::int64_t>(left, right, error);
}
BASALT_KERNEL("multiply") inline Int128 multiplyInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::multiplyChecked<Int128>(left, right, error);
}
BASALT_KERNEL("multiply") inline float multiplyReal(float left, float right) noexcept { return left * right; }
BASALT_KERNEL("multiply") inline double multiplyDouble(double left, double right) noexcept { return left * right; }

BASALT_KERNEL("divide") inline float divideReal(float left, float right, ErrorCode* error) noexcept {
  failIf(right == 0, ErrorCode::DivisionByZero, error);
  return left / right;
}
BASALT_KERNEL("divide") inline double divideDouble(double left, double right, ErrorCode* error) noexcept {
  failIf(right == 0, ErrorCode::DivisionByZero, error);
  return left / right;
}

BASALT_KERNEL("integer_divide")
inline std::int8_t integerDivideTinyInt(std::int8_t left, std::int8_t right, ErrorCode* error) noexcept {
  return detail::divideChecked<std::int8_t>(left, right, error);
}
BASALT_KERNEL("integer_divide")
inline std::int16_t integerDivideSmallInt(std::int16_t left, std::int16_t right, ErrorCode* error) noexcept {
  return detail::divideChecked<std::int16_t>(left, right, error);
}
BASALT_KERNEL("integer_divide")
inline std::int32_t integerDivideInteger(std::int32_t left, std::int32_t right, ErrorCode* error) noexcept {
  return detail::divideChecked<std::int32_t>(left, right, error);
}
BASALT_KERNEL("integer_divide")
inline std::int64_t integerDivideBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::divideChecked<std::int64_t>(left, right, error);
}
BASALT_KERNEL("integer_divide")
inline Int128 integerDivideInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::divideChecked<Int128>(left, right, error);
}

BASALT_KERNEL("modulo")
inline std::int8_t moduloTinyInt(std::int8_t left, std::int8_t right, ErrorCode* error) noexcept {
  return detail::moduloChecked<std::int8_t>(left, right, error);
}
BASALT_KERNEL("modulo")
inline std::int16_t moduloSmallInt(std::int16_t left, std::int16_t right, ErrorCode* error) noexcept {
  return detail::moduloChecked<std::int16_t>(left, right, error);
}
BASALT_KERNEL("modulo")
inline std::int32_t moduloInteger(std::int32_t left, std::int32_t right, ErrorCode* error) noexcept {
  return detail::moduloChecked<std::int32_t>(left, right, error);
}
BASALT_KERNEL("modulo")
inline std::int64_t moduloBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::moduloChecked<std::int64_t>(left, right, error);
}
BASALT_KERNEL("modulo") inline Int128 moduloInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::moduloChecked<Int128>(left, right, error);
}

BASALT_KERNEL("modulo") inline float moduloReal(float left, float right, ErrorCode* error) noexcept {
  failIf(right == 0, ErrorCode::DivisionByZero, error);
  return __builtin_fmodf(left, right);
}
BASALT_KERNEL("modulo") inline double moduloDouble(double left, double right, ErrorCode* error) noexcept {
  failIf(right == 0, ErrorCode::DivisionByZero, error);
  return __builtin_fmod(left, right);
}

BASALT_KERNEL("negate") inline std::int8_t negateTinyInt(std::int8_t value, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int8_t>(0, value, error);
}
BASALT_KERNEL("negate") inline std::int16_t negateSmallInt(std::int16_t value, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int16_t>(0, value, error);
}
BASALT_KERNEL("negate") inline std::int32_t negateInteger(std::int32_t value, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int32_t>(0, value, error);
}
BASALT_KERNEL("negate") inline std::int64_t negateBigInt(std::int64_t value, ErrorCode* error) noexcept {
  return detail::subtractChecked<std::int64_t>(0, value, error);
}
BASALT_KERNEL("negate") inline Int128 negateInt128(Int128 value, ErrorCode* error) noexcept {
  return detail::subtractChecked<Int128>(0, value, error);
}
BASALT_KERNEL("negate") inline float negateReal(float value) noexcept { return -value; }
BASALT_KERNEL("negate") inline double negateDouble(double value) noexcept { return -value; }
BASALT_KERNEL("negate") inline Interval negateInterval(Interval value, ErrorCode* error) noexcept {
  return {detail::subtractChecked<std::int32_t>(0, value.months, error),
          detail::subtractChecked<std::int32_t>(0, value.days, error),
          detail::subtractChecked<std::int64_t>(0, value.microseconds, error)};
}

BASALT_KERNEL("abs") inline std::int8_t absTinyInt(std::int8_t value, ErrorCode* error) noexcept {
  return value < 0 ? negateTinyInt(value, error) : value;
}
BASALT_KERNEL("abs") inline std::int16_t absSmallInt(std::int16_t value, ErrorCode* error) noexcept {
  return value < 0 ? negateSmallInt(value, error) : value;
}
BASALT_KERNEL("abs") inline std::int32_t absInteger(std::int32_t value, ErrorCode* error) noexcept {
  return value < 0 ? negateInteger(value, error) : value;
}
BASALT_KERNEL("abs") inline std::int64_t absBigInt(std::int64_t value, ErrorCode* error) noexcept {
  return value < 0 ? negateBigInt(value, error) : value;
}
BASALT_KERNEL("abs") inline Int128 absInt128(Int128 value, ErrorCode* error) noexcept {
  return value < 0 ? negateInt128(value, error) : value;
}
BASALT_KERNEL("abs") inline float absReal(float value) noexcept { return __builtin_fabsf(value); }
BASALT_KERNEL("abs") inline double absDouble(double value) noexcept { return __builtin_fabs(value); }

}  // namespace basalt::kernels
