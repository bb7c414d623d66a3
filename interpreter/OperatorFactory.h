#pragma once

#include <memory>
#include <vector>

#include "interpreter/OperatorRegistry.h"
#include "interpreter/PhysicalOperator.h"
#include "interpreter/operators/SourceOperator.h"
#include "interpreter/sinks/BatchSink.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt::interpreter {

/// One worker's operators for one pipeline.
struct OperatorChain {
  /// The last streaming operator, or the source itself; owns all of them.
  std::unique_ptr<PhysicalOperator> root;
  SourceOperator* source = nullptr;
  /// The source, then the streaming steps in order.
  std::vector<PhysicalOperator*> operators;
  std::unique_ptr<BatchSink> sink;
};

/// Makes the operators of pipelines.
class OperatorFactory {
 public:
  /// The registry must outlive the factory.
  explicit OperatorFactory(const OperatorRegistry& registry) : registry_(registry) {}

  /// The chain for the context's pipeline; the states it names must be in place. Throws ExecutionError(Unsupported) for
  /// a part that the registry does not know, ExecutionError(InvalidPlan) for a pipeline that does not end in a sink.
  OperatorChain create(const WorkerContext& context) const;

 private:
  const OperatorRegistry& registry_;
};

}  // namespace basalt::interpreter
