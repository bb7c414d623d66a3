#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Checked.h"
#include "runtime/kernels/Decimal.h"
#include "runtime/types/Int128.h"

/// Rounding, and signs. Halves are rounded away from zero. `digits` counts places behind the point; a negative number
/// counts places before it. What no longer fits an integer's type fails with NumericOverflow.
namespace basalt::kernels {

// The power of ten is looked up, and divided by: not for inlining.
BASALT_EXPORT std::int64_t roundIntegerAt(std::int64_t value, std::int32_t digits, ErrorCode* error) noexcept;
BASALT_EXPORT std::int64_t truncateIntegerAt(std::int64_t value, std::int32_t digits) noexcept;
BASALT_EXPORT double roundDoubleAt(double value, std::int32_t digits) noexcept;
BASALT_EXPORT double truncateDoubleAt(double value, std::int32_t digits) noexcept;

namespace detail {

template <typename T>
[[gnu::always_inline]] inline std::int8_t signOf(T value) noexcept {
  return static_cast<std::int8_t>((value > 0 ? 1 : 0) - (value < 0 ? 1 : 0));
}

template <typename T>
[[gnu::always_inline]] inline T roundAt(T value, std::int32_t digits, ErrorCode* error) noexcept {
  const std::int64_t rounded = roundIntegerAt(value, digits, error);
  const auto result = static_cast<T>(rounded);
  failIf(result != rounded, ErrorCode::NumericOverflow, error);
  return result;
}

/// The largest multiple of a power of ten that is not above `value`, in units of that power.
template <typename T>
[[gnu::always_inline]] inline T floorDown(T value, T factor) noexcept {
  const T whole = quotient<T>(value, factor);
  return static_cast<T>(whole - (multiplyWrapping<T>(whole, factor) > value ? 1 : 0));
}

template <typename T>
[[gnu::always_inline]] inline T ceilDown(T value, T factor) noexcept {
  const T whole = quotient<T>(value, factor);
  return static_cast<T>(whole + (multiplyWrapping<T>(whole, factor) < value ? 1 : 0));
}

}  // namespace detail

/// -1, 0 or 1; 0 for NaN, as in DuckDB.
BASALT_KERNEL("sign") inline std::int8_t signTinyInt(std::int8_t value) noexcept {
  return detail::signOf<std::int8_t>(value);
}
BASALT_KERNEL("sign") inline std::int8_t signSmallInt(std::int16_t value) noexcept {
  return detail::signOf<std::int16_t>(value);
}
BASALT_KERNEL("sign") inline std::int8_t signInteger(std::int32_t value) noexcept {
  return detail::signOf<std::int32_t>(value);
}
BASALT_KERNEL("sign") inline std::int8_t signBigInt(std::int64_t value) noexcept {
  return detail::signOf<std::int64_t>(value);
}
BASALT_KERNEL("sign") inline std::int8_t signInt128(Int128 value) noexcept { return detail::signOf<Int128>(value); }
BASALT_KERNEL("sign") inline std::int8_t signReal(float value) noexcept { return detail::signOf<float>(value); }
BASALT_KERNEL("sign") inline std::int8_t signDouble(double value) noexcept { return detail::signOf<double>(value); }

BASALT_KERNEL("floor") inline float floorReal(float value) noexcept { return __builtin_floorf(value); }
BASALT_KERNEL("floor") inline double floorDouble(double value) noexcept { return __builtin_floor(value); }
BASALT_KERNEL("ceil") inline float ceilReal(float value) noexcept { return __builtin_ceilf(value); }
BASALT_KERNEL("ceil") inline double ceilDouble(double value) noexcept { return __builtin_ceil(value); }
BASALT_KERNEL("trunc") inline float truncateReal(float value) noexcept { return __builtin_truncf(value); }
BASALT_KERNEL("trunc") inline double truncateDouble(double value) noexcept { return __builtin_trunc(value); }
BASALT_KERNEL("round") inline float roundReal(float value) noexcept { return __builtin_roundf(value); }
BASALT_KERNEL("round") inline double roundDouble(double value) noexcept { return __builtin_round(value); }

/// Floating point as in DuckDB: scaled by the power of ten, rounded, scaled back, so that 2.675, which is a little less
/// as a double, gives 2.68. A value that has no such digits is itself.
BASALT_KERNEL("round") inline double roundToDouble(double value, std::int32_t digits) noexcept {
  return roundDoubleAt(value, digits);
}
BASALT_KERNEL("round") inline float roundToReal(float value, std::int32_t digits) noexcept {
  return static_cast<float>(roundDoubleAt(double{value}, digits));
}
BASALT_KERNEL("trunc") inline double truncateToDouble(double value, std::int32_t digits) noexcept {
  return truncateDoubleAt(value, digits);
}
BASALT_KERNEL("trunc") inline float truncateToReal(float value, std::int32_t digits) noexcept {
  return static_cast<float>(truncateDoubleAt(double{value}, digits));
}

BASALT_KERNEL("round")
inline std::int8_t roundToTinyInt(std::int8_t value, std::int32_t digits, ErrorCode* error) noexcept {
  return detail::roundAt<std::int8_t>(value, digits, error);
}
BASALT_KERNEL("round")
inline std::int16_t roundToSmallInt(std::int16_t value, std::int32_t digits, ErrorCode* error) noexcept {
  return detail::roundAt<std::int16_t>(value, digits, error);
}
BASALT_KERNEL("round")
inline std::int32_t roundToInteger(std::int32_t value, std::int32_t digits, ErrorCode* error) noexcept {
  return detail::roundAt<std::int32_t>(value, digits, error);
}
BASALT_KERNEL("round")
inline std::int64_t roundToBigInt(std::int64_t value, std::int32_t digits, ErrorCode* error) noexcept {
  return detail::roundAt<std::int64_t>(value, digits, error);
}
BASALT_KERNEL("trunc") inline std::int8_t truncateToTinyInt(std::int8_t value, std::int32_t digits) noexcept {
  return static_cast<std::int8_t>(truncateIntegerAt(value, digits));
}
BASALT_KERNEL("trunc") inline std::int16_t truncateToSmallInt(std::int16_t value, std::int32_t digits) noexcept {
  return static_cast<std::int16_t>(truncateIntegerAt(value, digits));
}
BASALT_KERNEL("trunc") inline std::int32_t truncateToInteger(std::int32_t value, std::int32_t digits) noexcept {
  return static_cast<std::int32_t>(truncateIntegerAt(value, digits));
}
BASALT_KERNEL("trunc") inline std::int64_t truncateToBigInt(std::int64_t value, std::int32_t digits) noexcept {
  return static_cast<std::int64_t>(truncateIntegerAt(value, digits));
}

/// Decimals with fewer digits behind the point, as decimal_scale_down but rounded downwards, upwards, towards zero;
/// `factor`, a power of ten, must be positive.
BASALT_KERNEL("decimal_floor")
inline std::int64_t decimalFloorBigInt(std::int64_t value, std::int64_t factor) noexcept {
  return detail::floorDown<std::int64_t>(value, factor);
}
BASALT_KERNEL("decimal_floor") inline Int128 decimalFloorInt128(Int128 value, Int128 factor) noexcept {
  return detail::floorDown<Int128>(value, factor);
}
BASALT_KERNEL("decimal_ceil") inline std::int64_t decimalCeilBigInt(std::int64_t value, std::int64_t factor) noexcept {
  return detail::ceilDown<std::int64_t>(value, factor);
}
BASALT_KERNEL("decimal_ceil") inline Int128 decimalCeilInt128(Int128 value, Int128 factor) noexcept {
  return detail::ceilDown<Int128>(value, factor);
}
BASALT_KERNEL("decimal_trunc")
inline std::int64_t decimalTruncateBigInt(std::int64_t value, std::int64_t factor) noexcept {
  return detail::quotient<std::int64_t>(value, factor);
}
BASALT_KERNEL("decimal_trunc") inline Int128 decimalTruncateInt128(Int128 value, Int128 factor) noexcept {
  return detail::quotient<Int128>(value, factor);
}

}  // namespace basalt::kernels
