#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operators/expression/Expression.h"

namespace basalt {

/// The decimal type that holds every value of an integer type, decimal(10,0) for integer; a decimal type itself;
/// nothing for others. A literal needs no more digits than it has.
std::optional<Type> decimalTypeOf(const Expression& expression);
std::optional<Type> decimalTypeOf(Type type);

/// The literal `expression` as a literal of type `target`, when that is the very same value: 24 as decimal(15,2),
/// 'text' as a date. Nothing when it is not, and for expressions that are no literal.
std::optional<ExpressionPointer> adaptLiteral(const ExpressionPointer& expression, Type target);

/// Brings expressions that meet in a comparison or as the results of CASE to one type: that of those that are not
/// literals when the literals adapt to it, else their common type. Returns it; throws ExecutionError(InvalidPlan) when
/// there is none.
Type unifyTypes(std::vector<ExpressionPointer>& expressions, std::string_view path);

}  // namespace basalt
