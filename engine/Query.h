#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/BreakerPhase.h"
#include "engine/EngineServices.h"
#include "engine/ExecutionStatistics.h"
#include "engine/PipelineExecution.h"

namespace basalt {

/// A running query: its pipelines as a graph of task sets, its state, and what is left of it when it is over. Shared by
/// the client's ResultSet and the scheduler.
class Query : public std::enable_shared_from_this<Query> {
 public:
  /// Starts a query on a validated plan.
  static std::shared_ptr<Query> start(EngineServices& services, std::shared_ptr<const PipelinePlan> plan,
                                      const QueryOptions& options);

  const PipelinePlan& plan() const noexcept { return *plan_; }
  std::optional<ResultBatch> nextBatch();
  void cancel();
  /// Cancels, drops what was not read and waits for the workers to leave.
  void abandon();
  ExecutionStatistics statistics() const;

 private:
  Query(EngineServices& services, std::shared_ptr<const PipelinePlan> plan, const QueryOptions& options);
  void submit();
  /// Called on a worker thread when the last one has left.
  void over(std::exception_ptr failure);
  ExecutionStatistics collectStatistics() const;

  std::shared_ptr<const PipelinePlan> plan_;
  std::shared_ptr<MemoryBudget> memory_;
  QueryState state_;
  std::vector<std::shared_ptr<PipelineExecution>> executions_;
  /// Phases of each pipeline's breaker.
  std::vector<std::vector<std::shared_ptr<BreakerPhase>>> phases_;
  TaskScheduler::GraphHandle graph_;

  mutable std::mutex mutex_;
  std::optional<ExecutionStatistics> final_;
};

}  // namespace basalt
