#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/types/Type.h"

namespace basalt {

/// Where things lie in a materialised row: a header (its meaning is the owner's: a hash, a link, a sort key), one byte
/// per nullable column (1: NULL), the columns, then blocks (aggregate states). Everything of 8 bytes and more is 8-byte
/// aligned, also 16-byte values; rows are multiples of 8 bytes.
class RowLayout {
 public:
  /// What a column is, apart from where it lies.
  struct ColumnType {
    PhysicalType type = PhysicalType::Bool;
    bool nullable = false;
    /// Its strings are views of text that outlives the rows; otherwise rows bring copies with them.
    bool sharesText = false;

    /// Its long strings lie in memory of the rows' own.
    bool holdsText() const noexcept { return type == PhysicalType::String && !sharesText; }
    friend bool operator==(const ColumnType&, const ColumnType&) = default;
  };
  struct Column : ColumnType {
    std::uint32_t offset = 0;
    /// Where the null byte lies; meaningless unless nullable.
    std::uint32_t nullOffset = 0;

    friend bool operator==(const Column&, const Column&) = default;
  };

  RowLayout() = default;
  /// `blockBytes`: sizes of the blocks behind the columns, each placed at 8-byte alignment.
  RowLayout(std::uint32_t headerBytes, std::span<const ColumnType> columns,
            std::span<const std::uint32_t> blockBytes = {});

  std::uint32_t headerBytes() const noexcept { return headerBytes_; }
  std::uint32_t rowBytes() const noexcept { return rowBytes_; }
  std::size_t columnCount() const noexcept { return columns_.size(); }
  const Column& column(std::size_t index) const { return columns_[index]; }
  std::span<const Column> columns() const noexcept { return columns_; }
  std::uint32_t blockOffset(std::size_t index) const { return blockOffsets_[index]; }

  friend bool operator==(const RowLayout&, const RowLayout&) = default;

 private:
  std::uint32_t headerBytes_ = 0;
  std::uint32_t rowBytes_ = 0;
  std::vector<Column> columns_;
  std::vector<std::uint32_t> blockOffsets_;
};

}  // namespace basalt
