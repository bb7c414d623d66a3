#include "interpreter/OperatorFactory.h"

#include <string>
#include <utility>

#include "runtime/ExecutionError.h"

namespace basalt::interpreter {

namespace {

[[noreturn]] void failUnknown(const Pipeline& pipeline, std::string_view part) {
  throw ExecutionError(ErrorCode::Unsupported, pipeline.describe(),
                       "the interpreter has no operator " + std::string(part));
}

}  // namespace

OperatorChain OperatorFactory::create(const WorkerContext& context) const {
  const Pipeline& pipeline = *context.pipeline;
  if (pipeline.steps.empty()) throw ExecutionError(ErrorCode::InvalidPlan, "pipeline", "expected a sink");
  OperatorChain chain;
  const auto* const createSource = registry_.findSource(name(pipeline.source.kind));
  if (createSource == nullptr) failUnknown(pipeline, name(pipeline.source.kind));
  std::unique_ptr<SourceOperator> source = (*createSource)({context, pipeline.source.spec, 0});
  chain.source = source.get();
  chain.root = std::move(source);
  chain.operators.push_back(chain.root.get());

  const std::size_t last = pipeline.steps.size() - 1;
  for (std::size_t step = 0; step < last; ++step) {
    const auto* const createStep = registry_.findStep(name(pipeline.steps[step].kind));
    if (createStep == nullptr) failUnknown(pipeline, name(pipeline.steps[step].kind));
    chain.root = (*createStep)({context, pipeline.steps[step].spec, step}, std::move(chain.root));
    chain.operators.push_back(chain.root.get());
  }
  const auto* const createSink = registry_.findSink(name(pipeline.sink().kind));
  if (createSink == nullptr) failUnknown(pipeline, name(pipeline.sink().kind));
  chain.sink = (*createSink)({context, pipeline.sink().spec, last});
  return chain;
}

}  // namespace basalt::interpreter
