#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/kernels/Wrapping.h"
#include "runtime/types/Int128.h"

/// Integer arithmetic without checks, where the ranges of its operands prove that nothing overflows: what the kernels
/// of Arithmetic.h compute when they do not fail. The names are theirs with "_exact" behind, which is how the binder
/// finds them. On what only garbage under a NULL can be they wrap.
namespace basalt::kernels {

BASALT_KERNEL("add_exact") inline std::int8_t addExactTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return detail::addWrapping<std::int8_t>(left, right);
}
BASALT_KERNEL("add_exact") inline std::int16_t addExactSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return detail::addWrapping<std::int16_t>(left, right);
}
BASALT_KERNEL("add_exact") inline std::int32_t addExactInteger(std::int32_t left, std::int32_t right) noexcept {
  return detail::addWrapping<std::int32_t>(left, right);
}
BASALT_KERNEL("add_exact") inline std::int64_t addExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::addWrapping<std::int64_t>(left, right);
}
BASALT_KERNEL("add_exact") inline Int128 addExactInt128(Int128 left, Int128 right) noexcept {
  return detail::addWrapping<Int128>(left, right);
}

BASALT_KERNEL("subtract_exact") inline std::int8_t subtractExactTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return detail::subtractWrapping<std::int8_t>(left, right);
}
BASALT_KERNEL("subtract_exact")
inline std::int16_t subtractExactSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return detail::subtractWrapping<std::int16_t>(left, right);
}
BASALT_KERNEL("subtract_exact")
inline std::int32_t subtractExactInteger(std::int32_t left, std::int32_t right) noexcept {
  return detail::subtractWrapping<std::int32_t>(left, right);
}
BASALT_KERNEL("subtract_exact")
inline std::int64_t subtractExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::subtractWrapping<std::int64_t>(left, right);
}
BASALT_KERNEL("subtract_exact") inline Int128 subtractExactInt128(Int128 left, Int128 right) noexcept {
  return detail::subtractWrapping<Int128>(left, right);
}

BASALT_KERNEL("multiply_exact") inline std::int8_t multiplyExactTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return detail::multiplyWrapping<std::int8_t>(left, right);
}
BASALT_KERNEL("multiply_exact")
inline std::int16_t multiplyExactSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return detail::multiplyWrapping<std::int16_t>(left, right);
}
BASALT_KERNEL("multiply_exact")
inline std::int32_t multiplyExactInteger(std::int32_t left, std::int32_t right) noexcept {
  return detail::multiplyWrapping<std::int32_t>(left, right);
}
BASALT_KERNEL("multiply_exact")
inline std::int64_t multiplyExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::multiplyWrapping<std::int64_t>(left, right);
}
BASALT_KERNEL("multiply_exact") inline Int128 multiplyExactInt128(Int128 left, Int128 right) noexcept {
  return detail::multiplyWrapping<Int128>(left, right);
}
BASALT_KERNEL("multiply_narrow_exact")
inline std::int64_t multiplyNarrowExactBigInt(std::int64_t left, std::int64_t right) noexcept {
  return detail::multiplyNarrow(left, right);
}

BASALT_KERNEL("negate_exact") inline std::int8_t negateExactTinyInt(std::int8_t value) noexcept {
  return detail::subtractWrapping<std::int8_t>(0, value);
}
BASALT_KERNEL("negate_exact") inline std::int16_t negateExactSmallInt(std::int16_t value) noexcept {
  return detail::subtractWrapping<std::int16_t>(0, value);
}
BASALT_KERNEL("negate_exact") inline std::int32_t negateExactInteger(std::int32_t value) noexcept {
  return detail::subtractWrapping<std::int32_t>(0, value);
}
BASALT_KERNEL("negate_exact") inline std::int64_t negateExactBigInt(std::int64_t value) noexcept {
  return detail::subtractWrapping<std::int64_t>(0, value);
}
BASALT_KERNEL("negate_exact") inline Int128 negateExactInt128(Int128 value) noexcept {
  return detail::subtractWrapping<Int128>(0, value);
}

BASALT_KERNEL("abs_exact") inline std::int8_t absExactTinyInt(std::int8_t value) noexcept {
  return value < 0 ? detail::subtractWrapping<std::int8_t>(0, value) : value;
}
BASALT_KERNEL("abs_exact") inline std::int16_t absExactSmallInt(std::int16_t value) noexcept {
  return value < 0 ? detail::subtractWrapping<std::int16_t>(0, value) : value;
}
BASALT_KERNEL("abs_exact") inline std::int32_t absExactInteger(std::int32_t value) noexcept {
  return value < 0 ? detail::subtractWrapping<std::int32_t>(0, value) : value;
}
BASALT_KERNEL("abs_exact") inline std::int64_t absExactBigInt(std::int64_t value) noexcept {
  return value < 0 ? detail::subtractWrapping<std::int64_t>(0, value) : value;
}
BASALT_KERNEL("abs_exact") inline Int128 absExactInt128(Int128 value) noexcept {
  return value < 0 ? detail::subtractWrapping<Int128>(0, value) : value;
}

}  // namespace basalt::kernels
