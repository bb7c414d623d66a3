#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/expression/Expression.h"

/// Predicates that compare: each brings its operands to one type and becomes calls of the comparison kernels. `text` is
/// the SQL text of the whole; throws ExecutionError(InvalidPlan) when types do not go together.
namespace basalt {

/// equal, not_equal, less, less_equal, greater, greater_equal on two arguments.
ExpressionPointer bindComparison(std::string_view name, std::vector<ExpressionPointer> arguments, std::string text,
                                 std::string_view path);

/// Value, low, high.
ExpressionPointer bindBetween(const std::vector<ExpressionPointer>& arguments, std::string text, std::string_view path);

/// Value, then the list. A long list of constants becomes one look-up in a hash set.
ExpressionPointer bindIn(const std::vector<ExpressionPointer>& arguments, std::string text, std::string_view path);

/// is_distinct_from, is_not_distinct_from: never NULL.
ExpressionPointer bindDistinct(std::string_view name, std::vector<ExpressionPointer> arguments, std::string text,
                               std::string_view path);

}  // namespace basalt
