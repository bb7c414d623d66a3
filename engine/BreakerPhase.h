#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/QueryState.h"
#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {

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
