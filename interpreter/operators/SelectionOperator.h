#pragma once

#include <memory>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "operators/spec/OperatorSpec.h"

namespace basalt::interpreter {

/// Passes on the rows that satisfy a predicate: the input's vectors with a narrower selection.
class SelectionOperator final : public PhysicalOperator {
 public:
  SelectionOperator(const WorkerContext& context, const SelectionSpec& spec, std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override { predicate_.forgetPending(); }
  std::uint64_t ownMemory() const noexcept override { return predicate_.memoryEstimate(); }

 private:
  ExpressionEvaluator predicate_;
  Batch batch_;
};

}  // namespace basalt::interpreter
