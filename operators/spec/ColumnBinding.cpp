#include "operators/spec/ColumnBinding.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "operators/expression/Binder.h"
#include "operators/expression/DictionaryCodes.h"
#include "operators/plan/Expr.h"
#include "operators/spec/LastingText.h"
#include "runtime/ExecutionError.h"

namespace basalt {

void failPlan(const std::string& path, std::string message) {
  throw ExecutionError(ErrorCode::InvalidPlan, path, std::move(message));
}

std::uint32_t resolveColumn(const Schema& schema, const std::string& name, const std::string& path) {
  // Name resolution is the expression binder's: a column is the simplest expression.
  return passOn(bindExpression(col(name), schema, path)).value->column;
}

std::vector<RowLayout::ColumnType> columnTypes(const std::vector<ExpressionPointer>& expressions,
                                               const OperatorSpec& input) {
  std::vector<RowLayout::ColumnType> types;
  types.reserve(expressions.size());
  for (const ExpressionPointer& expression : expressions) {
    const PhysicalType type = expression->type.physical();
    types.push_back({type, expression->nullable, type == PhysicalType::String && textLasts(*expression, input)});
  }
  return types;
}

ExpressionPointer referTo(const Expression& expression, std::size_t index) {
  return referTo(expression, index, expression.nullable);
}

ExpressionPointer referTo(const Expression& expression, std::size_t index, bool nullable) {
  auto reference = std::make_shared<Expression>();
  reference->kind = Expression::Kind::Column;
  reference->type = expression.type;
  reference->nullable = nullable;
  reference->column = static_cast<std::uint32_t>(index);
  reference->text = expression.text;
  return reference;
}

SpecPointer withStrings(SpecPointer input, const std::string& path) {
  if (std::ranges::none_of(input->output, [](const Field& field) { return field.dictionary != nullptr; })) return input;
  auto projection = std::make_shared<ProjectionSpec>();
  projection->output = withoutCodes(input->output);
  const auto* const below =
      input->kind == OperatorKind::Projection ? static_cast<const ProjectionSpec*>(input.get()) : nullptr;
  for (std::uint32_t column = 0; column < input->output.size(); ++column) {
    ExpressionPointer value = below ? below->expressions[column] : makeColumnReference(input->output, column);
    const auto& dictionary = input->output[column].dictionary;
    projection->expressions.push_back(dictionary ? decode(std::move(value), dictionary) : std::move(value));
  }
  // A projection is replaced, not put above another one.
  projection->path = below ? input->path : path;
  projection->children = below ? input->children : std::vector{std::move(input)};
  return projection;
}

void collectColumns(const Expression& expression, std::set<std::uint32_t>& columns) {
  visitExpressions(expression, [&](const Expression& part) {
    if (part.kind == Expression::Kind::Column) columns.insert(part.column);
  });
}

}  // namespace basalt
