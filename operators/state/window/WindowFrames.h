#pragma once

#include <cstdint>
#include <span>

#include "operators/state/window/WindowPartition.h"
#include "runtime/rows/ColumnOrder.h"

namespace basalt {

/// Rows [begin, end) of a partition.
struct RowRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool isEmpty() const noexcept { return begin == end; }
  friend bool operator==(const RowRange&, const RowRange&) = default;
};

/// The frames of a partition's rows, asked for in order of the rows.
class WindowFrames {
 public:
  WindowFrames(const WindowSpec& spec, const WindowFrameSpec& frame, WindowPartition& partition);

  /// The frame of row `row`; not less than the row asked for last.
  RowRange at(std::uint64_t row);

 private:
  void moveTo(std::uint64_t row);
  std::uint64_t begin(std::uint64_t row);
  std::uint64_t end(std::uint64_t row);
  /// The first row with a key not before the row's bound, or, `isBehind`, the first one with a key behind it.
  std::uint64_t search(std::uint64_t row, const WindowBoundSpec& bound, bool isBehind, std::uint64_t near) const;

  const WindowSpec& spec_;
  const WindowFrameSpec& frame_;
  WindowPartition& partition_;
  /// Unless the unit is rows.
  std::span<const std::uint64_t> groupStarts_;
  /// The group of the row asked for last.
  std::uint64_t group_ = 0;
  /// RANGE with an offset: the rows whose order key is not NULL.
  RowRange valued_;
  bool descending_ = false;
  RowLayout::Column key_;
  ColumnLess less_;
  RowRange last_;
};

}  // namespace basalt
