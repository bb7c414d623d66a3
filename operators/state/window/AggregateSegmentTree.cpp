#include "operators/state/window/AggregateSegmentTree.h"

#include <algorithm>
#include <array>

#include "operators/KernelCatalog.h"

namespace basalt {
namespace {

constexpr std::uint64_t kStateAlignment = 8;

}  // namespace

AggregateSegmentTree::AggregateSegmentTree(const AggregateInfo& function, WindowArgument& argument,
                                           const std::shared_ptr<MemoryBudget>& budget)
    : loops_(aggregateLoops(function)),
      argument_(argument),
      stateBytes_((function.stateSize + kStateAlignment - 1) / kStateAlignment * kStateAlignment),
      levels_(BudgetAllocator<Level>(budget)),
      states_(BudgetAllocator<std::byte>(budget)),
      failed_(BudgetAllocator<std::uint8_t>(budget)),
      strings_(budget) {}

RowRange AggregateSegmentTree::below(std::size_t level, std::uint64_t index) const noexcept {
  return {index * kFanout, std::min((index + 1) * kFanout, levels_[level - 1].nodes)};
}

ErrorCode AggregateSegmentTree::build(InterruptCheck& check) {
  levels_.clear();
  strings_.clear();
  levels_.push_back({0, argument_.size()});
  std::uint64_t nodes = 0;
  while (levels_.back().nodes > kFanout) {
    const std::uint64_t parents = (levels_.back().nodes + kFanout - 1) / kFanout;
    levels_.push_back({nodes, parents});
    nodes += parents;
  }
  states_.resize(nodes * stateBytes_);
  failed_.assign(nodes, 0);
  for (std::size_t level = 1; level < levels_.size(); ++level) {
    for (std::uint64_t index = 0; index < levels_[level].nodes; ++index) {
      check();
      std::byte* const state = node(level, index);
      loops_.initialise(state);
      const RowRange children = below(level, index);
      const ErrorCode error = add(level - 1, children.begin, children.end, state, strings_);
      if (error == ErrorCode::OutOfMemory) return error;
      failed_[levels_[level].first + index] = error == ErrorCode::None ? 0 : 1;
    }
  }
  return ErrorCode::None;
}

ErrorCode AggregateSegmentTree::add(std::size_t level, std::uint64_t begin, std::uint64_t end, std::byte* state,
                                    StringArena& arena) {
  if (level == 0) return argument_.update(loops_, {begin, end}, state, arena);
  ErrorCode error = ErrorCode::None;
  for (std::uint64_t index = begin; index < end && error == ErrorCode::None; ++index) {
    if (failed_[levels_[level].first + index] != 0) {
      const RowRange children = below(level, index);
      error = add(level - 1, children.begin, children.end, state, arena);
    } else {
      loops_.merge(state, node(level, index), &error, &arena);
    }
  }
  return error;
}

ErrorCode AggregateSegmentTree::aggregate(RowRange rows, std::byte* state, StringArena& arena) {
  std::array<RowRange, kMaxLevels> right{};
  std::size_t level = 0;
  std::uint64_t begin = rows.begin;
  std::uint64_t end = rows.end;
  // Up on the left, then down on the right, whose pieces are found on the way up.
  ErrorCode error = ErrorCode::None;
  while (level + 1 < levels_.size() && begin / kFanout != end / kFanout && error == ErrorCode::None) {
    const std::uint64_t firstWhole = (begin + kFanout - 1) / kFanout;
    const std::uint64_t lastWhole = end / kFanout;
    error = add(level, begin, firstWhole * kFanout, state, arena);
    right[level] = {lastWhole * kFanout, end};
    begin = firstWhole;
    end = lastWhole;
    ++level;
  }
  if (error == ErrorCode::None && begin < end) error = add(level, begin, end, state, arena);
  while (level-- > 0 && error == ErrorCode::None) {
    if (!right[level].isEmpty()) error = add(level, right[level].begin, right[level].end, state, arena);
  }
  return error;
}

}  // namespace basalt
