#pragma once

#include <optional>

#include "operators/expression/Expression.h"
#include "runtime/ErrorCode.h"
#include "runtime/memory/StringArena.h"
#include "tests/interpreter/support/PipelineHarness.h"

namespace basalt::testing {

/// A row's value of an expression, or the first error that evaluating it meets.
struct OracleResult {
  Value value;
  ErrorCode error = ErrorCode::None;
  const Expression* failed = nullptr;
};

/// Evaluates an expression for one row, recursively and in order, as plainly as possible: the meaning of the evaluator.
/// Kernels are run one row at a time. With `asCondition`, AND stops also at NULL, as conditions do.
OracleResult evaluateRow(const Expression& expression, const Row& row, bool asCondition, StringArena& arena);

}  // namespace basalt::testing
