#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/types/StringView.h"

namespace basalt {

/// How one column's values lie in a table, the same for all its chunks, chosen when the table was made. Part of a
/// pipeline's signature: compiled code reads the stored bytes directly.
struct ColumnEncoding {
  enum class Kind : std::uint8_t {
    /// Values of the physical type itself, or integers (also decimals, dates, times) in fewer bytes: sign-extended,
    /// added to the slice's base and multiplied by `unit` on read.
    Plain,
    /// Unsigned codes of `width` bytes into `ColumnSlice::dictionary`, an array of physical values.
    Dictionary,
    /// Strings: 64-bit start offsets, one more than rows, into the bytes at `ColumnSlice::heap`.
    Offsets,
    /// What scans make of Dictionary where they are to put out codes: these are the values, zero-extended on read.
    Codes,
  };
  Kind kind = Kind::Plain;
  /// Bytes of one stored value or code: 1, 2, 4, 8 or 16; 8 for Offsets.
  std::uint8_t width = 0;
  /// Whether slices may carry a validity bitmap.
  bool nullable = false;
  /// Of which the values are multiples: whole numbers among decimals, whole seconds in microseconds. At least 1, and 1
  /// unless Plain integers lie in fewer bytes than they have and valueWidth() is not more than these.
  std::int64_t unit = 1;
  /// Bytes of an integer that holds any stored number and its slice's base together, more than `width` and at most 8,
  /// where Plain integers count from a base; else 0. (Frame of reference: Zukowski, Heman, Nes, Boncz: "Super-Scalar
  /// RAM-CPU Cache Compression", ICDE 2006.)
  std::uint8_t basedWidth = 0;

  constexpr bool hasBase() const noexcept { return basedWidth != 0; }
  /// Bytes of an integer that holds any number, counted from 0.
  constexpr unsigned numberWidth() const noexcept { return hasBase() ? basedWidth : width; }
  /// Bytes of an integer that holds any number times the unit.
  constexpr unsigned valueWidth() const noexcept {
    if (unit == 1) return numberWidth();
    const auto bits = 8U * numberWidth() + static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(unit)));
    return std::bit_ceil((bits + 7) / 8);
  }

  friend constexpr bool operator==(const ColumnEncoding&, const ColumnEncoding&) = default;
};

/// The stored bytes of one column in one chunk. Row `i` of the chunk is entry `i` here. 64 bytes behind the last value
/// may be read. Memory stays in place for as long as the table lives.
struct BASALT_SHARED ColumnSlice {
  /// Values, codes or offsets, by the column's encoding.
  const std::byte* values;
  /// Bit i (least significant first) is 1 where row i is not NULL; null pointer when the chunk has no NULL.
  const std::uint8_t* validity;
  /// The distinct values (Dictionary) as StringView or another physical type.
  const StringView* dictionary;
  /// The bytes of all strings of the chunk (Offsets).
  const char* heap;
  /// What the chunk's numbers count from, in units, where the encoding has a base. With it they hold what the zone map
  /// says, whatever lies under a NULL.
  std::int64_t base = 0;
};

/// True where `validity` says that row `row` holds a value.
BASALT_PRELUDE inline bool isValid(const std::uint8_t* validity, std::uint64_t row) noexcept {
  return validity == nullptr || ((validity[row >> 3] >> (row & 7)) & 1) != 0;
}

/// Row `row` of a column with Offsets encoding.
BASALT_PRELUDE inline StringView stringAt(const std::byte* offsets, const char* heap, std::uint64_t row) noexcept {
  const auto* starts = reinterpret_cast<const std::uint64_t*>(offsets);  // NOLINT
  return StringView::make(heap + starts[row], static_cast<std::uint32_t>(starts[row + 1] - starts[row]));
}

}  // namespace basalt
