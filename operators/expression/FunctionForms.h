#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/expression/Expression.h"

namespace basalt {

/// The name under which the catalog of kernels has a function that goes by other names, too: "power" for "pow",
/// "extract_year" for "year" and "extract_years"; any other name as it is.
std::string canonicalFunctionName(std::string_view name);

/// A call of a function that is more than the choice of a kernel, under its canonical name; nothing for others.
/// - round, floor, ceil, trunc of decimals, exact: the result keeps the precision and has as many digits behind the
///   point as asked for by a constant; of integers, round and trunc are the integer itself.
/// - sign of decimals.
/// - greatest, least: any number of arguments, brought to one type; NULLs are left out.
/// - concat, concat_ws: any number of arguments of any type; NULLs are left out.
/// - date_part, date_trunc, date_diff, date_sub: a part of the date named by text.
/// - date_add: addition.
/// Throws ExecutionError(InvalidPlan) for a wrong number of arguments and for what must be constant.
std::optional<ExpressionPointer> bindFunctionForm(std::string_view name,
                                                  const std::vector<ExpressionPointer>& arguments,
                                                  const std::string& text, std::string_view path);

/// The names that the two above know beside those of kernels, for suggestions.
std::vector<std::string> functionFormNames();

}  // namespace basalt
