#include "runtime/rows/RowLayout.h"

#include <algorithm>

namespace basalt {
namespace {

constexpr std::uint32_t kRowAlignment = 8;

std::uint32_t alignUp(std::uint32_t value, std::uint32_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

RowLayout::RowLayout(std::uint32_t headerBytes, std::span<const ColumnType> columns,
                     std::span<const std::uint32_t> blockBytes)
    : headerBytes_(headerBytes) {
  std::uint32_t end = headerBytes;
  columns_.reserve(columns.size());
  for (const ColumnType& column : columns) {
    columns_.push_back({column, 0, 0});
    if (column.nullable) columns_.back().nullOffset = end++;
  }
  // Widest first, so that padding arises only once, behind the NULL bytes.
  for (const std::uint32_t width : {16U, 8U, 4U, 2U, 1U}) {
    for (Column& column : columns_) {
      if (byteSize(column.type) != width) continue;
      end = alignUp(end, std::min(width, kRowAlignment));
      column.offset = end;
      end += width;
    }
  }
  for (const std::uint32_t bytes : blockBytes) {
    end = alignUp(end, kRowAlignment);
    blockOffsets_.push_back(end);
    end += bytes;
  }
  // An empty row would have no address of its own.
  rowBytes_ = std::max(alignUp(end, kRowAlignment), kRowAlignment);
}

}  // namespace basalt
