#include "engine/Query.h"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

void nameOperators(const OperatorSpec& spec, std::vector<OperatorStatistics>& operators) {
  if (operators.size() <= spec.id) operators.resize(spec.id + 1);
  operators[spec.id] = {spec.id, spec.label(), spec.path, 0};
  for (const SpecPointer& child : spec.children) nameOperators(*child, operators);
}

}  // namespace

Query::Query(EngineServices& services, std::shared_ptr<const PipelinePlan> plan, const QueryOptions& options)
    : plan_(std::move(plan)),
      memory_(services.memory->createChild("query", options.memoryLimit)),
      state_{services,
             options,
             plan_,
             memory_,
             std::chrono::steady_clock::now(),
             {},
             ResultQueue(services.config.resultQueueBatches),
             {}} {}

std::shared_ptr<Query> Query::start(EngineServices& services, std::shared_ptr<const PipelinePlan> plan,
                                    const QueryOptions& options) {
  std::shared_ptr<Query> query(new Query(services, std::move(plan), options));
  query->submit();
  return query;
}

void Query::submit() {
  std::vector<TaskScheduler::Node> nodes;
  // The node after which a pipeline's breaker can be read.
  std::vector<std::size_t> lastNode;
  for (const Pipeline& pipeline : plan_->pipelines) {
    const std::string label = pipeline.sink().spec != nullptr ? pipeline.sink().spec->label() : "Result";
    auto budget = memory_->createChild(label);
    state_.breakers.push_back(makeBreakerState(pipeline.sink(), state_.services.scheduler.workerCount(), budget));
    executions_.push_back(std::make_shared<PipelineExecution>(state_, pipeline));
    std::vector<std::size_t> dependencies;
    for (const std::uint32_t dependency : pipeline.dependencies) dependencies.push_back(lastNode[dependency]);
    nodes.push_back({executions_.back(), std::move(dependencies)});
    phases_.emplace_back();
    if (BreakerState* breaker = state_.breakers.back().get()) {
      breaker->setInterrupt(state_.cancellation.word());
      for (std::size_t phase = 0; phase < breaker->phaseCount(); ++phase) {
        phases_.back().push_back(
            std::make_shared<BreakerPhase>(state_, *breaker, phase, fmt::format("{} phase {}", label, phase)));
        nodes.push_back({phases_.back().back(), {nodes.size() - 1}});
      }
    }
    lastNode.push_back(nodes.size() - 1);
  }
  const std::scoped_lock lock(mutex_);
  graph_ = state_.services.scheduler.submit(
      std::move(nodes), state_.options.priority, state_.options.maxWorkers,
      [self = shared_from_this()](std::exception_ptr failure) { self->over(std::move(failure)); });
}

ExecutionStatistics Query::collectStatistics() const {
  ExecutionStatistics statistics;
  statistics.rows = state_.results.rowsPushed();
  statistics.milliseconds = state_.millisecondsSinceStart();
  statistics.peakMemoryBytes = memory_->peak();
  return statistics;
}

void Query::over(std::exception_ptr failure) {
  ExecutionStatistics statistics = collectStatistics();
  nameOperators(*plan_->plan.root, statistics.operators);
  for (std::size_t index = 0; index < executions_.size(); ++index) {
    executions_[index]->report(statistics);
    for (const auto& phase : phases_[index]) statistics.pipelines[index].finishMilliseconds += phase->milliseconds();
  }
  if (!failure && state_.cancellation.isCancelled()) {
    failure = std::make_exception_ptr(ExecutionError(ErrorCode::Cancelled, "query", "the query was cancelled"));
  }
  // Everything is released before the client learns that the query is over.
  phases_.clear();
  executions_.clear();
  state_.breakers.clear();
  {
    const std::scoped_lock lock(mutex_);
    final_ = std::move(statistics);
  }
  state_.results.close(std::move(failure));
}

std::optional<ResultBatch> Query::nextBatch() {
  std::optional<ResultBatch> batch = state_.results.pop();
  state_.services.scheduler.wake(graph_);
  return batch;
}

void Query::cancel() {
  state_.cancellation.cancel();
  state_.services.scheduler.cancel(graph_);
}

void Query::abandon() {
  cancel();
  state_.results.discard();
  state_.results.waitUntilClosed();
}

ExecutionStatistics Query::statistics() const {
  {
    const std::scoped_lock lock(mutex_);
    if (final_) return *final_;
  }
  return collectStatistics();
}

}  // namespace basalt
