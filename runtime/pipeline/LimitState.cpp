#include "runtime/pipeline/LimitState.h"

namespace basalt {

bool limitTake(LimitState* state) noexcept {
  const LimitState::Claim claim = state->claim(1);
  return claim.first < claim.last;
}

bool limitIsExhausted(const LimitState* state) noexcept { return state->isExhausted(); }

}  // namespace basalt
