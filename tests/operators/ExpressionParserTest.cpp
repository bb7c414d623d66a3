#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/plan/Expr.h"
#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

using testing::HasSubstr;

std::string reprint(std::string_view text) { return parseExpression(text).toSql(); }

std::string errorOf(std::string_view text) {
  try {
    parseExpression(text);
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidPlan);
    return error.message();
  }
  return "no error";
}

TEST(ExpressionParserTest, BindsOperatorsByPrecedence) {
  EXPECT_TRUE(parseExpression("a + b * c").sameAs(col("a") + col("b") * col("c")));
  EXPECT_TRUE(parseExpression("(a + b) * c").sameAs((col("a") + col("b")) * col("c")));
  EXPECT_TRUE(parseExpression("a - b - c").sameAs((col("a") - col("b")) - col("c")));
  EXPECT_TRUE(parseExpression("a - (b - c)").sameAs(col("a") - (col("b") - col("c"))));
  EXPECT_TRUE(parseExpression("not a = b").sameAs(!equal(col("a"), col("b"))));
  EXPECT_TRUE(parseExpression("a or b and c").sameAs(col("a") || (col("b") && col("c"))));
  EXPECT_TRUE(parseExpression("-a * b").sameAs(call("negate", {col("a")}) * col("b")));
  EXPECT_TRUE(parseExpression("a < b + 1").sameAs(col("a") < col("b") + lit(std::int64_t{1})));
  EXPECT_TRUE(parseExpression("a = b is null").sameAs(call("is_null", {equal(col("a"), col("b"))})));
}

TEST(ExpressionParserTest, ChainsOfAndAreOneCall) {
  EXPECT_TRUE(parseExpression("a and b AND c").sameAs(call("and", {col("a"), col("b"), col("c")})));
  EXPECT_TRUE(parseExpression("a and (b and c)").sameAs(col("a") && (col("b") && col("c"))));
}

