#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// A bound of a window frame. Its offset is in rows or groups of peers; for RANGE it is gone into a column.
struct WindowBoundSpec {
  FrameBound::Kind kind = FrameBound::Kind::CurrentRow;
  std::uint64_t offset = 0;
  /// RANGE with an offset: which column of a row holds the order key's value at which its frame ends or begins.
  std::uint32_t column = 0;

  bool hasOffset() const noexcept { return kind == FrameBound::Kind::Preceding || kind == FrameBound::Kind::Following; }
};

struct WindowFrameSpec {
  WindowFrame::Unit unit = WindowFrame::Unit::Range;
  WindowBoundSpec start{FrameBound::Kind::UnboundedPreceding, 0, 0};
  WindowBoundSpec end{FrameBound::Kind::CurrentRow, 0, 0};
  /// RANGE with an offset: which column of a row holds its order key in the bounds' type.
  std::uint32_t rangeKey = 0;
  /// Whether no row's frame ends before that of the row before it. (With months in an offset it may: a month before the
  /// 30th of March at noon comes after a month before the 31st in the morning.)
  bool endsAscend = true;

  /// Frames begin with the partition and their ends only move on.
  bool onlyGrows() const noexcept { return start.kind == FrameBound::Kind::UnboundedPreceding && endsAscend; }
  bool usesPeers() const noexcept { return unit != WindowFrame::Unit::Rows; }
};

/// A number that a function is given with each row: a constant, or a column of type bigint.
struct WindowOperand {
  std::int64_t constant = 1;
  std::optional<std::uint32_t> column;
};

/// One function of a WindowSpec. Columns are those of the stored row.
struct WindowFunctionSpec {
  enum class Kind : std::uint8_t {
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,
    Aggregate,
  };
  Kind kind = Kind::RowNumber;
  /// Of Aggregate.
  const AggregateInfo* aggregate = nullptr;
  /// Of Aggregate (save count(*)), Lag, Lead and the functions that yield a value of the frame.
  std::optional<std::uint32_t> argument;
  /// Buckets of Ntile, distance of Lag and Lead, which value NthValue yields.
  WindowOperand operand;
  /// What Lag and Lead yield where there is no row; nothing: NULL.
  std::optional<std::uint32_t> defaultValue;
  /// Of Aggregate, FirstValue, LastValue and NthValue.
  WindowFrameSpec frame;
  bool ignoreNulls = false;
  /// "sum(x) rows between 3 preceding and current row".
  std::string text;
};

/// Window functions over rows sorted by partition and order keys. Output: the child's columns, then one per function.
/// (avg is split as in aggregations.)
struct WindowSpec final : OperatorSpec {
  WindowSpec() : OperatorSpec(OperatorKind::Window) {}

  /// The partition keys come first. Behind `stored`, the layout has a column per function for its result.
  SortedRowsSpec rows;
  std::size_t partitionKeys = 0;
  std::vector<WindowFunctionSpec> functions;

  /// Whether the frame of every row is its whole partition.
  bool isWholePartition(const WindowFrameSpec& frame) const noexcept {
    using Kind = FrameBound::Kind;
    // Without order keys all rows of a partition are peers.
    const bool endsWithPartition = frame.end.kind == Kind::UnboundedFollowing ||
                                   (frame.end.kind == Kind::CurrentRow && frame.usesPeers() && !hasOrderKeys());
    return frame.start.kind == Kind::UnboundedPreceding && endsWithPartition;
  }
  /// All rows are one partition, and each function is an aggregate over it: several threads can share the work.
  bool aggregatesAllRows() const noexcept {
    return partitionKeys == 0 && std::ranges::all_of(functions, [this](const WindowFunctionSpec& function) {
             return function.kind == WindowFunctionSpec::Kind::Aggregate && isWholePartition(function.frame);
           });
  }
  bool hasOrderKeys() const noexcept { return rows.keys.keys().size() > partitionKeys; }

  std::uint32_t resultColumn(std::size_t function) const noexcept {
    return static_cast<std::uint32_t>(rows.stored.size() + function);
  }
};

}  // namespace basalt
