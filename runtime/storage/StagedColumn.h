#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/storage/ColumnBuffer.h"
#include "runtime/storage/StringDictionary.h"
#include "runtime/storage/Table.h"
#include "runtime/types/Int128.h"

namespace basalt {

/// One column of one chunk, complete but not yet in its final encoding, which depends on all chunks of the table.
/// Small, since a whole table waits in this form: integers in the fewest bytes that hold this chunk's values, strings
/// as provisional codes as long as the table's distinct strings are few.
struct StagedColumn {
  std::uint32_t rows = 0;
  /// Bytes per entry of `values`.
  std::uint8_t width = 0;
  /// Integers: what all values are multiples of, the greatest such number; 0 when all are 0 or NULL.
  UInt128 divisor = 1;
  /// Strings: `values` are provisional codes, else 64-bit start offsets into `heap`, one more than rows.
  bool coded = false;
  std::vector<std::byte> values;
  /// As in ColumnSlice; empty when no row is NULL.
  std::vector<std::uint8_t> validity;
  std::vector<char> heap;
  ZoneMap zone;
};

/// Brings a complete buffer into that form. `dictionary` collects the strings of the column (null pointer: keep them as
/// they are). Thread-safe for different buffers.
StagedColumn stageColumn(const ColumnBuffer& buffer, StringDictionary* dictionary);

/// The greatest number that both are multiples of; 0 is a multiple of all.
constexpr UInt128 greatestCommonDivisor(UInt128 left, UInt128 right) noexcept {
  while (right != 0) left = std::exchange(right, left % right);
  return left;
}

/// Bytes of the narrowest integer (1, 2, 4, 8 or 16) that holds both.
std::uint8_t narrowestWidth(Int128 minimum, Int128 maximum) noexcept;

}  // namespace basalt
