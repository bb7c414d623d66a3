#pragma once

#include <memory>
#include <optional>

#include "operators/state/window/WindowFrames.h"
#include "operators/state/window/WindowFunction.h"
#include "operators/state/window/WindowOperandReader.h"
#include "operators/state/window/WindowResult.h"
#include "runtime/types/Int128.h"

namespace basalt {

/// The functions that yield the value of another row: lag, lead, first_value, last_value, nth_value.
class WindowValue final : public WindowFunction {
 public:
  WindowValue(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result,
              const std::shared_ptr<MemoryBudget>& budget);

  void compute(WindowPartition& partition) override;

 private:
  bool isShift() const noexcept {
    return function_.kind == WindowFunctionSpec::Kind::Lag || function_.kind == WindowFunctionSpec::Kind::Lead;
  }
  void computeShift(WindowPartition& partition);
  void computeInFrame(WindowPartition& partition);
  /// Of the rows that count (all, or those with values), how many are before `position`.
  std::uint64_t countBefore(std::uint64_t position) const;
  /// The `index`-th of the rows that count, or nothing when there is none.
  std::optional<std::uint64_t> nth(Int128 index, const WindowPartition& partition) const;
  std::optional<std::uint64_t> shifted(std::uint64_t row, std::int64_t distance,
                                       const WindowPartition& partition) const;
  std::optional<std::uint64_t> inFrame(RowRange frame, std::int64_t number, const WindowPartition& partition) const;

  const WindowSpec& spec_;
  const WindowFunctionSpec& function_;
  RowLayout::Column argument_;
  WindowOperandReader operand_;
  WindowResult result_;
  /// With IGNORE NULLS: where there are values, ascending.
  BudgetedVector<std::uint64_t> valued_;
};

}  // namespace basalt
