#include "operators/expression/ComparisonBinder.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/TypeConversion.h"
#include "runtime/kernels/ValueSet.h"

namespace basalt {

namespace {

using Arguments = std::vector<ExpressionPointer>;

/// Up to this many constants of an IN list are compared one after the other: with a column, which vector instructions
/// do, and with a computed value, which every comparison computes again.
constexpr std::size_t kLongestChain = 8;
constexpr std::size_t kLongestComputedChain = 1;

std::string comparisonText(const ExpressionPointer& left, std::string_view symbol, const ExpressionPointer& right) {
  return fmt::format("{} {} {}", left->text, symbol, right->text);
}

/// `value = item` for each item.
void appendChain(Arguments& matches, const ExpressionPointer& value, const Arguments& items, std::string_view path) {
  for (const ExpressionPointer& item : items) {
    matches.push_back(bindComparison("equal", {copyExpression(value), item}, comparisonText(value, "=", item), path));
  }
}

/// Whether there are kernels that look values of the type up in a set.
bool goesIntoSet(Type type) { return type != Type::boolean() && type != Type::interval(); }

}  // namespace

ExpressionPointer bindComparison(std::string_view name, Arguments arguments, std::string text, std::string_view path) {
  unifyTypes(arguments, path);
  return makeCall(name, Type::boolean(), std::move(arguments), std::move(text), path);
}

ExpressionPointer bindBetween(const Arguments& arguments, std::string text, std::string_view path) {
  const ExpressionPointer low = bindComparison("greater_equal", {arguments[0], arguments[1]},
                                               comparisonText(arguments[0], ">=", arguments[1]), path);
  const ExpressionPointer high = bindComparison("less_equal", {copyExpression(arguments[0]), arguments[2]},
                                                comparisonText(arguments[0], "<=", arguments[2]), path);
  return makeJunction(Expression::Kind::And, {low, high}, std::move(text));
}

ExpressionPointer bindIn(const Arguments& arguments, std::string text, std::string_view path) {
  const ExpressionPointer& value = arguments.front();
  Arguments constants;
  Arguments others;
  for (std::size_t index = 1; index < arguments.size(); ++index) {
    const bool isConstant = isLiteral(*arguments[index]) && !isNullLiteral(*arguments[index]);
    (isConstant ? constants : others).push_back(arguments[index]);
  }
  Arguments matches;
  const std::size_t longest = value->kind == Expression::Kind::Column ? kLongestChain : kLongestComputedChain;
  if (isLiteral(*value) || constants.size() <= longest || !goesIntoSet(value->type)) {
    appendChain(matches, value, {arguments.begin() + 1, arguments.end()}, path);
    return makeJunction(Expression::Kind::Or, matches, std::move(text));
  }
  Arguments unified{value};
  unified.insert(unified.end(), constants.begin(), constants.end());
  unifyTypes(unified, path);
  std::vector<Value> values;
  for (std::size_t index = 1; index < unified.size(); ++index) {
    if (isLiteral(*unified[index])) {
      values.push_back(unified[index]->literal);
    } else {
      others.push_back(unified[index]);  // out of the common type's range
    }
  }
  ExpressionPointer set = makePrepared(KernelType::ValueSet, std::make_shared<const ValueSet>(values),
                                       fmt::format("({} values)", values.size()));
  matches.push_back(makeCall("in_set", Type::boolean(), {unified.front(), std::move(set)}, text, path));
  appendChain(matches, value, others, path);
  return makeJunction(Expression::Kind::Or, matches, std::move(text));
}

ExpressionPointer bindDistinct(std::string_view name, Arguments arguments, std::string text, std::string_view path) {
  unifyTypes(arguments, path);
  const auto isNull = [](const ExpressionPointer& argument) {
    return makeIsNull(copyExpression(argument), argument->text + " is null");
  };
  // case when left is null then right is not null when right is null then true else left <> right end
  const ExpressionPointer distinct =
      makeCase(Type::boolean(),
               {isNull(arguments[0]), makeNot(isNull(arguments[1]), arguments[1]->text + " is not null"),
                isNull(arguments[1]), makeLiteral(Value::boolean(true)),
                bindComparison("not_equal", arguments, comparisonText(arguments[0], "<>", arguments[1]), path)},
               text);
  // Both operands are known not to be NULL where they are compared.
  auto result = std::make_shared<Expression>(*distinct);
  result->nullable = false;
  return name == "is_distinct_from" ? result : makeNot(result, std::move(text));
}

}  // namespace basalt
