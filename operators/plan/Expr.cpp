#include "operators/plan/Expr.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

std::uint32_t checkedDepth(const std::vector<Expr>& arguments) {
  std::uint32_t deepest = 0;
  for (const Expr& argument : arguments) {
    deepest = std::max(deepest, argument.depth());
  }
  if (deepest >= Expr::kMaxDepth) {
    throw ExecutionError(ErrorCode::InvalidPlan, "expression",
                         fmt::format("calls nest deeper than the limit of {}", Expr::kMaxDepth));
  }
  return deepest + 1;
}

Expr binary(const char* function, Expr left, Expr right) {
  return Expr::makeCall(function, {std::move(left), std::move(right)});
}

}  // namespace

Expr Expr::makeColumn(std::string name) {
  Node node;
  node.kind = Kind::Column;
  node.name = std::move(name);
  return Expr(std::make_shared<const Node>(std::move(node)));
}

Expr Expr::makeLiteral(Value value) {
  Node node;
  node.kind = Kind::Literal;
  node.literal = std::move(value);
  return Expr(std::make_shared<const Node>(std::move(node)));
}

Expr Expr::makeCall(std::string function, std::vector<Expr> arguments) {
  Node node;
  node.kind = Kind::Call;
  node.name = std::move(function);
  node.depth = checkedDepth(arguments);
  node.arguments = std::move(arguments);
  return Expr(std::make_shared<const Node>(std::move(node)));
}

Expr Expr::makeCast(Expr argument, Type target) { return makeCast(Kind::Cast, std::move(argument), target); }

Expr Expr::makeTryCast(Expr argument, Type target) { return makeCast(Kind::TryCast, std::move(argument), target); }

Expr Expr::makeCast(Kind kind, Expr argument, Type target) {
  if (argument.kind() == Kind::Literal && argument.literal().isNull()) {
    return makeLiteral(Value::null(target));
  }
  Node node;
  node.kind = kind;
  node.targetType = target;
  node.arguments.push_back(std::move(argument));
  node.depth = checkedDepth(node.arguments);
  return Expr(std::make_shared<const Node>(std::move(node)));
}

bool Expr::sameAs(const Expr& other) const {
  if (node_ == other.node_) {
    return true;
  }
  return kind() == other.kind() && depth() == other.depth() && name() == other.name() && literal() == other.literal() &&
         targetType() == other.targetType() &&
         std::ranges::equal(arguments(), other.arguments(),
                            [](const Expr& left, const Expr& right) { return left.sameAs(right); });
}

Expr col(std::string name) { return Expr::makeColumn(std::move(name)); }

Expr lit(std::int64_t value) {
  const bool isSmall =
      value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max();
  return lit(Value::integer(isSmall ? Type::integer() : Type::bigInt(), value));
}
Expr lit(double value) { return lit(Value::floating(Type::doublePrecision(), value)); }
Expr lit(std::string_view text) { return lit(Value::string(Type::varchar(), std::string(text))); }
Expr lit(Value value) { return Expr::makeLiteral(std::move(value)); }
Expr sql(std::string_view text) { return parseExpression(text); }
Expr call(std::string function, std::vector<Expr> arguments) {
  return Expr::makeCall(std::move(function), std::move(arguments));
}
Expr cast(Expr argument, Type target) { return Expr::makeCast(std::move(argument), target); }
Expr tryCast(Expr argument, Type target) { return Expr::makeTryCast(std::move(argument), target); }

Expr operator+(Expr left, Expr right) { return binary("add", std::move(left), std::move(right)); }
Expr operator-(Expr left, Expr right) { return binary("subtract", std::move(left), std::move(right)); }
Expr operator*(Expr left, Expr right) { return binary("multiply", std::move(left), std::move(right)); }
Expr operator/(Expr left, Expr right) { return binary("divide", std::move(left), std::move(right)); }
Expr operator<(Expr left, Expr right) { return binary("less", std::move(left), std::move(right)); }
Expr operator<=(Expr left, Expr right) { return binary("less_equal", std::move(left), std::move(right)); }
Expr operator>(Expr left, Expr right) { return binary("greater", std::move(left), std::move(right)); }
Expr operator>=(Expr left, Expr right) { return binary("greater_equal", std::move(left), std::move(right)); }
Expr operator&&(Expr left, Expr right) { return binary("and", std::move(left), std::move(right)); }
Expr operator||(Expr left, Expr right) { return binary("or", std::move(left), std::move(right)); }
Expr operator!(Expr argument) { return Expr::makeCall("not", {std::move(argument)}); }
Expr equal(Expr left, Expr right) { return binary("equal", std::move(left), std::move(right)); }
Expr notEqual(Expr left, Expr right) { return binary("not_equal", std::move(left), std::move(right)); }

}  // namespace basalt
