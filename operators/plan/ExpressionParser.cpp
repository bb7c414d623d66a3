#include "operators/plan/ExpressionParser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "operators/plan/SqlSyntax.h"

namespace basalt {

namespace {

using namespace sqlsyntax;

/// One level of an expression takes up to two nested calls of parse(): for an operand, and for the parentheses around
/// it.
constexpr std::uint32_t kMaxNesting = 2 * Expr::kMaxDepth;

/// Predicates that may have a NOT before them.
constexpr std::array<std::string_view, 4> kPredicates = {"between", "in", "like", "ilike"};

bool isPredicate(std::string_view keyword) { return std::ranges::find(kPredicates, keyword) != kPredicates.end(); }

}  // namespace

Expr ExpressionParser::run() {
  Expr expression = parse(kOr);
  if (cursor_.token().kind != SqlToken::Kind::End) {
    cursor_.fail("an operator or the end");
  }
  return expression;
}

Expr ExpressionParser::makeCall(std::size_t offset, std::string function, std::vector<Expr> arguments) const {
  for (const Expr& argument : arguments) {
    checkDepth(offset, argument);
  }
  return Expr::makeCall(std::move(function), std::move(arguments));
}

void ExpressionParser::checkDepth(std::size_t offset, const Expr& argument) const {
  if (argument.depth() >= Expr::kMaxDepth) {
    throw sqlSyntaxError(cursor_.sql(), offset,
                         fmt::format("the expression nests deeper than the limit of {}", Expr::kMaxDepth));
  }
}

Expr ExpressionParser::parse(int minimum) {
  if (++nesting_ > kMaxNesting) {
    throw sqlSyntaxError(cursor_.sql(), cursor_.token().offset,
                         fmt::format("parentheses nest deeper than the limit of {}", kMaxNesting));
  }
  Expr left = parsePrefix(minimum);
  while (parseInfix(left, minimum)) {
  }
  --nesting_;
  return left;
}

Expr ExpressionParser::parsePrefix(int minimum) {
  const std::size_t offset = cursor_.token().offset;
  if (minimum <= kNot && cursor_.acceptKeyword("not")) {
    return makeCall(offset, "not", {parse(kNot)});
  }
  if (!cursor_.acceptSymbol("-")) {
    return parsePostfix(parsePrimary());
  }
  if (cursor_.token().kind == SqlToken::Kind::Number) {
    return parsePostfix(parseNumber(true));
  }
  return makeCall(offset, "negate", {parse(kUnary)});
}

/// Any number of `::type`.
Expr ExpressionParser::parsePostfix(Expr expression) {
  while (cursor_.token().isSymbol("::")) {
    const std::size_t offset = cursor_.token().offset;
    cursor_.advance();
    const Type type = cursor_.readTypeName();
    checkDepth(offset, expression);
    expression = Expr::makeCast(std::move(expression), type);
  }
  return expression;
}

/// Extends `left` by one operator that binds at least as tightly as `minimum`; false when none follows.
bool ExpressionParser::parseInfix(Expr& left, int minimum) {
  const SqlToken& first = cursor_.token();
  if (first.kind == SqlToken::Kind::Symbol) {
    const auto found = std::ranges::find(kBinaryOperators, first.text, &BinaryOperator::symbol);
    if (found == kBinaryOperators.end() || found->precedence < minimum) {
      return false;
    }
    cursor_.advance();
    Expr right = parse(found->precedence + 1);
    left = makeCall(first.offset, std::string(found->function), {std::move(left), std::move(right)});
    if (found->precedence == kComparison) {
      rejectChain();
    }
    return true;
  }
  if (first.kind != SqlToken::Kind::Name) {
    return false;
  }
  if (first.keyword == "and" && minimum <= kAnd) {
    left = parseChain(std::move(left), "and", kNot);
    return true;
  }
  if (first.keyword == "or" && minimum <= kOr) {
    left = parseChain(std::move(left), "or", kAnd);
    return true;
  }
  return minimum <= kComparison && parsePredicate(left);
}

/// `left and b and c`: one call, so that long conditions are wide rather than deep.
Expr ExpressionParser::parseChain(Expr left, std::string keyword, int operandPrecedence) {
  const std::size_t offset = cursor_.token().offset;
  std::vector<Expr> operands{std::move(left)};
  while (cursor_.acceptKeyword(keyword)) {
    operands.push_back(parse(operandPrecedence));
  }
  return makeCall(offset, std::move(keyword), std::move(operands));
}

/// IS, [NOT] BETWEEN, [NOT] IN, [NOT] LIKE, [NOT] ILIKE.
bool ExpressionParser::parsePredicate(Expr& left) {
  const std::size_t offset = cursor_.token().offset;
  if (cursor_.acceptKeyword("is")) {
    left = parseIs(std::move(left), offset);
    return true;
  }
  const bool isNegated = cursor_.token().isKeyword("not");
  const std::string& keyword = cursor_.token(isNegated ? 1 : 0).keyword;
  if (!isPredicate(keyword)) {
    if (isNegated) {
      cursor_.advance();
      cursor_.fail("between, in, like or ilike after not");
    }
    return false;
  }
  std::string function = keyword;
  cursor_.advance(isNegated ? 2 : 1);
  std::vector<Expr> arguments{std::move(left)};
  if (function == "in") {
    cursor_.expectSymbol("(");
    parseArguments(arguments);
  } else {
    arguments.push_back(parse(kOperand));
    if (function == "between") {
      cursor_.expectKeyword("and");
      arguments.push_back(parse(kOperand));
    } else if (cursor_.acceptKeyword("escape")) {
      function += "_escape";
      arguments.push_back(parse(kOperand));
    }
  }
  left = makeCall(offset, std::move(function), std::move(arguments));
  if (isNegated) {
    left = makeCall(offset, "not", {std::move(left)});
  }
  rejectChain();
  return true;
}

Expr ExpressionParser::parseIs(Expr left, std::size_t offset) {
  const bool isNegated = cursor_.acceptKeyword("not");
  if (cursor_.acceptKeyword("null")) {
    return makeCall(offset, isNegated ? "is_not_null" : "is_null", {std::move(left)});
  }
  if (cursor_.acceptKeyword("distinct")) {
    cursor_.expectKeyword("from");
    Expr right = parse(kOperand);
    return makeCall(offset, isNegated ? "is_not_distinct_from" : "is_distinct_from",
                    {std::move(left), std::move(right)});
  }
  if (cursor_.token().isKeyword("true") || cursor_.token().isKeyword("false")) {
    const bool value = cursor_.token().isKeyword("true");
    cursor_.advance();
    return makeCall(offset, isNegated ? "is_distinct_from" : "is_not_distinct_from",
                    {std::move(left), lit(Value::boolean(value))});
  }
  cursor_.fail(isNegated ? "null, true, false or distinct from" : "null, not null or distinct from");
}

/// After a comparison no other may follow: `a < b < c` is a mistake in SQL, not a range.
void ExpressionParser::rejectChain() const {
  const SqlToken& next = cursor_.token();
  const auto found = std::ranges::find(kBinaryOperators, next.text, &BinaryOperator::symbol);
  const bool isComparison = next.kind == SqlToken::Kind::Symbol && found != kBinaryOperators.end();
  if (isComparison || (next.kind == SqlToken::Kind::Name && (isPredicate(next.keyword) || next.keyword == "not"))) {
    cursor_.fail("and, or, or parentheses around the comparison to its left");
  }
}

Expr parseExpression(std::string_view sql) { return ExpressionParser(sql).run(); }

}  // namespace basalt
