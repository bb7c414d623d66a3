#pragma once

#include <cstddef>
#include <memory>

#include "operators/state/window/AggregateResult.h"
#include "operators/state/window/AggregateSegmentTree.h"
#include "operators/state/window/WindowArgument.h"
#include "operators/state/window/WindowFunction.h"

namespace basalt {

/// An aggregate over the frames of a partition's rows: one state that goes on where they only grow at their end, else
/// states out of a segment tree. Where all frames are the partition there is WindowTotal.
class WindowAggregation final : public WindowFunction {
 public:
  /// Strings of results go to `strings`.
  WindowAggregation(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result,
                    const std::shared_ptr<MemoryBudget>& budget, StringArena& strings);

  void compute(WindowPartition& partition) override;

 private:
  void computeGrowing(WindowPartition& partition);
  void computeAny(WindowPartition& partition);

  const WindowSpec& spec_;
  const WindowFunctionSpec& function_;
  const AggregateLoops& loops_;
  WindowArgument argument_;
  AggregateSegmentTree tree_;
  /// The strings of the state below.
  StringArena stateStrings_;
  BudgetedVector<std::byte> state_;
  AggregateResult result_;
};

}  // namespace basalt
