#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operators/plan/ExpressionParser.h"
#include "operators/plan/SqlSyntax.h"
#include "runtime/ExecutionError.h"
#include "runtime/types/TemporalText.h"

/// Columns, literals, and everything that has a syntax of its own between parentheses.
namespace basalt {

using namespace sqlsyntax;

Expr ExpressionParser::parsePrimary() {
  const SqlToken& first = cursor_.token();
  switch (first.kind) {
    case SqlToken::Kind::Number:
      return parseNumber(false);
    case SqlToken::Kind::String:
      cursor_.advance();
      return lit(first.text);
    case SqlToken::Kind::Symbol:
      if (cursor_.acceptSymbol("(")) {
        Expr inner = parse(kOr);
        cursor_.expectSymbol(")");
        return inner;
      }
      break;
    case SqlToken::Kind::QuotedName:
      cursor_.advance();
      return cursor_.acceptSymbol("(") ? parseCall(first, first.text) : col(first.text);
    case SqlToken::Kind::Name:
      if (std::optional<Expr> literal = parseTypedLiteral()) {
        return *std::move(literal);
      }
      if (isReserved(first.keyword)) {
        return parseReserved();
      }
      cursor_.advance();
      return cursor_.acceptSymbol("(") ? parseCall(first, first.keyword) : col(first.text);
    case SqlToken::Kind::End:
      break;
  }
  cursor_.fail("an expression");
}

Expr ExpressionParser::parseReserved() {
  const SqlToken& first = cursor_.token();
  if (cursor_.acceptKeyword("true") || cursor_.acceptKeyword("false")) {
    return lit(Value::boolean(first.keyword == "true"));
  }
  if (cursor_.acceptKeyword("null")) {
    return lit(Value::null(Type::boolean()));
  }
  if (cursor_.acceptKeyword("case")) {
    return parseCase(first.offset);
  }
  if (cursor_.acceptKeyword("cast")) {
    cursor_.expectSymbol("(");
    return parseCast(first);
  }
  if (cursor_.acceptKeyword("extract")) {
    cursor_.expectSymbol("(");
    return parseExtract(first);
  }
  cursor_.fail("an expression");
}

Expr ExpressionParser::parseNumber(bool isNegative) {
  std::optional<Value> value = numericLiteral(cursor_.token().text, isNegative);
  if (!value) {
    throw sqlSyntaxError(cursor_.sql(), cursor_.token().offset,
                         "expected a number that a decimal of 38 digits or a double can hold");
  }
  cursor_.advance();
  return lit(*std::move(value));
}

/// `date '1998-12-01'`, `interval '90' day`, `decimal(15,2) '1.50'`; nothing when a name is followed by no string.
std::optional<Expr> ExpressionParser::parseTypedLiteral() {
  const std::size_t length = cursor_.typeNameLength();
  const bool isInterval = cursor_.token().isKeyword("interval");
  const SqlToken& content = cursor_.token(length);
  const bool isCount = isInterval && length == 1 && content.kind == SqlToken::Kind::Number;
  if ((content.kind != SqlToken::Kind::String && !isCount) || isReserved(cursor_.token().keyword)) {
    return std::nullopt;
  }
  if (isInterval) {
    return parseInterval();
  }
  const Type type = cursor_.readTypeName();
  cursor_.advance();
  try {
    return lit(Value::parse(type, content.text));
  } catch (const ExecutionError& error) {
    throw sqlSyntaxError(cursor_.sql(), content.offset, error.message());
  }
}

/// `interval '90' day`, `interval 90 day`, `interval '1 year 2 days'`.
Expr ExpressionParser::parseInterval() {
  const SqlToken& content = cursor_.token(1);
  cursor_.advance(2);
  std::string text = content.text;
  Interval interval{};
  if (cursor_.token().kind == SqlToken::Kind::Name &&
      basalt::parseInterval("1 " + cursor_.token().keyword, &interval)) {
    text += " " + cursor_.token().keyword;
    cursor_.advance();
    // SQL's precision of the leading field, as in `day (3)`, says nothing about the value.
    if (cursor_.token().isSymbol("(") && cursor_.token(1).kind == SqlToken::Kind::Number &&
        cursor_.token(2).isSymbol(")")) {
      cursor_.advance(3);
    }
  }
  if (!basalt::parseInterval(text, &interval)) {
    throw sqlSyntaxError(cursor_.sql(), content.offset,
                         "expected an interval such as '90' day, '3' month or '1 year 2 days'");
  }
  return lit(Value::interval(interval));
}

Expr ExpressionParser::parseCase(std::size_t offset) {
  std::optional<Expr> subject;
  if (!cursor_.token().isKeyword("when")) {
    subject = parse(kOr);
  }
  std::vector<Expr> arguments;
  cursor_.expectKeyword("when");
  do {
    const std::size_t whenOffset = cursor_.token().offset;
    Expr condition = parse(kOr);
    arguments.push_back(subject ? makeCall(whenOffset, "equal", {*subject, std::move(condition)})
                                : std::move(condition));
    cursor_.expectKeyword("then");
    arguments.push_back(parse(kOr));
  } while (cursor_.acceptKeyword("when"));
  if (cursor_.acceptKeyword("else")) {
    arguments.push_back(parse(kOr));
  } else if (cursor_.token().isKeyword("end")) {
    arguments.push_back(lit(Value::null(Type::boolean())));
  }
  if (!cursor_.acceptKeyword("end")) {
    cursor_.fail("when, else or end");
  }
  return makeCall(offset, "case", std::move(arguments));
}

/// The rest of `cast(x as type)` or `try_cast(x as type)`.
Expr ExpressionParser::parseCast(const SqlToken& name) {
  Expr argument = parse(kOr);
  cursor_.expectKeyword("as");
  const Type type = cursor_.readTypeName();
  cursor_.expectSymbol(")");
  checkDepth(name.offset, argument);
  return name.keyword == "cast" ? Expr::makeCast(std::move(argument), type)
                                : Expr::makeTryCast(std::move(argument), type);
}

/// The rest of `extract(field from x)`.
Expr ExpressionParser::parseExtract(const SqlToken& name) {
  const SqlToken& field = cursor_.token();
  if (field.kind != SqlToken::Kind::String && (field.kind != SqlToken::Kind::Name || isReserved(field.keyword))) {
    cursor_.fail("a field such as year");
  }
  cursor_.advance();
  cursor_.expectKeyword("from");
  Expr argument = parse(kOr);
  cursor_.expectSymbol(")");
  return makeCall(name.offset, std::string(kExtractPrefix) + lowerCase(field.text), {std::move(argument)});
}

/// The rest of `f(...)`, the opening parenthesis already read.
Expr ExpressionParser::parseCall(const SqlToken& name, std::string function) {
  if (cursor_.acceptSymbol(")")) {
    return makeCall(name.offset, std::move(function), {});
  }
  if (name.isKeyword("try_cast")) {
    return parseCast(name);
  }
  if (name.isKeyword("substring")) {
    return parseSubstring(name);
  }
  if (name.isKeyword("position")) {
    return parsePosition(name);
  }
  if (name.isKeyword("trim")) {
    return parseTrim(name);
  }
  std::vector<Expr> arguments;
  parseArguments(arguments);
  return makeCall(name.offset, std::move(function), std::move(arguments));
}

/// `substring(x from a for b)` or `substring(x, a, b)`.
Expr ExpressionParser::parseSubstring(const SqlToken& name) {
  std::vector<Expr> arguments{parse(kOr)};
  if (cursor_.acceptKeyword("from")) {
    arguments.push_back(parse(kOr));
    if (cursor_.acceptKeyword("for")) {
      arguments.push_back(parse(kOr));
    }
    cursor_.expectSymbol(")");
  } else if (!cursor_.acceptSymbol(")")) {
    cursor_.expectSymbol(",");
    parseArguments(arguments);
  }
  return makeCall(name.offset, "substring", std::move(arguments));
}

/// `position(part in text)`, which is strpos(text, part).
Expr ExpressionParser::parsePosition(const SqlToken& name) {
  Expr part = parse(kOperand);
  cursor_.expectKeyword("in");
  Expr text = parse(kOr);
  cursor_.expectSymbol(")");
  return makeCall(name.offset, "strpos", {std::move(text), std::move(part)});
}

/// `trim([both | leading | trailing] [characters] from x)` or `trim(x, characters)`.
Expr ExpressionParser::parseTrim(const SqlToken& name) {
  std::string function = "trim";
  bool isSided = false;
  for (const auto& [side, sided] :
       {std::pair("both", "trim"), std::pair("leading", "ltrim"), std::pair("trailing", "rtrim")}) {
    // Otherwise it is a column of that name.
    if (!isSided && cursor_.token().isKeyword(side) && !cursor_.token(1).isSymbol(")") &&
        !cursor_.token(1).isSymbol(",")) {
      cursor_.advance();
      function = sided;
      isSided = true;
    }
  }
  std::vector<Expr> arguments;
  if (!cursor_.token().isKeyword("from")) {
    arguments.push_back(parse(kOr));
  }
  if (cursor_.acceptKeyword("from")) {
    arguments.insert(arguments.begin(), parse(kOr));
    cursor_.expectSymbol(")");
  } else if (!cursor_.acceptSymbol(")")) {
    cursor_.expectSymbol(",");
    parseArguments(arguments);
  }
  return makeCall(name.offset, std::move(function), std::move(arguments));
}

void ExpressionParser::parseArguments(std::vector<Expr>& arguments) {
  do {
    arguments.push_back(parse(kOr));
  } while (cursor_.acceptSymbol(","));
  if (!cursor_.acceptSymbol(")")) {
    cursor_.fail(", or )");
  }
}

}  // namespace basalt
