#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/Binder.h"
#include "runtime/ExecutionError.h"
#include "runtime/types/Dictionary.h"

namespace basalt {
namespace {

using testing::HasSubstr;

const Schema& schema() {
  static const Schema kSchema({{"flag", Type::boolean(), true},
                               {"tiny", Type::tinyInt(), false},
                               {"small", Type::smallInt(), false},
                               {"number", Type::integer(), false},
                               {"big", Type::bigInt(), true},
                               {"real_number", Type::real(), false},
                               {"fraction", Type::doublePrecision(), false},
                               {"price", Type::decimal(15, 2), false},
                               {"rate", Type::decimal(4, 3), true},
                               {"wide", Type::decimal(38, 4), false},
                               {"day", Type::date(), false},
                               {"moment", Type::timestamp(), false},
                               {"name", Type::varchar(), true},
                               {"twice", Type::integer(), false},
                               {"twice", Type::integer(), false}});
  return kSchema;
}

ExpressionPointer bindText(std::string_view text) { return bindExpression(parseExpression(text), schema(), "$.here"); }

/// The kernels of an expression in calling form: "less_equal(day, date '1998-09-02')".
std::string shape(const Expression& expression) {
  std::string name;
  switch (expression.kind) {
    case Expression::Kind::Column:
    case Expression::Kind::Literal:
    case Expression::Kind::Prepared:
      return expression.text;
    case Expression::Kind::Call:
      name = expression.kernel->name;
      break;
    case Expression::Kind::And:
      name = "And";
      break;
    case Expression::Kind::Or:
      name = "Or";
      break;
    case Expression::Kind::IsNull:
      name = "IsNull";
      break;
    case Expression::Kind::Case:
      name = "Case";
      break;
  }
  std::string arguments;
  for (const ExpressionPointer& argument : expression.arguments) {
    arguments += (arguments.empty() ? "" : ", ") + shape(*argument);
  }
  return name + "(" + arguments + ")";
}
std::string shape(std::string_view text) { return shape(*bindText(text)); }

std::string typeOf(std::string_view text) { return toString(bindText(text)->type); }

/// The value of a constant expression, or what it became instead.
std::string valueOf(std::string_view text) {
  const ExpressionPointer expression = bindText(text);
  return expression->kind == Expression::Kind::Literal ? expression->literal.toString() : shape(*expression);
}

/// Whether a constant expression was left to fail where a row evaluates it.
bool staysFallible(std::string_view text) {
  const ExpressionPointer expression = bindText(text);
  return expression->kind == Expression::Kind::Call && mayFail(*expression);
}

std::string errorOf(std::string_view text) {
  try {
    bindText(text);
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.place(), "$.here");
    return std::string(basalt::name(error.code())) + ": " + error.message();
  }
  return "no error";
}

TEST(BinderTest, DecimalArithmeticTypes) {
  EXPECT_EQ(typeOf("1 - rate"), "decimal(5,3)");
  EXPECT_EQ(shape("1 - rate"), "decimal_subtract_exact(1.000, rate)");
  EXPECT_EQ(typeOf("price + price"), "decimal(16,2)");
  EXPECT_EQ(typeOf("price + rate"), "decimal(17,3)");
  EXPECT_EQ(shape("price + rate"), "decimal_add_exact(decimal_scale_up_exact(price, bigint '10'), rate)");
  EXPECT_EQ(typeOf("price * rate"), "decimal(18,5)");
  EXPECT_EQ(shape("price * rate"), "decimal_multiply(price, rate)");
  EXPECT_EQ(typeOf("rate * rate"), "decimal(8,6)");
  EXPECT_EQ(shape("rate * rate"), "decimal_multiply_exact(rate, rate)");
  EXPECT_EQ(typeOf("price * (1 - rate) * (1 + rate)"), "decimal(18,8)");
  EXPECT_EQ(typeOf("wide * price"), "decimal(38,6)");
  EXPECT_EQ(shape("wide * price"), "decimal_multiply(wide, cast_int128(price))");
  EXPECT_EQ(typeOf("wide + price"), "decimal(38,4)");
  EXPECT_EQ(typeOf("price / rate"), "double");
  EXPECT_EQ(typeOf("price * fraction"), "double");
  EXPECT_EQ(typeOf("price * number"), "decimal(18,2)");
  EXPECT_EQ(typeOf("price * big"), "decimal(34,2)");
  EXPECT_EQ(typeOf("-price"), "decimal(15,2)");
  EXPECT_EQ(typeOf("price % 10"), "decimal(15,2)");
  EXPECT_EQ(typeOf("cast(price as decimal(18,12)) * cast(price as decimal(18,12))"), "decimal(36,24)");
  EXPECT_THAT(errorOf("cast(price as decimal(38,30)) * cast(price as decimal(38,30))"),
              HasSubstr("60 digits behind the point"));
}

TEST(BinderTest, IntegerAndFloatingArithmetic) {
  EXPECT_EQ(typeOf("tiny + tiny"), "tinyint");
  EXPECT_EQ(typeOf("number + big"), "bigint");
  EXPECT_EQ(shape("number + big"), "add(cast_bigint(number), big)");
  EXPECT_EQ(typeOf("number / number"), "double");
  EXPECT_EQ(typeOf("number * fraction"), "double");
  EXPECT_EQ(typeOf("real_number + real_number"), "real");
  EXPECT_EQ(typeOf("number + real_number"), "double");
  EXPECT_EQ(typeOf("number + null"), "integer");
  EXPECT_EQ(valueOf("number + null"), "NULL");
  EXPECT_EQ(valueOf("1.5 + null"), "NULL");
}

TEST(BinderTest, LiteralsAdaptInComparisons) {
  EXPECT_EQ(shape("price > 24"), "greater(price, decimal(15,2) '24.00')");
  EXPECT_EQ(shape("price > 0.06"), "greater(price, decimal(15,2) '0.06')");
  EXPECT_EQ(shape("0.06 < price"), "less(decimal(15,2) '0.06', price)");
  EXPECT_EQ(shape("small = 5"), "equal(small, smallint '5')");
  EXPECT_EQ(shape("small = 100000"), "equal(cast_integer(small), 100000)");
  EXPECT_EQ(shape("number = 24.0"), "equal(number, 24)");
  EXPECT_EQ(shape("price = 0.065"), "equal(decimal_scale_up_exact(price, bigint '10'), decimal(16,3) '0.065')");
  EXPECT_EQ(shape("price = '0.06'"), "equal(price, decimal(15,2) '0.06')");
  EXPECT_EQ(shape("number = '-7'"), "equal(number, -7)");
  EXPECT_EQ(shape("day = '1998-12-01'"), "equal(day, date '1998-12-01')");
  EXPECT_EQ(shape("moment > '1998-12-01'"), "greater(moment, timestamp '1998-12-01 00:00:00')");
  EXPECT_EQ(shape("moment > day"), "greater(moment, cast_timestamp(day))");
  EXPECT_EQ(shape("real_number < 0.1"), "less(real_number, real '0.1')");
  EXPECT_EQ(shape("fraction < 5"), "less(fraction, 5e+00)");
  EXPECT_EQ(shape("name = 'x'"), "equal(name, 'x')");
  EXPECT_EQ(valueOf("name = null"), "NULL");
  EXPECT_EQ(valueOf("'a' = 'a'"), "true");
  EXPECT_EQ(valueOf("1 = 1.0"), "true");
  EXPECT_EQ(valueOf("1 = '1'"), "true");
}

TEST(BinderTest, FoldsConstants) {
  EXPECT_EQ(shape("day <= date '1998-12-01' - interval '90' day"), "less_equal(day, date '1998-09-02')");
  EXPECT_EQ(valueOf("date '1994-01-01' + interval '1' year"), "1995-01-01");
  EXPECT_EQ(valueOf("interval '1' month + date '1994-01-31'"), "1994-02-28");
  EXPECT_EQ(valueOf("1 + 2 * 3"), "7");
  EXPECT_EQ(valueOf("1.5 * 2"), "3.0");
  EXPECT_EQ(valueOf("-(0.06)"), "-0.06");
  EXPECT_EQ(valueOf("upper('a very long string indeed')"), "A VERY LONG STRING INDEED");
  EXPECT_EQ(valueOf("'abc' like 'a%'"), "true");
  EXPECT_EQ(valueOf("extract(year from date '1995-03-15')"), "1995");
  EXPECT_EQ(valueOf("1 between 0 and 2"), "true");
  EXPECT_EQ(valueOf("3 in (1, 2)"), "false");
  EXPECT_EQ(valueOf("3 not in (1, null)"), "NULL");
  EXPECT_EQ(valueOf("null is null"), "true");
  EXPECT_EQ(valueOf("case when 1 = 2 then 'a' when null then 'b' else 'c' end"), "c");
  EXPECT_EQ(valueOf("coalesce(null, 5)"), "5");
  EXPECT_EQ(valueOf("nullif(1, 1)"), "NULL");
  EXPECT_EQ(valueOf("nullif(2, 1)"), "2");
  EXPECT_EQ(valueOf("null is distinct from null"), "false");
  EXPECT_EQ(valueOf("1 is distinct from null"), "true");
  EXPECT_EQ(valueOf("1 is not distinct from 1"), "true");
}

TEST(BinderTest, ConstantsThatCannotBeComputedStay) {
  EXPECT_EQ(shape("1 / 0"), "divide(1e+00, 0e+00)");
  EXPECT_EQ(shape("1 % 0"), "modulo(1, 0)");
  EXPECT_EQ(shape("2147483647 + 1"), "add(2147483647, 1)");
  EXPECT_EQ(shape("cast('none' as date)"), "cast_date('none')");
  EXPECT_EQ(shape("cast(1e300 as real)"), "cast_real(1e+300)");
  EXPECT_EQ(shape("real_number + 1e300"), "add(cast_double(real_number), 1e+300)");
  EXPECT_EQ(shape("case when number > 0 then 1 else 1 % 0 end"), "Case(greater(number, 0), 1, modulo(1, 0))");
  EXPECT_EQ(valueOf("case when true then 1 else 1 % 0 end"), "1");
  EXPECT_EQ(valueOf("coalesce(1, 1 % 0)"), "1");
  EXPECT_EQ(valueOf("false and 1 % 0 = 1"), "false");
  EXPECT_EQ(valueOf("null + 1 % 0"), "NULL");
  EXPECT_TRUE(mayFail(*bindText("1 % 0")));
}

TEST(BinderTest, TriedCasts) {
  EXPECT_EQ(valueOf("try_cast('x' as integer)"), "NULL");
  EXPECT_EQ(valueOf("try_cast('7' as integer)"), "7");
  EXPECT_EQ(valueOf("try_cast(1000 as tinyint)"), "NULL");
  EXPECT_EQ(valueOf("try_cast(100 as decimal(4,2))"), "NULL");
  EXPECT_TRUE(staysFallible("try_cast(1 % 0 as bigint)"));
  EXPECT_EQ(shape("try_cast(number as integer)"), "number");
  EXPECT_FALSE(bindText("try_cast(number as bigint)")->nullable);
  for (const std::string text : {"try_cast(number as tinyint)", "try_cast(price as decimal(3,1))",
                                 "try_cast(name as decimal(9,2))", "try_cast(fraction as decimal(30,2))"}) {
    EXPECT_TRUE(bindText(text)->nullable) << text;
    EXPECT_FALSE(mayFail(*bindText(text))) << text;
    EXPECT_TRUE(mayFail(*bindText(text.substr(4)))) << text;
  }
  EXPECT_TRUE(mayFail(*bindText("try_cast(number % 0 as tinyint)")));
  EXPECT_TRUE(mayFail(*bindText("try_cast(number as varchar)"))) << "for want of memory";
  EXPECT_THAT(errorOf("try_cast(day as integer)"), HasSubstr("a value of type date cannot be cast to integer: day"));
}

TEST(BinderTest, CastsBetweenAllKindsOfTypes) {
  const std::vector<std::string> numbers = {"boolean", "tinyint", "smallint",      "integer",       "bigint",
                                            "real",    "double",  "decimal(18,2)", "decimal(30,10)"};
  const auto isPossible = [](const std::string& from, const std::string& to) {
    const Schema schema({{"x", parseType(from), true}});
    try {
      const ExpressionPointer bound = bindExpression(cast(col("x"), parseType(to)), schema, "$.here");
      return bound->type == parseType(to);
    } catch (const ExecutionError&) {
      return false;
    }
  };
  for (const std::string& from : numbers) {
    for (const std::string& to : numbers) EXPECT_TRUE(isPossible(from, to)) << from << " to " << to;
    for (const std::string to : {"date", "time", "timestamp", "interval"}) {
      EXPECT_FALSE(isPossible(from, to)) << from << " to " << to;
      EXPECT_FALSE(isPossible(to, from)) << to << " to " << from;
    }
  }
  std::vector<std::string> all = numbers;
  all.insert(all.end(), {"date", "time", "timestamp", "interval", "varchar", "binary"});
  for (const std::string& type : all) {
    for (const std::string text : {"varchar", "binary"}) {
      EXPECT_TRUE(isPossible(type, text)) << type;
      EXPECT_TRUE(isPossible(text, type)) << type;
    }
  }
  EXPECT_TRUE(isPossible("date", "timestamp"));
  EXPECT_TRUE(isPossible("timestamp", "date"));
  EXPECT_TRUE(isPossible("timestamp", "time"));
  EXPECT_TRUE(isPossible("time", "interval"));
  EXPECT_TRUE(isPossible("interval", "time"));
  EXPECT_FALSE(isPossible("date", "time"));
  EXPECT_EQ(valueOf("cast(true as decimal(5,2))"), "1.00");
  EXPECT_EQ(valueOf("cast(0.5 as boolean)"), "true");
  EXPECT_EQ(valueOf("cast(0e0 as boolean)"), "false");
  EXPECT_EQ(valueOf("cast(interval '25 hours -1 second' as time)"), "00:59:59");
  EXPECT_EQ(valueOf("cast(interval '-1 second' as time)"), "23:59:59");
}

TEST(BinderTest, PreparesConstants) {
  EXPECT_EQ(shape("name like 'a%'"), "like(name, 'a%')");
  EXPECT_EQ(bindText("name like 'a%'")->arguments[1]->kind, Expression::Kind::Prepared);
  EXPECT_EQ(bindText("name not ilike 'a%' escape '#'")->arguments[1]->kind, Expression::Kind::Prepared);
  EXPECT_EQ(shape("name like name"), "like(name, name)");
  EXPECT_EQ(shape("not name ilike name"), "not_ilike(name, name)");
  EXPECT_EQ(valueOf("'A' ilike 'a'"), "true");
  EXPECT_EQ(valueOf("'a%' like 'a#%' escape '#'"), "true");
  EXPECT_EQ(valueOf("name like null"), "NULL");
  EXPECT_TRUE(staysFallible("'a' like 'a#' escape '#'"));
  EXPECT_EQ(shape("name like 'a#' escape '#'"), "like_escape(name, 'a#', '#')");
  EXPECT_THAT(errorOf("number like 'a'"), HasSubstr("no function like(integer, varchar)"));
  EXPECT_EQ(shape("regexp_matches(name, 'a+')"), "regexp_matches(name, 'a+')");
  EXPECT_EQ(bindText("regexp_replace(name, 'a+', name, 'gi')")->arguments.size(), 3U);
  EXPECT_EQ(shape("regexp_matches(name, name, 'i')"), "regexp_matches(name, name, 1)");
  EXPECT_EQ(valueOf("regexp_extract('abc', 'b(.)', 1)"), "c");
  EXPECT_EQ(valueOf("regexp_matches(null, 'b')"), "NULL");
  EXPECT_THAT(errorOf("regexp_matches(name, '(')"), HasSubstr("the regular expression '(' is wrong: missing ): ("));
  EXPECT_THAT(errorOf("regexp_matches('a', '(')"), HasSubstr("the regular expression '(' is wrong"));
  EXPECT_THAT(errorOf("regexp_matches(name, 'a', 'g')"), HasSubstr("letters c, i, l, m, n, p, s but are: 'g'"));
  EXPECT_THAT(errorOf("regexp_replace(name, 'a', '', 'x')"), HasSubstr("s, g but are: 'x'"));
  EXPECT_THAT(errorOf("regexp_matches(name, 'a', name)"), HasSubstr("must be a constant"));
  EXPECT_THAT(errorOf("regexp_matches(number, 'a')"), HasSubstr("takes text but was given a value of type integer"));
  EXPECT_THAT(errorOf("regexp_extract(name, 'a', name)"), HasSubstr("the group of regexp_extract must be an integer"));
  EXPECT_THAT(errorOf("regexp_matches(name)"), HasSubstr("takes 2 to 3 arguments but was given 1"));
}

TEST(BinderTest, LongListsBecomeSets) {
  const std::string eight = "1, 2, 3, 4, 5, 6, 7, 8";
  EXPECT_EQ(bindText("number in (" + eight + ")")->kind, Expression::Kind::Or);
  EXPECT_EQ(shape("number in (" + eight + ", 9)"), "in_set(number, (9 values))");
  EXPECT_EQ(shape("number not in (" + eight + ", 9)"), "not(in_set(number, (9 values)))");
  EXPECT_EQ(shape("number in (" + eight + ", 9, null)"), "Or(in_set(number, (9 values)), null)");
  EXPECT_EQ(shape("number in (" + eight + ", 9, tiny)"),
            "Or(in_set(number, (9 values)), equal(number, cast_integer(tiny)))");
  EXPECT_EQ(shape("tiny in (" + eight + ", 1000)"), "in_set(cast_integer(tiny), (9 values))");
  EXPECT_EQ(shape("price in (" + eight + ", 2.5)"), "in_set(price, (9 values))");
  EXPECT_EQ(shape("real_number in (" + eight + ", 0.1)"), "in_set(real_number, (9 values))");
  EXPECT_EQ(valueOf("9 in (" + eight + ", 9)"), "true");
  EXPECT_EQ(bindText("number in (" + eight + ", 9)")->text, "number in (" + eight + ", 9)");
  EXPECT_THAT(errorOf("day in (" + eight + ", 9)"), HasSubstr("do not go together"));
}

TEST(BinderTest, SimplifiesConditions) {
  EXPECT_EQ(shape("flag and true"), "flag");
  EXPECT_EQ(valueOf("flag and false"), "false");
  EXPECT_EQ(valueOf("flag or true"), "true");
  EXPECT_EQ(shape("flag or false"), "flag");
  EXPECT_EQ(shape("flag and null"), "And(flag, null)");
  EXPECT_EQ(shape("flag and (number = 1 and (tiny = 1 or small = 1 or number = 2))"),
            "And(flag, equal(number, 1), Or(equal(tiny, tinyint '1'), equal(small, smallint '1'), equal(number, 2)))");
  EXPECT_EQ(valueOf("number is null"), "false");
  EXPECT_EQ(shape("big is not null"), "not(IsNull(big))");
  EXPECT_EQ(shape("not (number < 1)"), "greater_equal(number, 1)");
  EXPECT_EQ(shape("name not like 'a%'"), "not_like(name, 'a%')");
  EXPECT_EQ(shape("not not flag"), "flag");
  EXPECT_EQ(shape("number between 1 and 2"), "And(greater_equal(number, 1), less_equal(number, 2))");
  EXPECT_EQ(shape("name in ('a', 'b')"), "Or(equal(name, 'a'), equal(name, 'b'))");
  EXPECT_EQ(shape("name in ('a')"), "equal(name, 'a')");
}

TEST(BinderTest, CaseAndCoalesce) {
  EXPECT_EQ(typeOf("case when flag then price else 0 end"), "decimal(15,2)");
  EXPECT_EQ(typeOf("case when flag then price * rate else 0 end"), "decimal(18,5)");
  EXPECT_EQ(typeOf("case when flag then number else big end"), "bigint");
  EXPECT_EQ(typeOf("case when flag then null else day end"), "date");
  EXPECT_EQ(shape("coalesce(big, number)"), "Case(not(IsNull(big)), big, cast_bigint(number))");
  EXPECT_FALSE(bindText("coalesce(number, 1)")->nullable);
  EXPECT_FALSE(bindText("big is distinct from number")->nullable);
  EXPECT_TRUE(bindText("case when flag then 1 end")->nullable);
  EXPECT_EQ(shape("nullif(number, 0)"), "Case(equal(number, 0), cast(null as integer), number)");
}

TEST(BinderTest, Nullability) {
  EXPECT_FALSE(bindText("number + 1")->nullable);
  EXPECT_TRUE(bindText("number + big")->nullable);
  EXPECT_FALSE(bindText("big is null")->nullable);
  EXPECT_TRUE(bindText("flag or number = 1")->nullable);
}

TEST(BinderTest, ColumnsThatOccurTwiceAreSeparateNodes) {
  const ExpressionPointer between = bindText("number + 1 between 1 and 2");
  EXPECT_NE(between->arguments.at(0)->arguments.at(0), between->arguments.at(1)->arguments.at(0));
}

TEST(BinderTest, Casts) {
  EXPECT_EQ(valueOf("cast(1.55 as decimal(5,1))"), "1.6");
  EXPECT_EQ(valueOf("cast(-1.55 as decimal(5,1))"), "-1.6");
  EXPECT_EQ(valueOf("cast(1.5 as decimal(38,10))"), "1.5000000000");
  EXPECT_EQ(valueOf("cast(cast(1.5 as decimal(38,10)) as decimal(4,2))"), "1.50");
  EXPECT_EQ(valueOf("cast(12 as decimal(15,2))"), "12.00");
  EXPECT_EQ(valueOf("cast(9223372036854775807 as decimal(38,2))"), "9223372036854775807.00");
  EXPECT_EQ(valueOf("cast(2.5 as integer)"), "3");
  EXPECT_EQ(valueOf("cast(12.34 as bigint)"), "12");
  EXPECT_EQ(valueOf("cast(12.25 as double)"), "12.25");
  EXPECT_EQ(valueOf("cast(0.1 as double)"), "0.1");
  EXPECT_EQ(valueOf("cast(12.25e0 as decimal(5,1))"), "12.2");
  EXPECT_EQ(valueOf("cast('12.25' as decimal(6,2))"), "12.25");
  EXPECT_EQ(valueOf("cast(12.25 as varchar)"), "12.25");
  EXPECT_EQ(valueOf("cast(-7 as varchar)"), "-7");
  EXPECT_EQ(valueOf("cast('1998-12-01' as date)"), "1998-12-01");
  EXPECT_EQ(valueOf("cast(date '1998-12-01' as varchar)"), "1998-12-01");
  EXPECT_EQ(valueOf("cast(null as integer)"), "NULL");
  EXPECT_EQ(valueOf("true::integer"), "1");
  EXPECT_EQ(shape("price::decimal(17,2)"), "price");
  EXPECT_EQ(typeOf("price::decimal(17,2)"), "decimal(17,2)");
  EXPECT_EQ(shape("price::decimal(10,2)"), "decimal_check(price, 10000000000)");
  EXPECT_TRUE(staysFallible("cast(100 as decimal(4,2))"));
  EXPECT_TRUE(staysFallible("cast(99.99 as decimal(3,1))"));
  EXPECT_TRUE(staysFallible("cast(9223372036854775807 as decimal(18,0))"));
  EXPECT_TRUE(staysFallible("cast(9223372036854775807 as decimal(18,2))"));
  EXPECT_TRUE(staysFallible("cast(1e30 as decimal(18,2))"));
  EXPECT_TRUE(staysFallible("cast('x' as integer)"));
  EXPECT_TRUE(staysFallible("cast('x' as decimal(5,2))"));
  EXPECT_THAT(errorOf("cast(day as integer)"),
              HasSubstr("InvalidPlan: a value of type date cannot be cast to integer: day"));
  EXPECT_THAT(errorOf("cast(price as date)"), HasSubstr("cannot be cast to date"));
}

TEST(BinderTest, FunctionsAreTheCatalogsKernels) {
  EXPECT_EQ(typeOf("length(name)"), "bigint");
  EXPECT_EQ(shape("substring(name, 1, 2)"), "substring(name, bigint '1', bigint '2')");
  EXPECT_EQ(shape("starts_with(name, 'a')"), "starts_with(name, 'a')");
  EXPECT_EQ(shape("name || 'x'"), "concatenate(name, 'x')");
  EXPECT_EQ(shape("day + 7"), "add(day, 7)");
  EXPECT_EQ(typeOf("day - day"), "bigint");
  EXPECT_EQ(typeOf("abs(price)"), "decimal(15,2)");
  EXPECT_EQ(typeOf("integer_divide(number, 2)"), "integer");
  EXPECT_THAT(errorOf("hash(number)"), HasSubstr("unknown function"));
  EXPECT_THAT(errorOf("decimal_add(number, number)"), HasSubstr("unknown function"));
  EXPECT_THAT(errorOf("cast_bigint(number)"), HasSubstr("unknown function"));
  EXPECT_THAT(errorOf("multiply_exact(number, number)"), HasSubstr("unknown function"));
}

TEST(BinderTest, Errors) {
  EXPECT_EQ(errorOf("pric + 1"), "InvalidPlan: unknown column 'pric'; did you mean 'price'?");
  EXPECT_EQ(errorOf("NUMBER"), "InvalidPlan: unknown column 'NUMBER'; did you mean 'number'?");
  EXPECT_EQ(errorOf("zzzzzzzz"), "InvalidPlan: unknown column 'zzzzzzzz'");
  EXPECT_EQ(errorOf("twice"), "InvalidPlan: several columns have this name: 'twice'");
  EXPECT_EQ(errorOf("lenght(name)"), "InvalidPlan: unknown function 'lenght'; did you mean 'length'?");
  EXPECT_THAT(errorOf("sum(number)"), HasSubstr("in an aggregation only: sum"));
  EXPECT_THAT(errorOf("length(number)"),
              HasSubstr("no function length(integer); there are length(varchar); in: length(number)"));
  EXPECT_THAT(errorOf("length()"), HasSubstr("no function length()"));
  EXPECT_THAT(errorOf("name + 1"), HasSubstr("no function add(varchar, integer)"));
  EXPECT_THAT(errorOf("day = 5"), HasSubstr("do not go together: date and integer"));
  EXPECT_THAT(errorOf("name = 5"), HasSubstr("do not go together: varchar and integer"));
  EXPECT_THAT(errorOf("day = 'soon'"), HasSubstr("expected text in the form of type date but found: 'soon'"));
  EXPECT_THAT(errorOf("number and flag"), HasSubstr("an operand of and must be boolean but is integer: number"));
  EXPECT_THAT(errorOf("not number"), HasSubstr("must be boolean"));
  EXPECT_THAT(errorOf("case when number then 1 end"), HasSubstr("a condition of case must be boolean"));
  EXPECT_THAT(errorOf("case when flag then 1 else name end"), HasSubstr("do not go together"));
  EXPECT_THAT(errorOf("\"equal\"(number)"), HasSubstr("equal takes 2 arguments but was given 1"));
  EXPECT_THAT(errorOf("\"case\"(flag, 1, flag, 2)"), HasSubstr("odd number"));
  EXPECT_THROW(bindCondition(sql("number"), schema(), "$"), ExecutionError);
  EXPECT_EQ(bindCondition(sql("null"), schema(), "$")->type, Type::boolean());
}

TEST(BinderTest, CommonTypes) {
  EXPECT_EQ(commonType(Type::integer(), Type::bigInt(), ""), Type::bigInt());
  EXPECT_EQ(commonType(Type::decimal(15, 2), Type::integer(), ""), Type::decimal(15, 2));
  EXPECT_EQ(commonType(Type::decimal(10, 4), Type::integer(), ""), Type::decimal(14, 4));
  EXPECT_EQ(commonType(Type::decimal(15, 2), Type::decimal(4, 3), ""), Type::decimal(16, 3));
  EXPECT_EQ(commonType(Type::decimal(38, 0), Type::decimal(38, 10), ""), Type::decimal(38, 10));
  EXPECT_EQ(commonType(Type::decimal(15, 2), Type::real(), ""), Type::doublePrecision());
  EXPECT_EQ(commonType(Type::date(), Type::timestamp(), ""), Type::timestamp());
  EXPECT_THROW(commonType(Type::date(), Type::varchar(), "$"), ExecutionError);
}

TEST(BinderTest, LongConditionsAreWide) {
  std::string text = "number in (tiny";
  for (int i = 1; i < 5000; ++i) {
    text += ", tiny + " + std::to_string(i);
  }
  EXPECT_EQ(bindText(text + ")")->arguments.size(), 5000U);
}

TEST(BinderTest, DeepExpressionsBind) {
  std::string text = "number";
  for (int i = 0; i < 990; ++i) {
    text = "-(" + text + ")";
  }
  EXPECT_EQ(typeOf(text), "integer");
}

TEST(ExpressionTest, RemapsColumns) {
  const ExpressionPointer original = bindText("number + big");
  const ExpressionPointer mapped = remapColumns(original, {9, 9, 9, 0, 1});
  std::vector<std::uint32_t> columns;
  visitExpressions(*mapped, [&](const Expression& expression) {
    if (expression.kind == Expression::Kind::Column) {
      columns.push_back(expression.column);
    }
  });
  EXPECT_EQ(columns, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(shape(*mapped), shape(*original));
}

TEST(Binder, NullsThatHaveBeenCastKeepTheirType) {
  EXPECT_EQ(bindText("coalesce(null, cast(null as real))")->type, Type::real());
  EXPECT_EQ(bindText("case when number > 1 then cast(null as date) else null end")->type, Type::date());
  EXPECT_EQ(bindText("case when number > 1 then null else null end")->type, Type::boolean());
}

TEST(BinderTest, DecidesConditionsOnStringsByCodes) {
  const std::vector<std::string_view> modes = {"AIR", "FOB", "MAIL", "RAIL", "SHIP"};
  std::vector<StringView> strings;
  for (const std::string_view mode : modes) {
    strings.push_back(StringView::make(mode.data(), static_cast<std::uint32_t>(mode.size())));
  }
  const auto dictionary = std::make_shared<const Dictionary>(strings, Type::varchar(), true, nullptr);
  const Schema coded(
      {{"mode", Type::integer(), true, dictionary}, {"other", Type::integer(), true, dictionary}, schema()[3]});
  const auto shapeOf = [&](std::string_view text) {
    return shape(*bindExpression(parseExpression(text), coded, "$.here"));
  };
  EXPECT_EQ(shapeOf("mode = 'MAIL'"), "equal(mode, 2)");
  EXPECT_EQ(shapeOf("mode <> 'MAIL'"), "not_equal(mode, 2)");
  EXPECT_EQ(shapeOf("mode = 'TRUCK'"), "less(mode, 0)");
  EXPECT_EQ(shapeOf("mode > 'FOB'"), "greater_equal(mode, 2)");
  EXPECT_EQ(shapeOf("mode like 'A%' or mode = 'FOB'"), "less(mode, 2)");
  EXPECT_EQ(shapeOf("mode in ('AIR', 'MAIL')"), "decode_bit(mode, bigint '5')");
  EXPECT_EQ(shapeOf("mode like '%AI%' and number > 3"), "And(decode_bit(mode, bigint '13'), greater(number, 3))");
  EXPECT_EQ(shapeOf("case when mode = 'AIR' then 1 else number end"), "Case(equal(mode, 0), 1, number)");
  EXPECT_EQ(shapeOf("mode is null"), "IsNull(mode)");
  // What looks at two columns, or may fail, or is something else than a condition.
  EXPECT_EQ(shapeOf("mode = other"), "equal(decode(mode, dictionary of mode), decode(other, dictionary of other))");
  EXPECT_EQ(shapeOf("cast(mode as integer) = 3"), "equal(cast_integer(decode(mode, dictionary of mode)), 3)");
  EXPECT_EQ(shapeOf("mode"), "decode(mode, dictionary of mode)");
}

}  // namespace
}  // namespace basalt
