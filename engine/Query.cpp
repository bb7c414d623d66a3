#include "engine/Query.h"

#include <functional>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

void nameOperators(const OperatorSpec& spec, std::vector<OperatorStatistics>& operators) {
  if (operators.size() <= spec.id) operators.resize(spec.id + 1);
  operators[spec.id] = {spec.id, spec.label(), spec.path, 0};
  const auto* const join = dynamic_cast<const JoinSpec*>(&spec);
  if (join != nullptr && join->isNestedLoop()) operators[spec.id].innerScans = 0;
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
             {},
             {}} {}

std::shared_ptr<Query> Query::start(EngineServices& services, std::shared_ptr<const PipelinePlan> plan,
                                    const QueryOptions& options) {
  std::shared_ptr<Query> query(new Query(services, std::move(plan), options));
  query->submit();
  return query;
}

void Query::submit() {
  const std::size_t workers = state_.services.scheduler.workerCount();
  const std::vector<Pipeline>& pipelines = plan_->pipelines;
  // How many pipelines have yet to be submitted that fill a breaker.
  std::unordered_map<const OperatorSpec*, std::size_t> fillers;
  for (const Pipeline& pipeline : pipelines) {
    for (const Pipeline::Step& step : pipeline.steps) {
      if (step.kind == Pipeline::StepKind::Limit) {
        const auto& limit = static_cast<const LimitSpec&>(*step.spec);
        auto& state = state_.limits[step.spec];
        if (!state) state = std::make_unique<LimitState>(limit.limit, limit.offset);
      }
      if (fillsBreaker(step) && fillers[step.spec]++ == 0) {
        auto& state = state_.breakers[step.spec];
        state = makeBreakerState(step, workers, memory_->createChild(step.spec->label()));
        state->setInterrupt(state_.cancellation.word());
      }
    }
  }
  std::vector<TaskScheduler::Node> nodes;
  // The node that runs each pipeline, and the nodes after which each breaker can be read.
  std::vector<std::size_t> nodeOf;
  std::unordered_map<const OperatorSpec*, std::vector<std::size_t>> completions;
  // Phases [begin, end) of a breaker, the first of them after the nodes `complete`, which becomes the last phase's.
  const auto addPhases = [&](const OperatorSpec& spec, std::size_t begin, std::size_t end, auto& complete) {
    for (std::size_t phase = begin; phase < end; ++phase) {
      phases_.back().push_back(std::make_shared<BreakerPhase>(state_, *state_.breakers[&spec], phase,
                                                              fmt::format("{} phase {}", spec.label(), phase)));
      nodes.push_back({phases_.back().back(), {complete.begin(), complete.end()}});
      complete = {nodes.size() - 1};
    }
  };
  for (const Pipeline& pipeline : pipelines) {
    std::set<std::size_t> dependencies;
    const auto waitFor = [&](const OperatorSpec* filled) {
      const std::vector<std::size_t>& complete = completions.at(filled);
      dependencies.insert(complete.begin(), complete.end());
    };
    for (const std::uint32_t id : pipeline.dependencies) {
      const OperatorSpec* const filled = pipelines[id].sink().spec;
      if (filled == pipeline.sink().spec) {
        // They fill the same breaker one after the other.
        dependencies.insert(nodeOf[id]);
      } else {
        waitFor(filled);
      }
    }
    phases_.emplace_back();
    if (pipeline.source.kind == Pipeline::SourceKind::Rows) {
      const OperatorSpec& source = *pipeline.source.spec;
      waitFor(&source);
      const BreakerState& state = *state_.breakers[&source];
      addPhases(source, state.phaseCount(), state.phaseCount() + state.phaseCountAfterProbing(), dependencies);
    }
    executions_.push_back(std::make_shared<PipelineExecution>(state_, pipeline));
    const std::size_t node = nodes.size();
    nodeOf.push_back(node);
    nodes.push_back({executions_.back(), {dependencies.begin(), dependencies.end()}});
    for (const Pipeline::Step& step : pipeline.steps) {
      if (!fillsBreaker(step)) continue;
      std::vector<std::size_t>& complete = completions[step.spec];
      complete.push_back(node);
      if (--fillers[step.spec] != 0) continue;
      addPhases(*step.spec, 0, state_.breakers[step.spec]->phaseCount(), complete);
    }
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
  const bool isWhole = !failure && !state_.cancellation.isCancelled();
  for (std::size_t index = 0; index < executions_.size(); ++index) {
    if (isWhole) executions_[index]->compileForLater();
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
  state_.limits.clear();
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
