#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/expression/Expression.h"

namespace basalt {

/// like(text, pattern), ilike(text, pattern), like_escape(text, pattern, escape), ilike_escape(...). A pattern and an
/// escape character that are constant are made ready when the plan is bound, others when a row is evaluated. A constant
/// pattern that is wrong fails as others do: with InvalidArgument, where a row evaluates it.
ExpressionPointer bindLike(const std::string& name, const std::vector<ExpressionPointer>& arguments, std::string text,
                           std::string_view path);

/// regexp_matches(text, pattern[, options]), regexp_full_match(text, pattern[, options]),
/// regexp_extract(text, pattern[, group[, options]]), regexp_replace(text, pattern, replacement[, options]). Throws
/// ExecutionError(InvalidPlan) for a constant pattern that is wrong, and for options that are unknown or not constant.
ExpressionPointer bindRegularExpression(const std::string& name, std::vector<ExpressionPointer> arguments,
                                        std::string text, std::string_view path);

}  // namespace basalt
