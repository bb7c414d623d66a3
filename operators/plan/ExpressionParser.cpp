#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/plan/Expr.h"
#include "operators/plan/IntervalText.h"
#include "operators/plan/SqlLexer.h"
#include "operators/plan/SqlSyntax.h"

namespace basalt {

namespace {

using namespace sqlsyntax;

/// Precedence climbing over the tokens of one expression: parse(p) reads everything that binds at least as tightly as
/// p.
class Parser {
 public:
  explicit Parser(std::string_view sql) : sql_(sql), tokens_(tokenizeSql(sql)) {}

  Expr run() {
    Expr expression = parse(kOr);
    if (token().kind != SqlToken::Kind::End) {
      fail("an operator or the end");
    }
    return expression;
  }

 private:
  /// One level of an expression takes up to two nested calls of parse(): for an operand, and for the parentheses around
  /// it.
  static constexpr std::uint32_t kMaxNesting = 2 * Expr::kMaxDepth;

  const SqlToken& token(std::size_t ahead = 0) const {
    return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
  }

  [[noreturn]] void fail(std::string_view expected) const {
    const SqlToken& found = token();
    throw sqlSyntaxError(sql_, found.offset,
                         found.kind == SqlToken::Kind::End
                             ? fmt::format("expected {} but the text ends", expected)
                             : fmt::format("expected {} but found {}", expected, spelling(found)));
  }

  std::string spelling(const SqlToken& token) const {
    constexpr std::size_t kLongest = 30;
    return token.kind == SqlToken::Kind::String ? "a string"
           : token.text.size() > kLongest       ? token.text.substr(0, kLongest) + "..."
                                                : token.text;
  }

  bool acceptSymbol(std::string_view symbol) {
    const bool matches = token().isSymbol(symbol);
    position_ += matches ? 1 : 0;
    return matches;
  }
  bool acceptKeyword(std::string_view keyword) {
    const bool matches = token().isKeyword(keyword);
    position_ += matches ? 1 : 0;
    return matches;
  }
  void expectSymbol(std::string_view symbol) {
    if (!acceptSymbol(symbol)) {
      fail(symbol);
    }
  }
  void expectKeyword(std::string_view keyword) {
    if (!acceptKeyword(keyword)) {
      fail(keyword);
    }
  }

  /// A call whose operator or name is at byte `offset`.
  Expr makeCall(std::size_t offset, std::string function, std::vector<Expr> arguments) const {
    if (std::ranges::any_of(arguments, [](const Expr& argument) { return argument.depth() >= Expr::kMaxDepth; })) {
      throw tooDeep(offset);
    }
    return Expr::makeCall(std::move(function), std::move(arguments));
  }
  Expr makeCast(std::size_t offset, Expr argument, Type type) const {
    if (argument.depth() >= Expr::kMaxDepth) {
      throw tooDeep(offset);
    }
    return Expr::makeCast(std::move(argument), type);
  }
  ExecutionError tooDeep(std::size_t offset) const {
    return sqlSyntaxError(sql_, offset,
                          fmt::format("the expression nests deeper than the limit of {}", Expr::kMaxDepth));
  }

  Expr parse(int minimum) {
    if (++nesting_ > kMaxNesting) {
      throw sqlSyntaxError(sql_, token().offset,
                           fmt::format("parentheses nest deeper than the limit of {}", kMaxNesting));
    }
    Expr left = parsePrefix(minimum);
    while (parseInfix(left, minimum)) {
    }
    --nesting_;
    return left;
  }

  Expr parsePrefix(int minimum) {
    const std::size_t offset = token().offset;
    if (minimum <= kNot && acceptKeyword("not")) {
      return makeCall(offset, "not", {parse(kNot)});
    }
    if (!acceptSymbol("-")) {
      return parsePostfix(parsePrimary());
    }
    if (token().kind == SqlToken::Kind::Number) {
      return parsePostfix(parseNumber(true));
    }
    return makeCall(offset, "negate", {parse(kUnary)});
  }

  /// Any number of `::type`.
  Expr parsePostfix(Expr expression) {
    while (token().isSymbol("::")) {
      const std::size_t offset = token().offset;
      ++position_;
      expression = makeCast(offset, std::move(expression), parseTypeName());
    }
    return expression;
  }

