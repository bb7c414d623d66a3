#include "codegen/lowering/PipelineBuilder.h"

#include <string>

#include "codegen/Bindings.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

PipelineBuilder::PipelineBuilder(llvm::Module& module, std::string_view name, const Pipeline& pipeline,
                                 const PipelineFacts& facts, const TargetCpu& cpu)
    : FunctionBuilder(module, name, Signature::of<std::int32_t(PipelineState*, WorkerState*, Morsel*)>(),
                      {"state", "worker", "morsel"}),
      pipeline_(pipeline),
      facts_(facts),
      cpu_(cpu),
      counters_(pipeline.steps.size()) {
  arena_ = bind::WorkerState(worker()).arena(*this);
  interrupt_ = bind::PipelineState(state()).interrupt(*this);
  begin_ = bind::Morsel(morsel()).position(*this);
  end_ = bind::Morsel(morsel()).end(*this);
  position_.emplace(local(*begin_, "position"));
  blockEnd_.emplace(local<std::uint64_t>("blockEnd"));
  status_.emplace(local<MorselStatus>("status"));
  error_.emplace(local<ErrorCode>("error"));
  failure_.emplace(local<ErrorCode>("failure"));
  failureSite_.emplace(local<std::uint32_t>("failureSite"));
  loadLiterals();
}

void PipelineBuilder::loadLiterals() {
  Val<const std::byte*> parameters = bind::PipelineState(state()).parameters(*this);
  for (std::size_t index = 0; index < pipeline_.literals.size(); ++index) {
    const Expression& literal = *pipeline_.literals[index];
    const KernelType type = kernelTypeOf(literal);
    if (literal.kind == Expression::Kind::Literal && literal.literal.isNull()) {
      literals_.push_back({{type, zeroOf(formOf(type))}, constant(true)});
      continue;
    }
    literals_.push_back({loadKernelValue(*this, type, parameters, index * kParameterBytes, alignof(std::uint64_t),
                                         "literal" + std::to_string(index)),
                         std::nullopt});
  }
}

SqlValue PipelineBuilder::literal(const Expression& expression) const {
  return literals_[pipeline_.literalIndex.at(&expression)];
}

Val<void*> PipelineBuilder::sharedSlot(std::size_t step, const llvm::Twine& name) {
  return loadElement(bind::PipelineState(state()).shared(*this), step, name);
}

Val<void*> PipelineBuilder::workerSlot(std::size_t step, const llvm::Twine& name) {
  return loadElement(bind::WorkerState(worker()).local(*this), step, name);
}

void PipelineBuilder::forEachRow(Body beforeBlock,
                                 llvm::function_ref<void(Val<std::uint64_t>, Val<std::uint64_t>)> beginBlock,
                                 llvm::function_ref<void(Val<std::uint64_t>)> row) {
  // for (;;) {
  loopForever(
      [&](Loop& rows) {
        rows_ = &rows;
        beforeBlock();
        //   if (position >= end) return Done;
        ifThen(greaterOrEqual(position_->get(), *end_), [&] { leave(MorselStatus::Done); }, "morsel.done");
        //   if (*interrupt != 0) return Yield;
        ifThen(unlikely(isInterrupted()), [&] { leave(MorselStatus::Yield); }, "morsel.yield");
        //   blockEnd = min(position + 1024, end);
        Val<std::uint64_t> blockEnd = minimum(add(position_->get(), kBlockRows), Operand(*end_), "blockEnd");
        *blockEnd_ = blockEnd;
        beginBlock(position_->get(), blockEnd);
        //   for (; position < blockEnd; ++position) { row(position) }
        whileTrue([&] { return less(position_->get(), Operand(blockEnd_->get())); },
                  [&] {
                    row(position_->get());
                    *position_ = add(position_->get(), 1, "position.next");
                  },
                  "row");
      },
      "block");
  // }
  rows_ = nullptr;
}

void PipelineBuilder::endBlockBehindRow() { *blockEnd_ = position_->get(); }

void PipelineBuilder::skipRemainingRows() { *position_ = *end_; }

void PipelineBuilder::leave(MorselStatus status) {
  if (rows_ != nullptr) {
    *status_ = constant(status);
    rows_->breakLoop();
    return;
  }
  // In the setup there is nothing to put back.
  if (status == MorselStatus::Failed) {
    bind::WorkerState(worker()).setErrorCode(*this, failure_->get());
    bind::WorkerState(worker()).setErrorSite(*this, failureSite_->get());
  }
  ret(constant(static_cast<std::int32_t>(status)));
}

void PipelineBuilder::failUnless(Val<bool> succeeded) {
  ifThen(unlikely(logicalNot(succeeded)), [&] { failAt(kNoSite, ErrorCode::OutOfMemory); }, "outOfMemory");
}

void PipelineBuilder::failAt(std::uint32_t site, ErrorCode code) {
  *failure_ = constant(code);
  *failureSite_ = constant(site);
  leave(MorselStatus::Failed);
}

Val<bool> PipelineBuilder::isInterrupted() {
  return notEqual(loadRelaxed<std::uint32_t>(*interrupt_, 0, "interrupt"), 0, "interrupted");
}

void PipelineBuilder::failIfInterrupted() {
  // if (*interrupt != 0) fail;
  ifThen(unlikely(isInterrupted()), [&] { failAt(kNoSite, ErrorCode::Cancelled); }, "row.interrupted");
}

Val<ErrorCode*> PipelineBuilder::clearedError() {
  *error_ = constant(ErrorCode::None);
  return error_->address();
}

void PipelineBuilder::failOnError(std::uint32_t site) {
  ifThen(
      unlikely(hasError()),
      [&] {
        *failure_ = error_->get();
        *failureSite_ = constant(site);
        leave(MorselStatus::Failed);
      },
      "failed");
}

void PipelineBuilder::addCounter(std::size_t index) {
  counters_[index].emplace(local(constant<std::uint64_t>(0), "rowCount" + std::to_string(index)));
}

void PipelineBuilder::countRows(std::size_t index, Operand<std::uint64_t> rows) {
  if (counters_[index]) {
    *counters_[index] = add(counters_[index]->get(), rows);
  }
}

void PipelineBuilder::storeRowCounts() {
  Val<std::uint64_t*> counts = bind::WorkerState(worker()).rowCounts(*this);
  // An operator that passes every row on has the count of the one before it; the sink is such an operator.
  Val<std::uint64_t> count = subtract(position_->get(), Operand(*begin_), "rowCount");
  for (std::size_t index = 0; index <= counters_.size(); ++index) {
    if (index < counters_.size() && counters_[index]) {
      count = counters_[index]->get();
    }
    storeElement(counts, index, add(loadElement(counts, index), Operand(count)));
  }
}

llvm::Expected<llvm::Function*> PipelineBuilder::finishPipeline(bool verify) {
  storeRowCounts();
  bind::Morsel(morsel()).setPosition(*this, position_->get());
  // if (status == Failed) { worker->errorCode = ...; worker->errorSite = ... }
  ifThen(
      unlikely(equal(status_->get(), MorselStatus::Failed)),
      [&] {
        bind::WorkerState(worker()).setErrorCode(*this, failure_->get());
        bind::WorkerState(worker()).setErrorSite(*this, failureSite_->get());
      },
      "morsel.failed");
  ret(convert<std::int32_t>(status_->get()));
  return finish(verify);
}

}  // namespace basalt::codegen
