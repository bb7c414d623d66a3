#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Arithmetic.h"
#include "runtime/kernels/Checked.h"
#include "runtime/kernels/Wrapping.h"
#include "runtime/types/Int128.h"

/// Decimals: integers whose point stands at a place that the types know. Values of up to 18 digits are BigInt, of up to
/// 38 Int128. The checked kernels fail with NumericOverflow when the result has more digits than that; the `_exact`
/// ones are for types or ranges that prove it cannot, and wrap on what only garbage under a NULL can be.
namespace basalt::kernels {

namespace detail {

/// 10 to the power of the digits that T holds: no decimal's magnitude reaches it.
template <typename T>
inline constexpr T kDecimalBound = static_cast<T>(powerOfTen(sizeof(T) == sizeof(Int128) ? 38 : 18));

/// Fails unless |value| < bound, with one comparison.
template <typename T>
[[gnu::always_inline]] inline T checkBound(T value, T bound, ErrorCode* error) noexcept {
  const auto limit = static_cast<Unsigned<T>>(bound) - 1;
  failIf(static_cast<Unsigned<T>>(value) + limit > 2 * limit, ErrorCode::NumericOverflow, error);
  return value;
}

template <typename T>
[[gnu::always_inline]] inline T multiplyDecimal(T left, T right, ErrorCode* error) noexcept {
  return checkBound<T>(multiplyChecked<T>(left, right, error), kDecimalBound<T>, error);
}

template <typename T>
[[gnu::always_inline]] inline T scaleDown(T value, T factor) noexcept {
  const T half = static_cast<T>(factor >> 1);
  return quotient<T>(addWrapping<T>(value, value < 0 ? static_cast<T>(-half) : half), factor);
}

}  // namespace detail

// Two decimals' sum is below 2 * 10^38 or 2 * 10^18 and so cannot wrap before its digits are checked.
BASALT_KERNEL("decimal_add")
inline std::int64_t decimalAddBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::checkBound<std::int64_t>(detail::addWrapping<std::int64_t>(left, right),
                                          detail::kDecimalBound<std::int64_t>, error);
}
BASALT_KERNEL("decimal_add") inline Int128 decimalAddInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::checkBound<Int128>(detail::addWrapping<Int128>(left, right), detail::kDecimalBound<Int128>, error);
}
BASALT_KERNEL("decimal_subtract")
inline std::int64_t decimalSubtractBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::checkBound<std::int64_t>(detail::subtractWrapping<std::int64_t>(left, right),
                                          detail::kDecimalBound<std::int64_t>, error);
}
BASALT_KERNEL("decimal_subtract")
inline Int128 decimalSubtractInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::checkBound<Int128>(detail::subtractWrapping<Int128>(left, right), detail::kDecimalBound<Int128>,
                                    error);
}
BASALT_KERNEL("decimal_multiply")
inline std::int64_t decimalMultiplyBigInt(std::int64_t left, std::int64_t right, ErrorCode* error) noexcept {
  return detail::multiplyDecimal<std::int64_t>(left, right, error);
}
BASALT_KERNEL("decimal_multiply")
inline Int128 decimalMultiplyInt128(Int128 left, Int128 right, ErrorCode* error) noexcept {
  return detail::multiplyDecimal<Int128>(left, right, error);
}

BASALT_KERNEL("decimal_add_exact")
inline std::int64_t decimalAddExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::addWrapping<std::int64_t>(left, right);
}
BASALT_KERNEL("decimal_add_exact") inline Int128 decimalAddExactInt128(Int128 left, Int128 right) noexcept {
  return detail::addWrapping<Int128>(left, right);
}
BASALT_KERNEL("decimal_subtract_exact")
inline std::int64_t decimalSubtractExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::subtractWrapping<std::int64_t>(left, right);
}
BASALT_KERNEL("decimal_subtract_exact") inline Int128 decimalSubtractExactInt128(Int128 left, Int128 right) noexcept {
  return detail::subtractWrapping<Int128>(left, right);
}
BASALT_KERNEL("decimal_multiply_exact")
inline std::int64_t decimalMultiplyExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::multiplyWrapping<std::int64_t>(left, right);
}
BASALT_KERNEL("decimal_multiply_exact") inline Int128 decimalMultiplyExactInt128(Int128 left, Int128 right) noexcept {
  return detail::multiplyWrapping<Int128>(left, right);
}
BASALT_KERNEL("decimal_multiply_narrow_exact")
inline std::int64_t decimalMultiplyNarrowExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::multiplyNarrow(left, right);
}

/// The product of two decimals of up to 18 digits, which always fits 38.
BASALT_KERNEL("decimal_multiply_wide")
inline Int128 decimalMultiplyWideBigInt(std::int64_t left, std::int64_t right) noexcept { return Int128{left} * right; }

/// The same value with more digits behind the point; `factor` is the power of ten.
BASALT_KERNEL("decimal_scale_up")
inline std::int64_t decimalScaleUpBigInt(std::int64_t value, std::int64_t factor, ErrorCode* error) noexcept {
  return detail::multiplyDecimal<std::int64_t>(value, factor, error);
}
BASALT_KERNEL("decimal_scale_up")
inline Int128 decimalScaleUpInt128(Int128 value, Int128 factor, ErrorCode* error) noexcept {
  return detail::multiplyDecimal<Int128>(value, factor, error);
}
BASALT_KERNEL("decimal_scale_up_exact")
inline std::int64_t decimalScaleUpExactBigInt(std::int64_t value, std::int64_t factor) noexcept {
  return detail::multiplyWrapping<std::int64_t>(value, factor);
}
BASALT_KERNEL("decimal_scale_up_exact") inline Int128 decimalScaleUpExactInt128(Int128 value, Int128 factor) noexcept {
  return detail::multiplyWrapping<Int128>(value, factor);
}

/// The value with fewer digits behind the point, rounded half away from zero; `factor`, a power of ten, must be
/// positive.
BASALT_KERNEL("decimal_scale_down")
inline std::int64_t decimalScaleDownBigInt(std::int64_t value, std::int64_t factor) noexcept {
  return detail::scaleDown<std::int64_t>(value, factor);
}
BASALT_KERNEL("decimal_scale_down") inline Int128 decimalScaleDownInt128(Int128 value, Int128 factor) noexcept {
  return detail::scaleDown<Int128>(value, factor);
}

/// The value itself; fails with NumericOverflow unless its magnitude is below `bound`, a power of ten.
BASALT_KERNEL("decimal_check")
inline std::int64_t decimalCheckBigInt(std::int64_t value, std::int64_t bound, ErrorCode* error) noexcept {
  return detail::checkBound<std::int64_t>(value, bound, error);
}
BASALT_KERNEL("decimal_check") inline Int128 decimalCheckInt128(Int128 value, Int128 bound, ErrorCode* error) noexcept {
  return detail::checkBound<Int128>(value, bound, error);
}

}  // namespace basalt::kernels