TEST(ExpressionParserTest, ReadsLiterals) {
  EXPECT_EQ(parseExpression("1").literal(), Value::integer(Type::integer(), 1));
  EXPECT_EQ(parseExpression("-1").literal(), Value::integer(Type::integer(), -1));
  EXPECT_EQ(parseExpression("3000000000").literal(), Value::integer(Type::bigInt(), 3'000'000'000));
  EXPECT_EQ(parseExpression("-9223372036854775808").literal(), Value::integer(Type::bigInt(), INT64_MIN));
  EXPECT_EQ(parseExpression("9223372036854775808").literal().type(), Type::decimal(19, 0));
  EXPECT_EQ(parseExpression("1.50").literal(), Value::decimal(Type::decimal(3, 2), 150));
  EXPECT_EQ(parseExpression("0.06").literal(), Value::decimal(Type::decimal(2, 2), 6));
  EXPECT_EQ(parseExpression(".5").literal(), Value::decimal(Type::decimal(1, 1), 5));
  EXPECT_EQ(parseExpression("1e3").literal(), Value::floating(Type::doublePrecision(), 1000));
  EXPECT_EQ(parseExpression("'it''s'").literal(), Value::string(Type::varchar(), "it's"));
  EXPECT_EQ(parseExpression("TRUE").literal(), Value::boolean(true));
  EXPECT_TRUE(parseExpression("null").literal().isNull());
  EXPECT_EQ(parseExpression("date '1970-01-02'").literal(), Value::date(Date{1}));
  EXPECT_EQ(parseExpression("interval '90' day").literal(), Value::interval({0, 90, 0}));
  EXPECT_EQ(parseExpression("interval '90' day (3)").literal(), Value::interval({0, 90, 0}));
  EXPECT_EQ(parseExpression("interval '-1 year 2 months 3 seconds'").literal(), Value::interval({-10, 0, 3'000'000}));
  EXPECT_EQ(parseExpression("interval 3 week").literal(), Value::interval({0, 21, 0}));
  EXPECT_EQ(parseExpression("interval '1.5' seconds").literal(), Value::interval({0, 0, 1'500'000}));
  EXPECT_EQ(parseExpression("interval '2' quarter").literal(), Value::interval({6, 0, 0}));
  EXPECT_EQ(parseExpression("interval '1 century -1 decade'").literal(), Value::interval({1080, 0, 0}));
  EXPECT_EQ(parseExpression("interval '2' millennia").literal(), Value::interval({24000, 0, 0}));
  EXPECT_EQ(parseExpression("interval '5' microsecond").literal(), Value::interval({0, 0, 5}));
  EXPECT_EQ(parseExpression("interval '7' milliseconds").literal(), Value::interval({0, 0, 7000}));
  EXPECT_EQ(parseExpression("interval '1 day 02:30:00'").literal(), Value::interval({0, 1, 9'000'000'000}));
  EXPECT_EQ(parseExpression("time '12:30'").literal(), Value::integer(Type::time(), Int128{45'000'000'000}));
  EXPECT_EQ(parseExpression("timestamp '1970-01-02 00:00:01'").literal(),
            Value::integer(Type::timestamp(), Int128{86'401'000'000}));
  EXPECT_EQ(parseExpression("decimal(15, 2) '1.5'").literal(), Value::decimal(Type::decimal(15, 2), 150));
  EXPECT_EQ(parseExpression("double precision '1.5'").literal(), Value::floating(Type::doublePrecision(), 1.5));
}

TEST(ExpressionParserTest, ReadsPredicatesAndFunctions) {
  EXPECT_TRUE(
      parseExpression("a not in (1, 2)").sameAs(!call("in", {col("a"), lit(std::int64_t{1}), lit(std::int64_t{2})})));
  EXPECT_TRUE(parseExpression("a between 1 and 2 and b")
                  .sameAs(call("between", {col("a"), lit(std::int64_t{1}), lit(std::int64_t{2})}) && col("b")));
  EXPECT_TRUE(parseExpression("a like '%x'").sameAs(call("like", {col("a"), lit("%x")})));
  EXPECT_TRUE(parseExpression("a like b escape '#'").sameAs(call("like_escape", {col("a"), col("b"), lit("#")})));
  EXPECT_TRUE(parseExpression("a not ilike '%x'").sameAs(!call("ilike", {col("a"), lit("%x")})));
  EXPECT_TRUE(parseExpression("a ILIKE b ESCAPE c").sameAs(call("ilike_escape", {col("a"), col("b"), col("c")})));
  EXPECT_TRUE(parseExpression("a is true").sameAs(call("is_not_distinct_from", {col("a"), lit(Value::boolean(true))})));
  EXPECT_TRUE(
      parseExpression("a is not false").sameAs(call("is_distinct_from", {col("a"), lit(Value::boolean(false))})));
  EXPECT_TRUE(parseExpression("a is not distinct from b").sameAs(call("is_not_distinct_from", {col("a"), col("b")})));
  EXPECT_TRUE(parseExpression("a::bigint").sameAs(cast(col("a"), Type::bigInt())));
  EXPECT_TRUE(parseExpression("CAST(a AS decimal(10,2))").sameAs(cast(col("a"), Type::decimal(10, 2))));
  EXPECT_TRUE(parseExpression("TRY_CAST(a AS date)").sameAs(tryCast(col("a"), Type::date())));
  EXPECT_TRUE(parseExpression("position('x' in a || b)")
                  .sameAs(call("strpos", {call("concatenate", {col("a"), col("b")}), lit("x")})));
  EXPECT_TRUE(parseExpression("trim(a)").sameAs(call("trim", {col("a")})));
  EXPECT_TRUE(parseExpression("trim(a, 'x')").sameAs(call("trim", {col("a"), lit("x")})));
  EXPECT_TRUE(parseExpression("trim('x' from a)").sameAs(call("trim", {col("a"), lit("x")})));
  EXPECT_TRUE(parseExpression("trim(BOTH 'x' from a)").sameAs(call("trim", {col("a"), lit("x")})));
  EXPECT_TRUE(parseExpression("trim(leading from a)").sameAs(call("ltrim", {col("a")})));
  EXPECT_TRUE(parseExpression("trim(trailing 'x' from a)").sameAs(call("rtrim", {col("a"), lit("x")})));
  EXPECT_TRUE(parseExpression("trim(leading)").sameAs(call("trim", {col("leading")})));
  EXPECT_TRUE(parseExpression("a // b").sameAs(call("integer_divide", {col("a"), col("b")})));
  EXPECT_TRUE(parseExpression("extract('year' from a)").sameAs(call("extract_year", {col("a")})));
  EXPECT_TRUE(parseExpression("a || b + c").sameAs(call("concatenate", {col("a"), col("b") + col("c")})));
  EXPECT_TRUE(parseExpression("a || b || c = d")
                  .sameAs(equal(call("concatenate", {call("concatenate", {col("a"), col("b")}), col("c")}), col("d"))));
  EXPECT_TRUE(parseExpression("escape like ilike").sameAs(call("like", {col("escape"), col("ilike")})));
  EXPECT_TRUE(parseExpression("Length(a)").sameAs(call("length", {col("a")})));
  EXPECT_TRUE(parseExpression("extract(YEAR from a)").sameAs(call("extract_year", {col("a")})));
  EXPECT_TRUE(parseExpression("substring(a from 1 for 2)")
                  .sameAs(call("substring", {col("a"), lit(std::int64_t{1}), lit(std::int64_t{2})})));
  EXPECT_TRUE(parseExpression("case when a then 1 else 2 end")
                  .sameAs(call("case", {col("a"), lit(std::int64_t{1}), lit(std::int64_t{2})})));
  EXPECT_TRUE(
      parseExpression("case a when 1 then b end")
          .sameAs(call("case", {equal(col("a"), lit(std::int64_t{1})), col("b"), lit(Value::null(Type::boolean()))})));
  EXPECT_TRUE(parseExpression("\"strange \"\"name\"").sameAs(col("strange \"name")));
  EXPECT_TRUE(parseExpression("date = b").sameAs(equal(col("date"), col("b"))));
}

TEST(ExpressionParserTest, PrintsNoMoreParenthesesThanNeeded) {
  for (const std::string_view text : {"a + b * c",
                                      "(a + b) * c",
                                      "a - (b - c)",
                                      "a - b - c",
                                      "a and b and c",
                                      "a and (b and c)",
                                      "not (a and b)",
                                      "not a = b",
                                      "(a = b) = c",
                                      "(a is null) is null",
                                      "a not in (1, 2)",
                                      "a not between 1 and 2",
                                      "a not like 'x'",
                                      "-(5)",
                                      "-(-a)",
                                      "-a",
                                      "- 5",
                                      "a - -5",
                                      "case when a then b else c end",
                                      "cast(a as bigint)",
                                      "\"Select me\"",
                                      "\"and\"",
                                      "\"and\"(a)",
                                      "length(a + b)",
                                      "l_extendedprice * (1 - l_discount) * (1 + l_tax)",
                                      "date '1998-12-01' - interval '90' day",
                                      "a || b || c",
                                      "a is distinct from b + 1",
                                      "interval '1 year 2 day'",
                                      "a not ilike 'x' escape '#'",
                                      "a like b || c escape d",
                                      "try_cast(a as date)",
                                      "extract(year from a + b)",
                                      "a // b",
                                      "a || (b || c)",
                                      "(a || b) + c",
                                      "(a like b) is null",
                                      "\"position\"(a)",
                                      "\"order\" + \"left\"",
                                      "left(a)",
                                      "interval '9223372036854 second 775807 microsecond'",
                                      "time '12:30:00'",
                                      "timestamp '2000-01-01 00:00:00.5'"}) {
    if (text != "- 5" && text != "(a is null) is null") {
      EXPECT_EQ(reprint(text), text);
    }
    EXPECT_TRUE(parseExpression(reprint(text)).sameAs(parseExpression(text))) << text;
  }
}

TEST(ExpressionParserTest, ErrorsNameColumnAndExpectation) {
  EXPECT_EQ(errorOf("a + )"), "expected an expression but found ) at column 5 of: a + )");
  EXPECT_EQ(errorOf(""), "expected an expression but the text ends at column 1 of: ");
  EXPECT_THAT(errorOf("a b"), HasSubstr("expected an operator or the end but found b at column 3"));
  EXPECT_THAT(errorOf("(a"), HasSubstr("expected ) but the text ends at column 3"));
  EXPECT_THAT(errorOf("f(a, "), HasSubstr("expected an expression but the text ends"));
  EXPECT_THAT(errorOf("f(a b)"), HasSubstr("expected , or ) but found b at column 5"));
  EXPECT_THAT(errorOf("'abc"), HasSubstr("expected a closing ' for the one at column 1"));
  EXPECT_THAT(errorOf("a ? b"), HasSubstr("found ? at column 3"));
  EXPECT_THAT(errorOf("'é' + ?"), HasSubstr("found ? at column 7"));
  EXPECT_THAT(errorOf("12abc"), HasSubstr("expected the number to end but found a at column 3"));
  EXPECT_THAT(errorOf("a < b < c"), HasSubstr("found < at column 7"));
  EXPECT_THAT(errorOf("a between 1 or 2"), HasSubstr("expected and but found or at column 13"));
  EXPECT_THAT(errorOf("a not 5"), HasSubstr("expected between, in, like or ilike after not but found 5"));
  EXPECT_THAT(errorOf("a is 5"), HasSubstr("expected null, not null or distinct from but found 5 at column 6"));
  EXPECT_THAT(errorOf("case when a then b"), HasSubstr("expected when, else or end but the text ends"));
  EXPECT_THAT(errorOf("case end"), HasSubstr("expected an expression but found end at column 6"));
  EXPECT_THAT(errorOf("cast(a as nothing)"), HasSubstr("at column 11"));
  EXPECT_THAT(errorOf("date '1998-13-01'"), HasSubstr("at column 6"));
  EXPECT_THAT(errorOf("interval 'many' day"), HasSubstr("at column 10"));
  EXPECT_THAT(errorOf("interval '9999999999' day"), HasSubstr("at column 10"));
  EXPECT_THAT(errorOf("1" + std::string(60, '0')), HasSubstr("38 digits"));
  EXPECT_THAT(errorOf("select"), "no error");
  EXPECT_THAT(errorOf("a and"), HasSubstr("column 6"));
}

TEST(ExpressionParserTest, LongTextIsCutInErrors) {
  const std::string message = errorOf(std::string(500, 'a') + " + )" + std::string(500, 'b'));
  EXPECT_THAT(message, HasSubstr("at column 504"));
  EXPECT_LT(message.size(), 250U);
}

TEST(ExpressionParserTest, DepthIsLimitedClearly) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "a" + std::string(depth, ')'); };
  EXPECT_EQ(errorOf(nested(900)), "no error");
  EXPECT_THAT(errorOf(nested(100'000)), HasSubstr("parentheses nest deeper than the limit of 2000"));
  std::string chain = "a";
  std::string conditions = "a";
  std::string negations;
  std::string casts = "a";
  for (int i = 0; i < 5000; ++i) {
    chain += " + 1";
    conditions += " or a";
    negations += "not ";
    casts += "::bigint";
  }
  EXPECT_THAT(errorOf(chain), HasSubstr("deeper than the limit of 1000"));
  EXPECT_THAT(errorOf(negations + "a"), HasSubstr("deeper than the limit"));
  EXPECT_THAT(errorOf(casts), HasSubstr("deeper than the limit of 1000"));
  EXPECT_EQ(errorOf(conditions), "no error");
}

TEST(ExpressionParserTest, TheDeepestExpressionsSurviveTheirText) {
  Expr left = col("a");
  Expr right = col("a");
  Expr negated = col("a");
  Expr compared = col("a");
  for (std::uint32_t depth = 1; depth < Expr::kMaxDepth; ++depth) {
    left = std::move(left) - col("b");
    right = col("b") - std::move(right);
    negated = call("negate", {std::move(negated)});
    compared = equal(col("b"), std::move(compared));
  }
  for (const Expr& expression : {left, right, negated, compared}) {
    EXPECT_TRUE(parseExpression(expression.toSql()).sameAs(expression));
  }
}

TEST(ExpressionParserTest, BuildersRefuseTooDeepExpressions) {
  Expr deep = col("a");
  EXPECT_THROW(
      {
        for (int i = 0; i < 2000; ++i) {
          deep = std::move(deep) + lit(std::int64_t{1});
        }
      },
      ExecutionError);
}

/// Any expression there is, also such as no text leads to.
class RandomExpression {
 public:
  explicit RandomExpression(std::uint32_t seed) : random_(seed) {}

  Expr make(int depth) {
    const int choice = pick(depth == 0 ? 2 : 8);
    if (choice == 0) {
      return col(oneOf({"a", "l_tax", "Mixed Case", "and", "date", "x\"y", "interval", "extract", "order", "ilike",
                        "escape", "both"}));
    }
    if (choice == 1) {
      return lit(literal());
    }
    if (choice == 2) {
      const Type target = pick(2) == 0 ? Type::bigInt() : Type::decimal(15, 2);
      return pick(2) == 0 ? cast(make(depth - 1), target) : tryCast(make(depth - 1), target);
    }
    static const std::vector<std::string> kFunctions = {"add",
                                                        "subtract",
                                                        "multiply",
                                                        "divide",
                                                        "modulo",
                                                        "negate",
                                                        "concatenate",
                                                        "equal",
                                                        "less",
                                                        "and",
                                                        "or",
                                                        "not",
                                                        "in",
                                                        "like",
                                                        "ilike",
                                                        "like_escape",
                                                        "ilike_escape",
                                                        "integer_divide",
                                                        "extract_year",
                                                        "extract_Odd",
                                                        "trim",
                                                        "position",
                                                        "try_cast",
                                                        "case",
                                                        "is_null",
                                                        "between",
                                                        "length",
                                                        "is_not_null",
                                                        "extract",
                                                        "Odd f",
                                                        "is_distinct_from",
                                                        "is_not_distinct_from",
                                                        "substring"};
    std::vector<Expr> arguments;
    for (int count = pick(4); count >= 0; --count) {
      arguments.push_back(make(depth - 1));
    }
    return call(kFunctions[static_cast<std::size_t>(pick(static_cast<int>(kFunctions.size())))], std::move(arguments));
  }

 private:
  int pick(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  std::string oneOf(std::vector<std::string> texts) {
    return texts[static_cast<std::size_t>(pick(static_cast<int>(texts.size())))];
  }
  Value literal() {
    const auto number = static_cast<std::int64_t>(random_());
    switch (pick(12)) {
      case 0:
        return Value::integer(Type::integer(), number % 1000 - 500);
      case 1:
        return Value::integer(Type::bigInt(), number % 1000);
      case 2:
        return Value::integer(Type::bigInt(), -number * 1'000'000);
      case 3:
        return Value::decimal(Type::decimal(15, 2), number - 1'000'000);
      case 4:
        return Value::decimal(Type::decimal(3, 2), number % 1000);
      case 5:
        return Value::floating(Type::doublePrecision(), (static_cast<double>(number) - 1e9) / 7);
      case 6:
        return Value::string(Type::varchar(), oneOf({"", "'", "text", "é%_"}));
      case 7:
        return Value::date(Date{static_cast<std::int32_t>(number % 20000)});
      case 8:
        return Value::interval({pick(30) - 15, pick(3) - 1, pick(3) * 1'500'000});
      case 9:
        return Value::null(pick(2) == 0 ? Type::boolean() : Type::date());
      case 10:
        return Value::integer(Type::smallInt(), pick(100));
      default:
        return Value::boolean(pick(2) == 0);
    }
  }

  std::mt19937 random_;
};

TEST(ExpressionParserTest, EveryExpressionSurvivesItsText) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomExpression expressions(seed);
  for (int i = 0; i < 3000; ++i) {
    const Expr expression = expressions.make(5);
    const std::string text = expression.toSql();
    const Expr again = parseExpression(text);
    ASSERT_TRUE(again.sameAs(expression)) << text << "\nread as\n" << again.toSql();
  }
}

TEST(ExpressionParserTest, NoTextBreaksIt) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> words = {
      "a",     "(",      ")",    ",",    "+",        "-",       "1",    "'x'",  "and",      "or",   "not",
      "case",  "when",   "in",   "like", "end",      "cast",    "as",   "date", "interval", "'90'", "day",
      "is",    "null",   "::",   "int",  "=",        "<",       "1.5",  "f",    "between",  "else", "then",
      "ilike", "escape", "trim", "from", "position", "extract", "year", "true", "||"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t length = random() % 12; length > 0; --length) {
      text += words[random() % words.size()] + " ";
    }
    try {
      const Expr expression = parseExpression(text);
      ASSERT_TRUE(parseExpression(expression.toSql()).sameAs(expression)) << text;
    } catch (const ExecutionError& error) {
      ASSERT_EQ(error.code(), ErrorCode::InvalidPlan) << text;
    }
  }
}

}  // namespace
}  // namespace basalt
