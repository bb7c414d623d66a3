#pragma once

#include <memory>

#include "operators/state/window/WindowPartition.h"
#include "runtime/memory/StringArena.h"

namespace basalt {

/// Computes one function of a window, for one partition after the other.
class WindowFunction {
 public:
  virtual ~WindowFunction() = default;
  /// Writes the function's result into all rows of the partition. Throws what a row causes, and
  /// ExecutionError(OutOfMemory, Cancelled).
  virtual void compute(WindowPartition& partition) = 0;
};

/// The function at `index` of the spec, which must outlive it. Strings of results that are no row's go to `strings`.
std::unique_ptr<WindowFunction> makeWindowFunction(const WindowSpec& spec, std::size_t index,
                                                   const std::shared_ptr<MemoryBudget>& budget, StringArena& strings);

}  // namespace basalt
