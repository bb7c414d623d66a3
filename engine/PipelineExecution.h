#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/ExecutionStatistics.h"
#include "engine/MorselSource.h"
#include "engine/OrderedResults.h"
#include "engine/QueryState.h"
#include "engine/TierController.h"
#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {

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
  std::size_t maxParallelism() const override { return pipeline_.serial ? 1 : SIZE_MAX; }

  const Pipeline& pipeline() const noexcept { return pipeline_; }
  /// After a query that came to its end.
  void compileForLater() { tier_->compileForLater(); }
  /// Adds what happened to `statistics`; after the query has ended.
  void report(ExecutionStatistics& statistics) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Worker;
  /// A morsel that some worker runs or will go on with; they are numbered in the order in which they were handed out.
  struct Claim {
    Morsel morsel;
    std::uint64_t number = 0;
  };

  Worker& workerFor(WorkerId id);
  std::unique_ptr<Worker> makeWorker(WorkerId id);
  PipelineRunner& interpreterOf(Worker& worker);
  void makeSource();
  std::optional<Claim> claim(WorkerId worker);
  void putBack(const Claim& claim);
  /// Runs until the morsel is done or has to be put back; true when it is done. `now` is the processor time of the
  /// thread, in nanoseconds, when it was read last: reading it takes as long as some hundred rows.
  bool runMorsel(Worker& worker, Claim& claim, double& now);
  /// Hands result batches on; true when there are enough for now.
  bool deliver(Worker& worker, std::uint64_t morsel, bool isDone);
  /// Whether results allow for the next morsel.
  StepResult outlook();
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
  /// Where they have to come in source order.
  std::optional<OrderedResults> orderedResults_;
  std::mutex claimMutex_;
  /// Put back, by number.
  std::deque<Claim> returned_;
  std::uint64_t claimed_ = 0;
  /// Interpreted or compiled nanoseconds per row, whichever ran last; 0 when nothing is known.
  std::atomic<double> nanosecondsPerRow_{0};
  std::uint64_t chunksSkipped_ = 0;
  /// By read column of a table that is scanned.
  std::vector<ColumnGuess> guesses_;
  double startMilliseconds_ = 0;
  double endMilliseconds_ = 0;
};

}  // namespace basalt
