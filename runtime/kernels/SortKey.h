#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "runtime/Annotations.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Interval.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"
#include "runtime/types/Type.h"

/// Sort keys as bytes: memcmp orders them as runtime/kernels/Compare.h orders the values, the other way round when
/// descending. Integers are written big-endian with the sign bit flipped, floating point by IEEE 754's order of bits. A
/// string contributes its first bytes only; where these are equal the strings still have to be compared.
namespace basalt::kernels {

/// How many bytes of a string its key holds, padded with zeros.
inline constexpr std::size_t kSortKeyStringBytes = 12;

/// Bytes the key of one value takes.
constexpr std::size_t sortKeyBytes(PhysicalType type) noexcept {
  return type == PhysicalType::String ? kSortKeyStringBytes : byteSize(type);
}

namespace detail {

/// All ones when descending: inverted bytes have the inverse order.
template <typename U>
[[gnu::always_inline]] inline U orderMask(bool descending) noexcept {
  return static_cast<U>(U{0} - U{descending});
}

[[gnu::always_inline]] inline std::uint8_t bigEndian(std::uint8_t value) noexcept { return value; }
[[gnu::always_inline]] inline std::uint16_t bigEndian(std::uint16_t value) noexcept { return __builtin_bswap16(value); }
[[gnu::always_inline]] inline std::uint32_t bigEndian(std::uint32_t value) noexcept { return __builtin_bswap32(value); }
[[gnu::always_inline]] inline std::uint64_t bigEndian(std::uint64_t value) noexcept { return __builtin_bswap64(value); }

/// Writes `ordered`, whose order as an unsigned number is the order wanted.
template <typename U>
[[gnu::always_inline]] inline void writeOrdered(std::byte* target, U ordered, bool descending) noexcept {
  const U bytes = bigEndian(static_cast<U>(ordered ^ orderMask<U>(descending)));
  std::memcpy(target, &bytes, sizeof(bytes));
}

template <typename U, typename T>
[[gnu::always_inline]] inline void writeSigned(std::byte* target, T value, bool descending) noexcept {
  writeOrdered<U>(target, static_cast<U>(static_cast<U>(value) ^ (U{1} << (sizeof(U) * 8 - 1))), descending);
}

template <typename U, typename T>
[[gnu::always_inline]] inline void writeFloating(std::byte* target, T value, bool descending) noexcept {
  constexpr U kSign = U{1} << (sizeof(U) * 8 - 1);
  // As for hashes: -0 is 0, and all NaNs are one, which is positive and so the largest.
  const T canonical = value != value ? static_cast<T>(__builtin_nan("")) : value + T{0};
  const auto bits = __builtin_bit_cast(U, canonical);
  writeOrdered<U>(target, (bits & kSign) != 0 ? ~bits : bits | kSign, descending);
}

}  // namespace detail

BASALT_PRELUDE inline void encodeSortKeyBoolean(std::byte* target, bool value, bool descending) noexcept {
  detail::writeOrdered<std::uint8_t>(target, value ? 1 : 0, descending);
}
BASALT_PRELUDE inline void encodeSortKeyTinyInt(std::byte* target, std::int8_t value, bool descending) noexcept {
  detail::writeSigned<std::uint8_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeySmallInt(std::byte* target, std::int16_t value, bool descending) noexcept {
  detail::writeSigned<std::uint16_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyInteger(std::byte* target, std::int32_t value, bool descending) noexcept {
  detail::writeSigned<std::uint32_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyBigInt(std::byte* target, std::int64_t value, bool descending) noexcept {
  detail::writeSigned<std::uint64_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyDate(std::byte* target, Date value, bool descending) noexcept {
  detail::writeSigned<std::uint32_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyTime(std::byte* target, Time value, bool descending) noexcept {
  detail::writeSigned<std::uint64_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyTimestamp(std::byte* target, Timestamp value, bool descending) noexcept {
  detail::writeSigned<std::uint64_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyReal(std::byte* target, float value, bool descending) noexcept {
  detail::writeFloating<std::uint32_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyDouble(std::byte* target, double value, bool descending) noexcept {
  detail::writeFloating<std::uint64_t>(target, value, descending);
}
BASALT_PRELUDE inline void encodeSortKeyInt128(std::byte* target, Int128 value, bool descending) noexcept {
  detail::writeSigned<std::uint64_t>(target, static_cast<std::uint64_t>(value >> 64), descending);
  detail::writeOrdered<std::uint64_t>(target + sizeof(std::uint64_t), static_cast<std::uint64_t>(value), descending);
}
BASALT_PRELUDE inline void encodeSortKeyInterval(std::byte* target, Interval value, bool descending) noexcept {
  encodeSortKeyInt128(target, normalise(value), descending);
}
BASALT_PRELUDE inline void encodeSortKeyVarchar(std::byte* target, StringView value, bool descending) noexcept {
  // Both parts hold the string's bytes in memory order already.
  const std::uint32_t first =
      static_cast<std::uint32_t>(value.head >> 32) ^ detail::orderMask<std::uint32_t>(descending);
  std::uint64_t rest = value.tail;
  if (!value.isInline()) {
    std::memcpy(&rest, reinterpret_cast<const char*>(value.tail) + sizeof(first), sizeof(rest));  // NOLINT
  }
  rest ^= detail::orderMask<std::uint64_t>(descending);
  std::memcpy(target, &first, sizeof(first));
  std::memcpy(target + sizeof(first), &rest, sizeof(rest));
}

}  // namespace basalt::kernels
