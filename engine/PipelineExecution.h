#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/EngineServices.h"
#include "engine/ExecutionStatistics.h"
#include "engine/MorselSource.h"
#include "engine/ResultQueue.h"
#include "engine/TierController.h"
#include "operators/pipeline/Pipeline.h"
#include "operators/state/BreakerState.h"
#include "runtime/pipeline/LimitState.h"
#include "runtime/scheduler/CancellationToken.h"
#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {

/// What the pipelines of one query share.
struct QueryState {
  EngineServices& services;
  QueryOptions options;
  std::shared_ptr<const PipelinePlan> plan;
  std::shared_ptr<MemoryBudget> memory;
  std::chrono::steady_clock::time_point start;
  CancellationToken cancellation;
  ResultQueue results;
  /// What breakers hold, by their specs. Several pipelines may fill one.
  std::unordered_map<const OperatorSpec*, std::unique_ptr<BreakerState>> breakers;
  /// The counts of LIMITs, by their specs. Several pipelines may go through one.
  std::unordered_map<const OperatorSpec*, std::unique_ptr<LimitState>> limits;

  double millisecondsSinceStart() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }
  /// The breaker that `spec`, a join or the source of a pipeline, reads from.
  BreakerState& breakerOf(const OperatorSpec& spec) const;
};

/// One pipeline of a running query as a task set: a step is a morsel. Each worker has its own WorkerContext with a
/// runner of each engine; which of them takes a morsel is the TierController's choice. A morsel that cannot be finished
/// (the result queue is full) is put back and goes on later, on any worker, in either engine.
class PipelineExecution final : public TaskSet {
 public:
  PipelineExecution(QueryState& query, const Pipeline& pipeline);
  ~PipelineExecution() override;

  std::string name() const override { return pipeline_.describe(); }
  void prepare() override;
  StepResult runStep(WorkerId worker) override;
  void finish() override;
  std::size_t maxParallelism() const override { return pipeline_.ordered ? 1 : SIZE_MAX; }

  const Pipeline& pipeline() const noexcept { return pipeline_; }
  /// After a query that came to its end.
  void compileForLater() { tier_->compileForLater(); }
  /// Adds what happened to `statistics`; after the query has ended.
  void report(ExecutionStatistics& statistics) const;

 private:
  struct Worker;

  Worker& workerFor(WorkerId id);
  std::unique_ptr<Worker> makeWorker(WorkerId id);
  PipelineRunner& interpreterOf(Worker& worker);
  void makeSource();
  bool claim(WorkerId worker, Morsel& morsel);
  void putBack(const Morsel& morsel);
  /// Runs until the morsel is done or has to be put back; true when it is done.
  bool runMorsel(Worker& worker, Morsel& morsel);
  /// Hands full result batches on; true when the client has enough for now.
  bool deliver(Worker& worker);
  std::uint64_t morselRows() const;
  bool limitReached() const;
  [[noreturn]] void throwFailure(const WorkerState& state) const;

  QueryState& query_;
  const Pipeline& pipeline_;
  std::shared_ptr<TierController> tier_;
  std::unique_ptr<MorselSource> source_;
  Buffer parameters_;
  /// Of the LIMITs it goes through.
  std::vector<const LimitState*> limits_;
  /// Of the steps that keep rows.
  std::vector<BreakerState*> filled_;
  std::vector<void*> shared_;
  PipelineState state_{};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::mutex returnedMutex_;
  std::deque<Morsel> returned_;
  /// Interpreted or compiled nanoseconds per row, whichever ran last; 0 when nothing is known.
  std::atomic<double> nanosecondsPerRow_{0};
  std::uint64_t chunksSkipped_ = 0;
  double startMilliseconds_ = 0;
  double endMilliseconds_ = 0;
};

/// One parallel phase of finishing a breaker as a task set: a step is a part. Parts are mostly in the order of the
/// workers that have made what they work on, so each worker begins with its share of them, before it takes others'.
class BreakerPhase final : public TaskSet {
 public:
  BreakerPhase(QueryState& query, BreakerState& breaker, std::size_t phase, std::string name)
      : query_(query),
        breaker_(breaker),
        phase_(phase),
        name_(std::move(name)),
        taken_(query.services.scheduler.workerCount()) {}

  std::string name() const override { return name_; }
  void prepare() override;
  StepResult runStep(WorkerId worker) override;
  void finish() override { endMilliseconds_ = query_.millisecondsSinceStart(); }
  std::size_t maxParallelism() const override { return parts_; }

  double milliseconds() const noexcept { return endMilliseconds_ - startMilliseconds_; }

 private:
  /// A part that nobody has taken, or parts_.
  std::size_t claim(WorkerId worker) noexcept;

  QueryState& query_;
  BreakerState& breaker_;
  std::size_t phase_;
  std::string name_;
  std::size_t parts_ = 0;
  /// Per worker's share: parts taken of it, or more.
  std::vector<std::atomic<std::size_t>> taken_;
  double startMilliseconds_ = 0;
  double endMilliseconds_ = 0;
};

}  // namespace basalt
