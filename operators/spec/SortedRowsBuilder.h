#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// Puts together what rows that are to be sorted hold: the input's columns, further values, the key.
class SortedRowsBuilder {
 public:
  /// `input` outlives the builder.
  explicit SortedRowsBuilder(const OperatorSpec& input);

  /// Which column of the row holds the value; one more unless there is one already.
  std::uint32_t store(const ExpressionPointer& value);
  /// Adds a key behind those there are.
  void addKey(const ExpressionPointer& value, bool descending, bool nullsFirst);
  /// `reserved`: columns behind the stored ones whose values come later; `numberBytes`: how much room each row's header
  /// has behind the key.
  SortedRowsSpec build(std::span<const RowLayout::ColumnType> reserved = {}, std::uint32_t numberBytes = 0);

 private:
  const OperatorSpec& input_;
  SortedRowsSpec rows_;
  std::vector<SortKeyLayout::Key> keys_;
};

}  // namespace basalt
