#pragma once

#include <string>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// Binds an aggregation. Each distinct aggregate is computed once, and an average is the quotient of a sum and a count,
/// which it shares with others that want them; where the computed columns are not just the wanted ones, a projection on
/// top makes these. Throws ExecutionError(InvalidPlan) for an unknown function, a wrong number or type of arguments.
SpecPointer bindAggregation(const HashAggregationNode& aggregation, SpecPointer input, const std::string& path);

}  // namespace basalt
