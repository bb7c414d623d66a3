#pragma once

#include <cstdint>

namespace basalt {

/// 128-bit integers, a compiler extension: the storage of wide decimals and of exact sums.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// The extremes; std::numeric_limits does not know the type in strict mode.
inline constexpr Int128 kInt128Maximum = static_cast<Int128>(~UInt128{0} >> 1);
inline constexpr Int128 kInt128Minimum = -kInt128Maximum - 1;

/// The value with these two halves.
constexpr Int128 makeInt128(std::int64_t high, std::uint64_t low) noexcept {
  return static_cast<Int128>((UInt128{static_cast<std::uint64_t>(high)} << 64) | low);
}

/// 10 to the power of `exponent`, 0 to 38.
constexpr Int128 powerOfTen(unsigned exponent) noexcept {
  Int128 result = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    result *= 10;
  }
  return result;
}

}  // namespace basalt
