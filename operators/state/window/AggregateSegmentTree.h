#pragma once

#include <cstdint>
#include <memory>

#include "operators/expression/AggregateLoop.h"
#include "operators/state/window/WindowArgument.h"
#include "operators/state/window/WindowFrames.h"
#include "runtime/memory/BudgetAllocator.h"

namespace basalt {

/// States of an aggregate over blocks of kFanout rows, over blocks of as many blocks, and so on, so that the state over
/// any range is made of a few of them per level. (Leis, Kundhikanjana, Kemper and Neumann, "Efficient Processing of
/// Window Functions in Analytical SQL Queries", PVLDB 2015.) Rows are taken in and states united from left to right.
class AggregateSegmentTree {
 public:
  /// `argument` must outlive the tree.
  AggregateSegmentTree(const AggregateInfo& function, WindowArgument& argument,
                       const std::shared_ptr<MemoryBudget>& budget);

  /// Makes the tree of the rows that the argument has been reset to; OutOfMemory when there is none for the strings of
  /// its states. Throws ExecutionError(OutOfMemory, Cancelled).
  ErrorCode build(InterruptCheck& check);
  /// Takes rows into an initialised state whose strings are to be in `arena`; the error of the first that fails.
  ErrorCode aggregate(RowRange rows, std::byte* state, StringArena& arena);

 private:
  static constexpr std::uint64_t kFanout = 16;
  /// As many as rows can need that are counted in 64 bits.
  static constexpr std::size_t kMaxLevels = 17;

  struct Level {
    /// Index of its first node.
    std::uint64_t first = 0;
    std::uint64_t nodes = 0;
  };
  std::byte* node(std::size_t level, std::uint64_t index) noexcept {
    return states_.data() + (levels_[level].first + index) * stateBytes_;
  }
  /// Takes in the nodes of a level, rows for level 0.
  ErrorCode add(std::size_t level, std::uint64_t begin, std::uint64_t end, std::byte* state, StringArena& arena);
  /// What a node of the level covers, in nodes of the level below.
  RowRange below(std::size_t level, std::uint64_t index) const noexcept;

  const AggregateLoops& loops_;
  WindowArgument& argument_;
  std::uint64_t stateBytes_;
  /// Level 0 stands for the rows and has no nodes.
  BudgetedVector<Level> levels_;
  BudgetedVector<std::byte> states_;
  /// Per node: 1 when its state could not be made, which matters only to frames that need it.
  BudgetedVector<std::uint8_t> failed_;
  StringArena strings_;
};

}  // namespace basalt
