#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Interval.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// 64-bit hashes that are equal wherever runtime/kernels/Compare.h says equal, also between integers of different
/// widths. All bits are good: tables may take slots from the top, partitions from the middle and tags from the bottom.
/// Hashes are not a format: they may change between versions.
namespace basalt::kernels {

/// The hash of `size` bytes (XXH3).
BASALT_EXPORT std::uint64_t hashBytes(const char* bytes, std::uint64_t size) noexcept;

namespace detail {

// The multipliers of wyhash: odd, and with 32 of their 64 bits set.
inline constexpr std::uint64_t kFirstSecret = 0xa0761d6478bd642fU;
inline constexpr std::uint64_t kSecondSecret = 0xe7037ed1a0b428dbU;
inline constexpr std::uint64_t kThirdSecret = 0x8ebc6af09c88c6e3U;

/// The 128-bit product of two words, folded into one.
/// (Wang Yi, "Modern non-cryptographic hash function and pseudorandom number generator", 2023: wyhash.)
[[gnu::always_inline]] inline std::uint64_t multiplyFold(std::uint64_t left, std::uint64_t right) noexcept {
  const UInt128 product = UInt128{left} * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// One fold alone leaves the top bits of keys with a regular stride uneven; the multiplication before it spreads them.
[[gnu::always_inline]] inline std::uint64_t hashWord(std::uint64_t word) noexcept {
  return multiplyFold((word * kThirdSecret) ^ kFirstSecret, kSecondSecret);
}

[[gnu::always_inline]] inline std::uint64_t hashWords(std::uint64_t first, std::uint64_t second) noexcept {
  return multiplyFold(multiplyFold(first ^ kFirstSecret, kSecondSecret) ^ second, kThirdSecret);
}

}  // namespace detail

/// What a NULL key hashes to.
BASALT_PRELUDE inline std::uint64_t hashNull() noexcept { return 0x9e3779b97f4a7c15U; }

/// The hash of a key of no columns.
inline constexpr std::uint64_t kHashOfNoColumns = 0;

/// The hash of a key of several columns: fold them from the left.
BASALT_KERNEL("hash_combine") inline std::uint64_t hashCombine(std::uint64_t left, std::uint64_t right) noexcept {
  return detail::multiplyFold(left ^ detail::kThirdSecret, right ^ detail::kFirstSecret);
}

BASALT_KERNEL("hash") inline std::uint64_t hashBoolean(bool value) noexcept { return detail::hashWord(value ? 1 : 0); }
BASALT_KERNEL("hash") inline std::uint64_t hashTinyInt(std::int8_t value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(std::int64_t{value}));
}
BASALT_KERNEL("hash") inline std::uint64_t hashSmallInt(std::int16_t value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(std::int64_t{value}));
}
BASALT_KERNEL("hash") inline std::uint64_t hashInteger(std::int32_t value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(std::int64_t{value}));
}
BASALT_KERNEL("hash") inline std::uint64_t hashBigInt(std::int64_t value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(value));
}
BASALT_KERNEL("hash") inline std::uint64_t hashInt128(Int128 value) noexcept {
  const auto low = static_cast<std::uint64_t>(value);
  const auto high = static_cast<std::uint64_t>(value >> 64);
  // The high half matters only beyond 64 bits, so that a small value hashes like a BigInt.
  const std::uint64_t signOfLow = 0 - (low >> 63);
  return detail::hashWord(low) ^ (high == signOfLow ? 0 : detail::hashWords(high, low));
}
BASALT_KERNEL("hash") inline std::uint64_t hashDouble(double value) noexcept {
  // Adding 0 turns -0 into 0; all NaNs become one.
  const double canonical = value != value ? __builtin_nan("") : value + 0.0;
  return detail::hashWord(__builtin_bit_cast(std::uint64_t, canonical));
}
BASALT_KERNEL("hash") inline std::uint64_t hashReal(float value) noexcept { return hashDouble(double{value}); }
BASALT_KERNEL("hash") inline std::uint64_t hashDate(Date value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(value));
}
BASALT_KERNEL("hash") inline std::uint64_t hashTime(Time value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(value));
}
BASALT_KERNEL("hash") inline std::uint64_t hashTimestamp(Timestamp value) noexcept {
  return detail::hashWord(static_cast<std::uint64_t>(value));
}
BASALT_KERNEL("hash") inline std::uint64_t hashInterval(Interval value) noexcept {
  return hashInt128(normalise(value));
}
BASALT_KERNEL("hash") inline std::uint64_t hashVarchar(StringView value) noexcept {
  // Whether a string is inline depends on its length alone, so equal strings take the same way.
  if (value.isInline()) return detail::hashWords(value.head, value.tail);
  return hashBytes(reinterpret_cast<const char*>(value.tail), value.size());  // NOLINT
}

}  // namespace basalt::kernels