  /// Extends `left` by one operator that binds at least as tightly as `minimum`; false when none follows.
  bool parseInfix(Expr& left, int minimum) {
    const SqlToken& first = token();
    if (first.kind == SqlToken::Kind::Symbol) {
      const auto found = std::ranges::find(kBinaryOperators, first.text, &BinaryOperator::symbol);
      if (found == kBinaryOperators.end() || found->precedence < minimum) {
        return false;
      }
      ++position_;
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
  Expr parseChain(Expr left, std::string keyword, int operandPrecedence) {
    const std::size_t offset = token().offset;
    std::vector<Expr> operands{std::move(left)};
    while (acceptKeyword(keyword)) {
      operands.push_back(parse(operandPrecedence));
    }
    return makeCall(offset, std::move(keyword), std::move(operands));
  }

  /// IS, [NOT] BETWEEN, [NOT] IN, [NOT] LIKE.
  bool parsePredicate(Expr& left) {
    const std::size_t offset = token().offset;
    if (acceptKeyword("is")) {
      left = parseIs(std::move(left), offset);
      return true;
    }
    const bool isNegated = token().isKeyword("not");
    const std::string& keyword = token(isNegated ? 1 : 0).keyword;
    if (keyword != "between" && keyword != "in" && keyword != "like") {
      if (isNegated) {
        ++position_;
        fail("between, in or like after not");
      }
      return false;
    }
    const std::string function = keyword;
    position_ += isNegated ? 2 : 1;
    std::vector<Expr> arguments{std::move(left)};
    if (function == "in") {
      expectSymbol("(");
      parseArguments(arguments);
    } else {
      arguments.push_back(parse(kAdditive));
      if (function == "between") {
        expectKeyword("and");
        arguments.push_back(parse(kAdditive));
      }
    }
    left = makeCall(offset, function, std::move(arguments));
    if (isNegated) {
      left = makeCall(offset, "not", {std::move(left)});
    }
    rejectChain();
    return true;
  }

  Expr parseIs(Expr left, std::size_t offset) {
    const bool isNegated = acceptKeyword("not");
    if (acceptKeyword("null")) {
      return makeCall(offset, isNegated ? "is_not_null" : "is_null", {std::move(left)});
    }
    if (!acceptKeyword("distinct")) {
      fail(isNegated ? "null or distinct from" : "null, not null or distinct from");
    }
    expectKeyword("from");
    Expr right = parse(kAdditive);
    return makeCall(offset, isNegated ? "is_not_distinct_from" : "is_distinct_from",
                    {std::move(left), std::move(right)});
  }

  /// After a comparison no other may follow: `a < b < c` is a mistake in SQL, not a range.
  void rejectChain() const {
    const SqlToken& next = token();
    const auto found = std::ranges::find(kBinaryOperators, next.text, &BinaryOperator::symbol);
    const bool isComparison = next.kind == SqlToken::Kind::Symbol && found != kBinaryOperators.end();
    if (isComparison || next.isKeyword("between") || next.isKeyword("in") || next.isKeyword("like") ||
        next.isKeyword("not")) {
      fail("and, or, or parentheses around the comparison to its left");
    }
  }

  Expr parsePrimary() {
    const SqlToken& first = token();
    switch (first.kind) {
      case SqlToken::Kind::Number:
        return parseNumber(false);
      case SqlToken::Kind::String:
        ++position_;
        return lit(first.text);
      case SqlToken::Kind::Symbol:
        if (acceptSymbol("(")) {
          Expr inner = parse(kOr);
          expectSymbol(")");
          return inner;
        }
        break;
      case SqlToken::Kind::QuotedName:
        ++position_;
        return acceptSymbol("(") ? parseCall(first, first.text) : col(first.text);
      case SqlToken::Kind::Name:
        if (std::optional<Expr> literal = parseTypedLiteral()) {
          return *std::move(literal);
        }
        if (isReserved(first.keyword)) {
          return parseReserved();
        }
        ++position_;
        return acceptSymbol("(") ? parseCall(first, first.keyword) : col(first.text);
      case SqlToken::Kind::End:
        break;
    }
    fail("an expression");
  }

  Expr parseReserved() {
    const SqlToken& first = token();
    if (acceptKeyword("true") || acceptKeyword("false")) {
      return lit(Value::boolean(first.keyword == "true"));
    }
    if (acceptKeyword("null")) {
      return lit(Value::null(Type::boolean()));
    }
    if (acceptKeyword("case")) {
      return parseCase(first.offset);
    }
    if (acceptKeyword("cast")) {
      expectSymbol("(");
      Expr argument = parse(kOr);
      expectKeyword("as");
      const Type type = parseTypeName();
      expectSymbol(")");
      return makeCast(first.offset, std::move(argument), type);
    }
    if (acceptKeyword("extract")) {
      expectSymbol("(");
      if (token().kind != SqlToken::Kind::Name || isReserved(token().keyword)) {
        fail("a field such as year");
      }
      const std::string field = token().keyword;
      ++position_;
      expectKeyword("from");
      Expr argument = parse(kOr);
      expectSymbol(")");
      return makeCall(first.offset, "extract_" + field, {std::move(argument)});
    }
    fail("an expression");
  }

  /// The rest of `f(...)`, the opening parenthesis already read.
  Expr parseCall(const SqlToken& name, std::string function) {
    std::vector<Expr> arguments;
    if (acceptSymbol(")")) {
      return makeCall(name.offset, std::move(function), {});
    }
    if (name.isKeyword("substring")) {
      arguments.push_back(parse(kOr));
      if (acceptKeyword("from")) {
        arguments.push_back(parse(kOr));
        if (acceptKeyword("for")) {
          arguments.push_back(parse(kOr));
        }
        expectSymbol(")");
        return makeCall(name.offset, std::move(function), std::move(arguments));
      }
      if (acceptSymbol(")")) {
        return makeCall(name.offset, std::move(function), std::move(arguments));
      }
      expectSymbol(",");
    }
    parseArguments(arguments);
    return makeCall(name.offset, std::move(function), std::move(arguments));
  }

  void parseArguments(std::vector<Expr>& arguments) {
    do {
      arguments.push_back(parse(kOr));
    } while (acceptSymbol(","));
    if (!acceptSymbol(")")) {
      fail(", or )");
    }
  }

  Expr parseCase(std::size_t offset) {
    std::optional<Expr> subject;
    if (!token().isKeyword("when")) {
      subject = parse(kOr);
    }
    std::vector<Expr> arguments;
    expectKeyword("when");
    do {
      const std::size_t whenOffset = token().offset;
      Expr condition = parse(kOr);
      arguments.push_back(subject ? makeCall(whenOffset, "equal", {*subject, std::move(condition)})
                                  : std::move(condition));
      expectKeyword("then");
      arguments.push_back(parse(kOr));
    } while (acceptKeyword("when"));
    if (acceptKeyword("else")) {
      arguments.push_back(parse(kOr));
    } else if (token().isKeyword("end")) {
      arguments.push_back(lit(Value::null(Type::boolean())));
    }
    if (!acceptKeyword("end")) {
      fail("when, else or end");
    }
    return makeCall(offset, "case", std::move(arguments));
  }

  Expr parseNumber(bool isNegative) {
    std::optional<Value> value = numericLiteral(token().text, isNegative);
    if (!value) {
      throw sqlSyntaxError(sql_, token().offset, "expected a number that a decimal of 38 digits or a double can hold");
    }
    ++position_;
    return lit(*std::move(value));
  }

  /// The number of tokens of a type's name at the current position, its parameters included.
  std::size_t typeNameLength() const {
    if (token().kind != SqlToken::Kind::Name) {
      return 0;
    }
    std::size_t length = 1;
    if ((token().keyword == "double" && token(1).isKeyword("precision")) ||
        (token().keyword == "character" && token(1).isKeyword("varying"))) {
      length = 2;
    }
    if (!token(length).isSymbol("(") || token(length + 1).kind != SqlToken::Kind::Number) {
      return length;
    }
    if (token(length + 2).isSymbol(")")) {
      return length + 3;
    }
    const bool hasTwo = token(length + 2).isSymbol(",") && token(length + 3).kind == SqlToken::Kind::Number &&
                        token(length + 4).isSymbol(")");
    return hasTwo ? length + 5 : length;
  }

  Type parseTypeName() {
    const std::size_t length = typeNameLength();
    if (length == 0) {
      fail("a type");
    }
    const std::size_t offset = token().offset;
    std::string text;
    for (std::size_t index = 0; index < length; ++index, ++position_) {
      text += (!text.empty() && token().kind == SqlToken::Kind::Name ? " " : "") + token().text;
    }
    try {
      return parseType(text);
    } catch (const ExecutionError& error) {
      throw sqlSyntaxError(sql_, offset, error.message());
    }
  }

  /// `date '1998-12-01'`, `interval '90' day`, `decimal(15,2) '1.50'`; nothing when a name is followed by no string.
  std::optional<Expr> parseTypedLiteral() {
    const std::size_t length = typeNameLength();
    if (token(length).kind != SqlToken::Kind::String || isReserved(token().keyword)) {
      return std::nullopt;
    }
    if (token().keyword == "interval") {
      return parseInterval();
    }
    const Type type = parseTypeName();
    const SqlToken& content = token();
    ++position_;
    try {
      return lit(Value::parse(type, content.text));
    } catch (const ExecutionError& error) {
      throw sqlSyntaxError(sql_, content.offset, error.message());
    }
  }

  Expr parseInterval() {
    const SqlToken& content = token(1);
    position_ += 2;
    std::optional<Interval> interval;
    if (token().kind == SqlToken::Kind::Name && !isReserved(token().keyword)) {
      interval = intervalOf(content.text, token().keyword);
      ++position_;
      // SQL's precision of the leading field, as in `day (3)`, says nothing about the value.
      if (token().isSymbol("(") && token(1).kind == SqlToken::Kind::Number && token(2).isSymbol(")")) {
        position_ += 3;
      }
    } else {
      interval = parseIntervalText(content.text);
    }
    if (!interval) {
      throw sqlSyntaxError(sql_, content.offset, "expected an interval such as '90' day, '3' month or '1 year 2 days'");
    }
    return lit(Value::interval(*interval));
  }

  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t position_ = 0;
  std::uint32_t nesting_ = 0;
};

}  // namespace

Expr parseExpression(std::string_view sql) { return Parser(sql).run(); }

}  // namespace basalt
