#include "operators/state/window/WindowAggregation.h"

#include <optional>

namespace basalt {

WindowAggregation::WindowAggregation(const WindowSpec& spec, const WindowFunctionSpec& function,
                                     const RowLayout::Column& result, const std::shared_ptr<MemoryBudget>& budget,
                                     StringArena& strings)
    : spec_(spec),
      function_(function),
      loops_(aggregateLoops(*function.aggregate)),
      argument_(argumentColumn(spec, function), budget),
      tree_(*function.aggregate, argument_, budget),
      stateStrings_(budget),
      state_(function.aggregate->stateSize, BudgetAllocator<std::byte>(budget)),
      result_(spec, function, result, strings) {}

void WindowAggregation::compute(WindowPartition& partition) {
  result_.setNull();
  if (function_.frame.onlyGrows()) {
    computeGrowing(partition);
  } else {
    computeAny(partition);
  }
}

void WindowAggregation::computeGrowing(WindowPartition& partition) {
  argument_.reset(partition, false);
  stateStrings_.clear();
  loops_.initialise(state_.data());
  result_.finalise(state_.data());
  WindowFrames frames(spec_, function_.frame, partition);
  std::uint64_t taken = 0;
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    const std::uint64_t end = frames.at(row).end;
    if (end > taken) {
      result_.check(argument_.update(loops_, {taken, end}, state_.data(), stateStrings_));
      result_.finalise(state_.data());
      taken = end;
    }
    result_.store(partition.row(row));
  }
}

void WindowAggregation::computeAny(WindowPartition& partition) {
  argument_.reset(partition, true);
  result_.check(tree_.build(partition.interruptCheck()));
  WindowFrames frames(spec_, function_.frame, partition);
  std::optional<RowRange> last;
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    const RowRange frame = frames.at(row);
    if (!last || frame != *last) {
      stateStrings_.clear();
      loops_.initialise(state_.data());
      if (!frame.isEmpty()) result_.check(tree_.aggregate(frame, state_.data(), stateStrings_));
      result_.finalise(state_.data());
      last = frame;
    }
    result_.store(partition.row(row));
  }
}

}  // namespace basalt
