#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "operators/state/window/AggregateSegmentTree.h"
#include "operators/state/window/WindowArgument.h"
#include "operators/state/window/WindowFunction.h"
#include "operators/state/window/WindowResult.h"

namespace basalt {

/// An aggregate over the frames of a partition's rows: one result where all frames are the partition, one state that
/// goes on where they only grow at their end, else states out of a segment tree.
class WindowAggregation final : public WindowFunction {
 public:
  /// Strings of results go to `strings`.
  WindowAggregation(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result,
                    const std::shared_ptr<MemoryBudget>& budget, StringArena& strings);

  void compute(WindowPartition& partition) override;

 private:
  static constexpr std::size_t kResultBytes = 16;

  void computeWhole(WindowPartition& partition);
  void computeGrowing(WindowPartition& partition);
  void computeAny(WindowPartition& partition);
  /// Throws what an update or a merge reports.
  void check(ErrorCode error) const;
  /// Lets the state's result be the one that store() stores.
  void finalise();
  void store(std::byte* row) const noexcept;

  const WindowSpec& spec_;
  const WindowFunctionSpec& function_;
  const AggregateLoops& loops_;
  WindowResult result_;
  bool isText_;
  WindowArgument argument_;
  AggregateSegmentTree tree_;
  /// The strings of the state below.
  StringArena stateStrings_;
  StringArena& resultStrings_;
  BudgetedVector<std::byte> state_;
  alignas(kResultBytes) std::array<std::byte, kResultBytes> value_{};
  std::uint8_t isNull_ = 1;
};

}  // namespace basalt
