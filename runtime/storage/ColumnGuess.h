#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/storage/Table.h"

namespace basalt {

/// What a look at some of a column's values says of the others, of which nobody knows anything: whoever relies on it
/// has to check them.
struct ColumnGuess {
  /// All are integers that fit into so many bytes, fewer than they lie in; 0: they need not.
  std::uint8_t width = 0;
  /// They are but a few different ones, again and again, and equal ones lie there as equal bytes.
  bool hasFewValues = false;

  friend bool operator==(const ColumnGuess&, const ColumnGuess&) = default;
};

/// Looks at the first and the last rows of these chunks. Nothing is guessed of a column that may have NULLs, nor of one
/// that does not hold plain values: whoever has chosen another encoding knows more. Throws what Table::slice throws.
ColumnGuess guessColumn(const Table& table, std::size_t column, std::span<const std::size_t> chunks);

}  // namespace basalt
