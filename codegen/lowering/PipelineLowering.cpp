#include "codegen/lowering/PipelineLowering.h"

#include <memory>
#include <vector>

#include "codegen/lowering/LoweringRegistry.h"

namespace basalt::codegen {

namespace {

/// The lowerings of a pipeline, each knowing the one behind it.
class Chain {
 public:
  explicit Chain(PipelineBuilder& p) : source_(lowerSource(p)) {
    for (std::size_t step = 0; step < p.pipeline().steps.size(); ++step) {
      steps_.push_back(lowerStep(p, step));
    }
    complete_ = source_ != nullptr && std::ranges::all_of(steps_, [](const auto& step) { return step != nullptr; });
    if (!complete_) {
      return;
    }
    OperatorLowering* previous = source_.get();
    for (const auto& step : steps_) {
      previous->setNext(step.get());
      previous = step.get();
    }
  }

  bool isComplete() const { return complete_; }
  SourceLowering& source() { return *source_; }

  void forEach(llvm::function_ref<void(OperatorLowering&)> visit) {
    visit(*source_);
    for (const auto& step : steps_) {
      visit(*step);
    }
  }

 private:
  std::unique_ptr<SourceLowering> source_;
  std::vector<std::unique_ptr<StepLowering>> steps_;
  bool complete_ = false;
};

}  // namespace

llvm::Expected<llvm::Function*> lowerPipeline(llvm::Module& module, std::string_view name, const Pipeline& pipeline,
                                              const PipelineFacts& facts, const TargetCpu& cpu, bool verify) {
  PipelineBuilder p(module, name, pipeline, facts, cpu);
  Chain operators(p);
  if (!operators.isComplete()) {
    p.fail("no lowering for a part of " + pipeline.describe());
    p.ret(p.constant<std::int32_t>(0));
    return p.finish();
  }
  // load tables, columns, literals
  operators.forEach([](OperatorLowering& each) { each.setup(); });
  // for (; position < end; ++position) { source(position) }
  p.forEachRow([&] { operators.forEach([](OperatorLowering& each) { each.beforeBlock(); }); },
               [&](Val<std::uint64_t> begin, Val<std::uint64_t> end) { operators.source().beginBlock(begin, end); },
               [&](Val<std::uint64_t> position) { operators.source().produce(position); });
  // put back what was kept in registers; return status
  operators.forEach([](OperatorLowering& each) { each.finish(); });
  return p.finishPipeline(verify);
}

std::uint64_t loweringSize(const Pipeline& pipeline) {
  std::uint64_t size = 1 + pipeline.steps.size() + pipeline.sinkInput.size();
  visitPipelineExpressions(pipeline, [&](const Expression& root, const OperatorSpec&) {
    visitExpressions(root, [&](const Expression&) { ++size; });
  });
  return size;
}

}  // namespace basalt::codegen
