#include "engine/QueryState.h"

#include "runtime/ExecutionError.h"

namespace basalt {

BreakerState& QueryState::breakerOf(const OperatorSpec& spec) const {
  if (const auto found = breakers.find(&spec); found != breakers.end()) return *found->second;
  throw ExecutionError(ErrorCode::Internal, spec.label(), "no pipeline ends in this operator");
}

}  // namespace basalt
