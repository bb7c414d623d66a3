#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "operators/expression/AggregateLoop.h"
#include "operators/state/window/WindowFrames.h"
#include "runtime/memory/BudgetAllocator.h"

namespace basalt {

/// Where the rows of a window hold the argument of an aggregate; nothing where it has none.
std::optional<RowLayout::Column> argumentColumn(const WindowSpec& spec, const WindowFunctionSpec& function);

/// The argument of an aggregate over a partition's rows, brought together in batches for the aggregate's loops.
class WindowArgument {
 public:
  /// Nothing in place of `column`: there is no argument.
  WindowArgument(const std::optional<RowLayout::Column>& column, const std::shared_ptr<MemoryBudget>& budget);

  /// Goes on to another partition. With `holdAll` the values of all rows are brought together at once.
  void reset(const WindowPartition& partition, bool holdAll);
  std::uint64_t size() const noexcept { return partition_->size(); }
  /// Takes rows into a state; the error of the first that fails.
  ErrorCode update(const AggregateLoops& loops, RowRange rows, std::byte* state, StringArena& arena);

 private:
  static constexpr std::uint64_t kBatchRows = 2048;

  void gather(RowRange rows);

  std::optional<RowLayout::Column> column_;
  std::size_t valueBytes_ = 0;
  const WindowPartition* partition_ = nullptr;
  /// The rows whose values are there.
  RowRange held_;
  BudgetedVector<std::byte> values_;
  BudgetedVector<std::uint8_t> nulls_;
};

}  // namespace basalt
