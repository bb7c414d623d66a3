#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "operators/state/window/AggregateResult.h"
#include "operators/state/window/WindowArgument.h"
#include "operators/state/window/WindowFunction.h"

namespace basalt {

/// An aggregate where the frame of each row is its whole partition. One partition after the other, or a single one in
/// parts that several threads take on: divide(), aggregate() each part, unite(), store() in each part.
class WindowTotal final : public WindowFunction {
 public:
  /// Strings of results go to `strings`.
  WindowTotal(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result,
              std::shared_ptr<MemoryBudget> budget, StringArena& strings);

  void compute(WindowPartition& partition) override;

  void divide(std::size_t parts) { parts_.resize(parts); }
  /// Of that part's rows. Throws what a row causes, and ExecutionError(OutOfMemory, Cancelled), as unite() does.
  void aggregate(std::size_t part, const WindowPartition& rows);
  /// In the order of parts.
  void unite();
  void store(const WindowPartition& rows) const;

 private:
  /// Kept from partition to partition.
  struct Part {
    BudgetedVector<std::byte> state;
    /// The state's.
    StringArena strings;
    WindowArgument argument;
  };

  const AggregateLoops& loops_;
  std::size_t stateBytes_;
  std::optional<RowLayout::Column> argument_;
  std::shared_ptr<MemoryBudget> budget_;
  std::vector<std::unique_ptr<Part>> parts_;
  AggregateResult result_;
};

}  // namespace basalt
