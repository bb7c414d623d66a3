#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "runtime/hashtable/JoinFacts.h"
#include "runtime/memory/MemoryBudget.h"
#include "runtime/rows/RowSegment.h"

namespace basalt {

/// What a breaker of a running query holds: each worker's part while its sink is filled, then what comes of uniting
/// them. Both engines fill and read it.
///
/// Life: worker() while the filling pipeline runs; then the phases in order, each begun once and its parts run in any
/// order, on any threads, at once; then shared() (joins) or segments() (the others) while other pipelines read. A join
/// that puts out build rows has further phases when all probing is done, and then segments(), too.
class BreakerState {
 public:
  virtual ~BreakerState() = default;

  /// The entry of WorkerState::local for one worker, made on first use by that worker.
  virtual void* worker(std::size_t worker) = 0;
  /// Before each morsel with which a worker fills it: the rows to come need not follow those that it had before.
  virtual void beginMorsel(std::size_t /*worker*/) {}

  /// The phases that follow on the filling; and those that follow on the probing, which are counted on from there.
  virtual std::size_t phaseCount() const = 0;
  virtual std::size_t phaseCountAfterProbing() const { return 0; }
  /// Starts a phase after all parts of the one before are through; returns its number of parts, maybe 0.
  virtual std::size_t beginPhase(std::size_t phase) = 0;
  /// `worker`: whose thread this is.
  virtual void runPart(std::size_t phase, std::size_t part, std::size_t worker) = 0;
  /// Parts that take long look at this word, and throw ExecutionError(Cancelled) when it is not 0. Said before the
  /// first phase; it outlives this object.
  virtual void setInterrupt(const std::uint32_t* /*word*/) {}

  /// The entry of PipelineState::shared for pipelines that probe.
  virtual void* shared() { return nullptr; }
  /// The entry of WorkerState::local for one worker of those, maybe null pointer.
  virtual void* prober(std::size_t /*worker*/) { return nullptr; }
  /// What is known of a join's table by then.
  virtual JoinFacts joinFacts() const { return {}; }
  /// The resulting rows, for pipelines whose source this is; in order of segments where the operator defines an order.
  /// They live as long as this object.
  virtual std::vector<RowSegment> segments() const { return {}; }
};

/// The state behind a step that fills one: a Deduplicate or SortAggregate, or a sink other than Result. Everything is
/// charged to `budget`. The spec must outlive it.
std::unique_ptr<BreakerState> makeBreakerState(const Pipeline::Step& step, std::size_t workers,
                                               std::shared_ptr<MemoryBudget> budget);

}  // namespace basalt
