#include "engine/BreakerPhase.h"

namespace basalt {

void BreakerPhase::prepare() {
  startMilliseconds_ = query_.millisecondsSinceStart();
  parts_ = breaker_.beginPhase(phase_);
}

std::size_t BreakerPhase::claim(WorkerId worker) noexcept {
  const std::size_t shares = taken_.size();
  for (std::size_t turn = 0; turn < shares; ++turn) {
    const std::size_t share = (worker + turn) % shares;
    const std::size_t begin = parts_ * share / shares;
    const std::size_t end = parts_ * (share + 1) / shares;
    if (const std::size_t part = begin + taken_[share].fetch_add(1, std::memory_order_relaxed); part < end) return part;
  }
  return parts_;
}

TaskSet::StepResult BreakerPhase::runStep(WorkerId worker) {
  if (query_.cancellation.isCancelled()) return StepResult::Finished;
  const std::size_t part = claim(worker);
  if (part == parts_) return StepResult::Finished;
  breaker_.runPart(phase_, part, worker);
  return StepResult::MoreWork;
}

}  // namespace basalt
