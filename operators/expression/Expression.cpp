#include "operators/expression/Expression.h"

#include <algorithm>
#include <cstring>

#include "operators/KernelCatalog.h"

namespace basalt {

void visitExpressions(const Expression& expression, const std::function<void(const Expression&)>& visit) {
  for (const ExpressionPointer& argument : expression.arguments) {
    visitExpressions(*argument, visit);
  }
  visit(expression);
}

bool isFallibleCall(const Expression& expression) noexcept {
  return expression.kind == Expression::Kind::Call && expression.kernel->mayFail && !expression.nullOnError;
}

bool isParameter(const Expression& expression) noexcept {
  return expression.kind == Expression::Kind::Literal || expression.kind == Expression::Kind::Prepared;
}

void storeParameter(const Expression& parameter, void* target) {
  if (parameter.kind == Expression::Kind::Prepared) {
    const void* const address = parameter.prepared.get();
    std::memcpy(target, &address, sizeof(address));
  } else {
    parameter.literal.store(target);
  }
}

bool mayFail(const Expression& expression) {
  return isFallibleCall(expression) || std::ranges::any_of(expression.arguments, [](const ExpressionPointer& argument) {
           return mayFail(*argument);
         });
}

ExpressionPointer remapColumns(const ExpressionPointer& expression, const std::vector<std::uint32_t>& mapping) {
  auto copy = std::make_shared<Expression>(*expression);
  if (copy->kind == Expression::Kind::Column) {
    copy->column = mapping.at(copy->column);
  }
  for (ExpressionPointer& argument : copy->arguments) {
    argument = remapColumns(argument, mapping);
  }
  return copy;
}

ExpressionPointer copyExpression(const ExpressionPointer& expression) {
  auto copy = std::make_shared<Expression>(*expression);
  for (ExpressionPointer& argument : copy->arguments) {
    argument = copyExpression(argument);
  }
  return copy;
}

ExpressionPointer makeColumnReference(const Schema& schema, std::uint32_t index) {
  const Field& field = schema[index];
  auto reference = std::make_shared<Expression>();
  reference->kind = Expression::Kind::Column;
  reference->type = field.type;
  reference->nullable = field.nullable;
  reference->column = index;
  reference->text = field.name;
  return reference;
}

}  // namespace basalt
