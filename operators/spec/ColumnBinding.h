#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "operators/expression/Expression.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/rows/RowLayout.h"
#include "runtime/types/Schema.h"

/// What the binders of operators have in common.
namespace basalt {

/// Throws ExecutionError(InvalidPlan) with a place in the plan.
[[noreturn]] void failPlan(const std::string& path, std::string message);

/// Position of `name` in `schema`; an error that names what there is otherwise.
std::uint32_t resolveColumn(const Schema& schema, const std::string& name, const std::string& path);

/// How values of expressions over the columns of `input` lie in rows.
std::vector<RowLayout::ColumnType> columnTypes(const std::vector<ExpressionPointer>& expressions,
                                               const OperatorSpec& input);

/// Column `index` of what an operator makes of `expression`, under the text that the expression has.
ExpressionPointer referTo(const Expression& expression, std::size_t index);
ExpressionPointer referTo(const Expression& expression, std::size_t index, bool nullable);

/// What yields the rows of `input` with strings where these are codes.
SpecPointer withStrings(SpecPointer input, const std::string& path);

/// Adds every column that `expression` reads to `columns`.
void collectColumns(const Expression& expression, std::set<std::uint32_t>& columns);

}  // namespace basalt
