#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/expression/Expression.h"

namespace basalt {

/// A call of the function `name` in plans: what bindFunctionForm() makes of it, or the kernel of that name whose
/// parameters take the arguments as they are, or else with the cheapest implicit casts. Throws
/// ExecutionError(InvalidPlan) that lists what there is when none fits, or suggests a name.
ExpressionPointer bindFunction(std::string_view name, const std::vector<ExpressionPointer>& arguments, std::string text,
                               std::string_view path);

/// add, subtract, multiply, divide, modulo, negate, abs: as bindFunction(), but decimals stay decimals where they can.
ExpressionPointer bindArithmetic(std::string_view name, std::vector<ExpressionPointer> arguments, std::string text,
                                 std::string_view path);
bool isArithmetic(std::string_view name) noexcept;

}  // namespace basalt
