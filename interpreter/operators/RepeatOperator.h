#pragma once

#include <memory>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/operators/RowMultiplier.h"
#include "operators/spec/OperatorSpec.h"

namespace basalt::interpreter {

/// Puts each row out as often as its count says.
class RepeatOperator final : public PhysicalOperator {
 public:
  RepeatOperator(const WorkerContext& context, const RepeatSpec& spec, std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override;
  std::uint64_t ownMemory() const noexcept override {
    return expressions_.memoryEstimate() + multiplier_.memoryEstimate();
  }

 private:
  bool beginInput();

  ExpressionEvaluator expressions_;
  RowMultiplier multiplier_;
  const Batch* input_ = nullptr;
  RowSelection rows_;
  Vector counts_;
  /// The next row of `rows_`, and how often it has been put out already.
  std::uint32_t row_ = 0;
  std::int64_t times_ = 0;
  Batch batch_;
};

}  // namespace basalt::interpreter
