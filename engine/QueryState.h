#pragma once

#include <chrono>
#include <memory>
#include <unordered_map>

#include "engine/EngineServices.h"
#include "engine/ResultQueue.h"
#include "operators/pipeline/Pipeline.h"
#include "operators/state/BreakerState.h"
#include "runtime/pipeline/LimitState.h"
#include "runtime/scheduler/CancellationToken.h"

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

}  // namespace basalt
