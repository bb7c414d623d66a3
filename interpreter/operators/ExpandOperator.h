#pragma once

#include <memory>
#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/operators/RowMultiplier.h"
#include "operators/spec/OperatorSpec.h"

namespace basalt::interpreter {

/// Puts out a row per list: those of one input row come one behind the other, in the order of the lists.
class ExpandOperator final : public PhysicalOperator {
 public:
  ExpandOperator(const WorkerContext& context, const ExpandSpec& spec, std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override;
  std::uint64_t ownMemory() const noexcept override {
    return expressions_.memoryEstimate() + multiplier_.memoryEstimate();
  }

 private:
  /// Takes up the next input batch; false at the end of the input.
  bool beginInput();
  const Batch* deliver();
  /// Of `count` output rows from cursor_ on, the values that each list has for `column`.
  Vector interleave(std::size_t column, std::uint32_t count);

  const ExpandSpec& spec_;
  ExpressionEvaluator expressions_;
  RowMultiplier multiplier_;
  const Batch* input_ = nullptr;
  RowSelection rows_;
  /// Per list and output column, for the input batch; unused for columns that are passed on.
  std::vector<std::vector<Vector>> values_;
  /// The next output row: a row of `rows_` times the number of lists, plus a list.
  std::uint64_t cursor_ = 0;
  Batch batch_;
};

}  // namespace basalt::interpreter
