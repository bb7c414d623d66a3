#include "interpreter/InterpretedRunner.h"

#include <algorithm>
#include <atomic>

#include "interpreter/RowError.h"
#include "interpreter/operators/LimitOperator.h"
#include "runtime/pipeline/ResultWriter.h"

namespace basalt::interpreter {

namespace {

/// Rows of the first windows of a pipeline that may make many rows of one, before it is known how many.
constexpr std::uint32_t kFirstMultipliedWindow = 8;
/// Rows that a window may bring to the sink or pairs that its joins may look at, in batches, before windows become
/// smaller.
constexpr std::uint64_t kMaxHandledBatches = 32;

bool multipliesRows(const Pipeline& pipeline) {
  return std::ranges::any_of(pipeline.steps, [](const auto& step) {
    return step.kind == Pipeline::StepKind::Probe || step.kind == Pipeline::StepKind::Repeat;
  });
}

bool isInterrupted(const PipelineState& state) noexcept {
  return __atomic_load_n(state.interrupt, __ATOMIC_RELAXED) != 0;
}

}  // namespace

InterpretedRunner::InterpretedRunner(WorkerContext& context, const OperatorFactory& factory)
    : context_(context), chain_(factory.create(context)), published_(context.pipeline->steps.size() + 1) {
  windowRows_ =
      multipliesRows(*context.pipeline) ? std::min(kFirstMultipliedWindow, context.batchRows) : context.batchRows;
  for (const PhysicalOperator* each : chain_.operators) {
    if (const auto* limit = dynamic_cast<const LimitOperator*>(each)) limits_.push_back(limit);
  }
  chain_.root->open();
}

InterpretedRunner::~InterpretedRunner() { chain_.root->close(); }

MorselStatus InterpretedRunner::run(Morsel& morsel) {
  const bool fillsResult = context_.pipeline->sink().kind == Pipeline::StepKind::Result;
  const auto* const writer =
      fillsResult ? static_cast<const ResultWriter*>(context_.state.local[published_.size() - 2]) : nullptr;
  while (morsel.position < morsel.end) {
    if (isInterrupted(*context_.pipelineState)) return MorselStatus::Yield;
    if (isExhausted()) {
      morsel.position = morsel.end;
      break;
    }
    const std::uint64_t end = morsel.position + std::min<std::uint64_t>(windowRows_, morsel.end - morsel.position);
    const std::uint64_t handledBefore = rowsHandled();
    try {
      runWindow(morsel, end);
    } catch (const RowError& error) {
      publishCounts();
      context_.state.errorCode = error.code();
      context_.state.errorSite = error.site();
      return MorselStatus::Failed;
    } catch (...) {
      publishCounts();
      throw;
    }
    publishCounts();
    adaptWindow(end - morsel.position, rowsHandled() - handledBefore);
    morsel.position = end;
    if (writer != nullptr && writer->waiting != 0) return MorselStatus::OutputFull;
  }
  return MorselStatus::Done;
}

void InterpretedRunner::runWindow(const Morsel& morsel, std::uint64_t end) {
  chain_.source->setWindow(morsel, morsel.position, end);
  chain_.root->reset();
  while (const Batch* batch = chain_.root->nextBatch()) chain_.sink->consume(*batch);
  context_.state.arena->clear();
}

std::uint64_t InterpretedRunner::rowsHandled() const noexcept {
  std::uint64_t rows = chain_.sink->rowsConsumed();
  for (const PhysicalOperator* each : chain_.operators) rows += each->counters().candidates;
  return rows;
}

void InterpretedRunner::adaptWindow(std::uint64_t windowRows, std::uint64_t handledRows) {
  const std::uint64_t limit = kMaxHandledBatches * context_.batchRows;
  if (handledRows > limit) {
    windowRows_ = std::max(windowRows_ / 2, 1U);
  } else if (windowRows == windowRows_ && handledRows * 4 < limit && windowRows_ < context_.batchRows) {
    windowRows_ = std::min(windowRows_ * 2, context_.batchRows);
  }
}

void InterpretedRunner::publishCounts() noexcept {
  const auto publish = [this](std::size_t index, std::uint64_t count) {
    context_.state.rowCounts[index] += count - published_[index];
    published_[index] = count;
  };
  for (std::size_t i = 0; i < chain_.operators.size(); ++i) publish(i, chain_.operators[i]->counters().rows);
  publish(published_.size() - 1, chain_.sink->rowsConsumed());
}

bool InterpretedRunner::isExhausted() const noexcept {
  return std::ranges::any_of(limits_, [](const LimitOperator* limit) { return limit->isExhausted(); });
}

}  // namespace basalt::interpreter
