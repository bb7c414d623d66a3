#pragma once

#include <cstddef>

#include "runtime/rows/RowLayout.h"

namespace basalt {

/// Whether the row's value is NULL.
inline bool isNull(const RowLayout::Column& column, const std::byte* row) noexcept {
  return column.nullable && row[column.nullOffset] != std::byte{0};
}

/// The order of values of two columns of one type, by the meaning of the `less` kernels. Neither may be NULL.
class ColumnLess {
 public:
  explicit ColumnLess(PhysicalType type) noexcept;

  bool operator()(const RowLayout::Column& leftColumn, const std::byte* leftRow, const RowLayout::Column& rightColumn,
                  const std::byte* rightRow) const noexcept {
    return function_(leftRow + leftColumn.offset, rightRow + rightColumn.offset);
  }

 private:
  bool (*function_)(const std::byte* left, const std::byte* right) noexcept;
};

}  // namespace basalt
