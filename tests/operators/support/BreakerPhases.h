#pragma once

#include <cstddef>

#include "operators/state/BreakerState.h"

namespace basalt::testing {

/// Phases [begin, end) of a breaker on this thread, as worker 0.
inline void runPhases(BreakerState& breaker, std::size_t begin, std::size_t end) {
  for (std::size_t phase = begin; phase < end; ++phase) {
    const std::size_t parts = breaker.beginPhase(phase);
    for (std::size_t part = 0; part < parts; ++part) breaker.runPart(phase, part, 0);
  }
}

/// What comes between filling and reading.
inline void runPhasesAfterFilling(BreakerState& breaker) { runPhases(breaker, 0, breaker.phaseCount()); }
/// What comes between probing and reading, for a join.
inline void runPhasesAfterProbing(BreakerState& breaker) {
  runPhases(breaker, breaker.phaseCount(), breaker.phaseCount() + breaker.phaseCountAfterProbing());
}

}  // namespace basalt::testing
