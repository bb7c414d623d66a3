#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "runtime/rows/ColumnOrder.h"
#include "runtime/types/Type.h"

namespace basalt {

/// Where a window function's result goes in a row.
class WindowResult {
 public:
  explicit WindowResult(const RowLayout::Column& column) noexcept : column_(column), bytes_(byteSize(column.type)) {}

  /// `value` is in the form of the column's type; strings refer to bytes that live as long as the row.
  void store(std::byte* row, const void* value) const noexcept {
    if (column_.nullable) row[column_.nullOffset] = std::byte{0};
    std::memcpy(row + column_.offset, value, bytes_);
  }
  /// The same value in many rows.
  void storeAll(std::span<std::byte* const> rows, const void* value) const noexcept {
    // Most results have 8 bytes, and copying so many takes no call.
    if (bytes_ != sizeof(std::uint64_t)) {
      for (std::byte* const row : rows) store(row, value);
      return;
    }
    for (std::byte* const row : rows) {
      if (column_.nullable) row[column_.nullOffset] = std::byte{0};
      std::memcpy(row + column_.offset, value, sizeof(std::uint64_t));
    }
  }
  void storeNull(std::byte* row) const noexcept {
    row[column_.nullOffset] = std::byte{1};
    std::memset(row + column_.offset, 0, bytes_);
  }
  /// The value of another row's column of the same type.
  void copy(std::byte* row, const std::byte* source, const RowLayout::Column& sourceColumn) const noexcept {
    if (isNull(sourceColumn, source)) {
      storeNull(row);
    } else {
      store(row, source + sourceColumn.offset);
    }
  }

 private:
  RowLayout::Column column_;
  std::size_t bytes_;
};

}  // namespace basalt
