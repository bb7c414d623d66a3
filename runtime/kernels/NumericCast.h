#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Checked.h"
#include "runtime/types/Int128.h"

/// Casts between numbers and booleans. What does not fit fails with NumericOverflow, NaN too. Floating point becomes an
/// integer by rounding half to even. Zero is false, everything else true.
namespace basalt::kernels {

// Out of line because the processor has no such instructions.
BASALT_EXPORT double roundInt128ToDouble(Int128 value) noexcept;
BASALT_EXPORT float roundInt128ToReal(Int128 value) noexcept;
/// `value` must be a whole number within the range.
BASALT_EXPORT Int128 truncateDoubleToInt128(double value) noexcept;

namespace detail {

template <typename To, typename From>
[[gnu::always_inline]] inline To castInteger(From value, ErrorCode* error) noexcept {
  const auto result = static_cast<To>(value);
  failIf(result != value, ErrorCode::NumericOverflow, error);
  return result;
}

/// `value` rounded to a whole number, or 0 and a failure when it lies outside [-limit, limit).
[[gnu::always_inline]] inline double roundWithin(double value, double limit, ErrorCode* error) noexcept {
  const double rounded = __builtin_nearbyint(value);
  // Stated so that NaN fails.
  const bool fits = (rounded >= -limit) & (rounded < limit);
  failIf(!fits, ErrorCode::NumericOverflow, error);
  return fits ? rounded : 0;
}

template <typename To>
[[gnu::always_inline]] inline To roundToInteger(double value, ErrorCode* error) noexcept {
  constexpr double kLimit = static_cast<double>(std::uint64_t{1} << (sizeof(To) * 8 - 1));
  return static_cast<To>(roundWithin(value, kLimit, error));
}

}  // namespace detail

BASALT_KERNEL("cast_smallint") inline std::int16_t castTinyIntToSmallInt(std::int8_t value) noexcept { return value; }
BASALT_KERNEL("cast_integer") inline std::int32_t castTinyIntToInteger(std::int8_t value) noexcept { return value; }
BASALT_KERNEL("cast_bigint") inline std::int64_t castTinyIntToBigInt(std::int8_t value) noexcept { return value; }
BASALT_KERNEL("cast_int128") inline Int128 castTinyIntToInt128(std::int8_t value) noexcept { return value; }
BASALT_KERNEL("cast_tinyint") inline std::int8_t castSmallIntToTinyInt(std::int16_t value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int8_t>(value, error);
}
BASALT_KERNEL("cast_integer") inline std::int32_t castSmallIntToInteger(std::int16_t value) noexcept { return value; }
BASALT_KERNEL("cast_bigint") inline std::int64_t castSmallIntToBigInt(std::int16_t value) noexcept { return value; }
BASALT_KERNEL("cast_int128") inline Int128 castSmallIntToInt128(std::int16_t value) noexcept { return value; }
BASALT_KERNEL("cast_tinyint") inline std::int8_t castIntegerToTinyInt(std::int32_t value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int8_t>(value, error);
}
BASALT_KERNEL("cast_smallint")
inline std::int16_t castIntegerToSmallInt(std::int32_t value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int16_t>(value, error);
}
BASALT_KERNEL("cast_bigint") inline std::int64_t castIntegerToBigInt(std::int32_t value) noexcept { return value; }
BASALT_KERNEL("cast_int128") inline Int128 castIntegerToInt128(std::int32_t value) noexcept { return value; }
BASALT_KERNEL("cast_tinyint") inline std::int8_t castBigIntToTinyInt(std::int64_t value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int8_t>(value, error);
}
BASALT_KERNEL("cast_smallint") inline std::int16_t castBigIntToSmallInt(std::int64_t value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int16_t>(value, error);
}
BASALT_KERNEL("cast_integer") inline std::int32_t castBigIntToInteger(std::int64_t value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int32_t>(value, error);
}
BASALT_KERNEL("cast_int128") inline Int128 castBigIntToInt128(std::int64_t value) noexcept { return value; }
BASALT_KERNEL("cast_tinyint") inline std::int8_t castInt128ToTinyInt(Int128 value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int8_t>(value, error);
}
BASALT_KERNEL("cast_smallint") inline std::int16_t castInt128ToSmallInt(Int128 value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int16_t>(value, error);
}
BASALT_KERNEL("cast_integer") inline std::int32_t castInt128ToInteger(Int128 value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int32_t>(value, error);
}
BASALT_KERNEL("cast_bigint") inline std::int64_t castInt128ToBigInt(Int128 value, ErrorCode* error) noexcept {
  return detail::castInteger<std::int64_t>(value, error);
}

BASALT_KERNEL("cast_real") inline float castTinyIntToReal(std::int8_t value) noexcept {
  return static_cast<float>(value);
}
BASALT_KERNEL("cast_real") inline float castSmallIntToReal(std::int16_t value) noexcept {
  return static_cast<float>(value);
}
BASALT_KERNEL("cast_real") inline float castIntegerToReal(std::int32_t value) noexcept {
  return static_cast<float>(value);
}
BASALT_KERNEL("cast_real") inline float castBigIntToReal(std::int64_t value) noexcept {
  return static_cast<float>(value);
}
BASALT_KERNEL("cast_real") inline float castInt128ToReal(Int128 value) noexcept { return roundInt128ToReal(value); }
BASALT_KERNEL("cast_double") inline double castTinyIntToDouble(std::int8_t value) noexcept {
  return static_cast<double>(value);
}
BASALT_KERNEL("cast_double") inline double castSmallIntToDouble(std::int16_t value) noexcept {
  return static_cast<double>(value);
}
BASALT_KERNEL("cast_double") inline double castIntegerToDouble(std::int32_t value) noexcept {
  return static_cast<double>(value);
}
BASALT_KERNEL("cast_double") inline double castBigIntToDouble(std::int64_t value) noexcept {
  return static_cast<double>(value);
}
BASALT_KERNEL("cast_double") inline double castInt128ToDouble(Int128 value) noexcept {
  return roundInt128ToDouble(value);
}
BASALT_KERNEL("cast_double") inline double castRealToDouble(float value) noexcept { return double{value}; }
BASALT_KERNEL("cast_real") inline float castDoubleToReal(double value, ErrorCode* error) noexcept {
  const auto result = static_cast<float>(value);
  failIf((__builtin_fabsf(result) == __builtin_inff()) & (__builtin_fabs(value) != __builtin_inf()),
         ErrorCode::NumericOverflow, error);
  return result;
}

BASALT_KERNEL("cast_tinyint") inline std::int8_t castRealToTinyInt(float value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int8_t>(double{value}, error);
}
BASALT_KERNEL("cast_smallint") inline std::int16_t castRealToSmallInt(float value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int16_t>(double{value}, error);
}
BASALT_KERNEL("cast_integer") inline std::int32_t castRealToInteger(float value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int32_t>(double{value}, error);
}
BASALT_KERNEL("cast_bigint") inline std::int64_t castRealToBigInt(float value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int64_t>(double{value}, error);
}
BASALT_KERNEL("cast_int128") inline Int128 castRealToInt128(float value, ErrorCode* error) noexcept {
  return truncateDoubleToInt128(detail::roundWithin(double{value}, 0x1p127, error));
}
BASALT_KERNEL("cast_tinyint") inline std::int8_t castDoubleToTinyInt(double value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int8_t>(value, error);
}
BASALT_KERNEL("cast_smallint") inline std::int16_t castDoubleToSmallInt(double value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int16_t>(value, error);
}
BASALT_KERNEL("cast_integer") inline std::int32_t castDoubleToInteger(double value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int32_t>(value, error);
}
BASALT_KERNEL("cast_bigint") inline std::int64_t castDoubleToBigInt(double value, ErrorCode* error) noexcept {
  return detail::roundToInteger<std::int64_t>(value, error);
}
BASALT_KERNEL("cast_int128") inline Int128 castDoubleToInt128(double value, ErrorCode* error) noexcept {
  return truncateDoubleToInt128(detail::roundWithin(value, 0x1p127, error));
}

BASALT_KERNEL("cast_tinyint") inline std::int8_t castBooleanToTinyInt(bool value) noexcept { return value ? 1 : 0; }
BASALT_KERNEL("cast_smallint") inline std::int16_t castBooleanToSmallInt(bool value) noexcept { return value ? 1 : 0; }
BASALT_KERNEL("cast_integer") inline std::int32_t castBooleanToInteger(bool value) noexcept { return value ? 1 : 0; }
BASALT_KERNEL("cast_bigint") inline std::int64_t castBooleanToBigInt(bool value) noexcept { return value ? 1 : 0; }
BASALT_KERNEL("cast_boolean") inline bool castTinyIntToBoolean(std::int8_t value) noexcept { return value != 0; }
BASALT_KERNEL("cast_boolean") inline bool castSmallIntToBoolean(std::int16_t value) noexcept { return value != 0; }
BASALT_KERNEL("cast_boolean") inline bool castIntegerToBoolean(std::int32_t value) noexcept { return value != 0; }
BASALT_KERNEL("cast_boolean") inline bool castBigIntToBoolean(std::int64_t value) noexcept { return value != 0; }
BASALT_KERNEL("cast_boolean") inline bool castInt128ToBoolean(Int128 value) noexcept { return value != 0; }
BASALT_KERNEL("cast_boolean") inline bool castRealToBoolean(float value) noexcept { return value != 0; }
BASALT_KERNEL("cast_boolean") inline bool castDoubleToBoolean(double value) noexcept { return value != 0; }
BASALT_KERNEL("cast_real") inline float castBooleanToReal(bool value) noexcept { return value ? 1 : 0; }
BASALT_KERNEL("cast_double") inline double castBooleanToDouble(bool value) noexcept { return value ? 1 : 0; }

}  // namespace basalt::kernels
