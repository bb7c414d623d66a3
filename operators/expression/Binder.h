#pragma once

#include <string_view>

#include "operators/expression/Expression.h"
#include "operators/plan/Expr.h"

namespace basalt {

/// Resolves names against `input`, checks and coerces types, picks kernels, folds what is constant. Throws
/// ExecutionError(InvalidPlan) with `path` as its place: unknown column or function (with the closest name there is),
/// wrong number of arguments, a clash of types. A constant part that cannot be computed (1/0) is no error here, but
/// fails like any other when a row comes to evaluate it. Type rules for
/// decimals: + and - give max(integer digits) + 1 and the larger scale; * adds precisions and scales, kept within 18
/// digits (64 bits) as long as both sides are; / and avg give double. A literal adapts to the other side's scale.
ExpressionPointer bindExpression(const Expr& expression, const Schema& input, std::string_view path);

/// The same for a condition: must be Boolean.
ExpressionPointer bindCondition(const Expr& expression, const Schema& input, std::string_view path);

/// `expression` converted to `target` by cast kernels (folded when constant); itself when already of that type.
ExpressionPointer castExpression(const ExpressionPointer& expression, Type target, std::string_view path);

/// The same, but NULL where the conversion of a value fails. What fails inside `expression` still fails.
ExpressionPointer tryCastExpression(const ExpressionPointer& expression, Type target, std::string_view path);

/// The type both sides of a comparison, of a join key, of CASE branches are brought to; throws as above when there is
/// none.
Type commonType(Type left, Type right, std::string_view path);

}  // namespace basalt
