#pragma once

#include <memory>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "operators/spec/OperatorSpec.h"

namespace basalt::interpreter {

/// Computes columns. A plain column reference shares the input's vector; equal parts of expressions are computed once.
class ProjectionOperator final : public PhysicalOperator {
 public:
  ProjectionOperator(const WorkerContext& context, const ProjectionSpec& spec, std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override { expressions_.forgetPending(); }
  std::uint64_t ownMemory() const noexcept override { return expressions_.memoryEstimate(); }

 private:
  ExpressionEvaluator expressions_;
  Batch batch_;
};

}  // namespace basalt::interpreter
