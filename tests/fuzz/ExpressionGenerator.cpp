#include "tests/fuzz/ExpressionGenerator.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::fuzz {

namespace {

/// Kernels that are no SQL functions, or that have a maker of their own.
bool isFunction(const KernelInfo& kernel) {
  static constexpr std::array<std::string_view, 28> kElsewhere = {
      "add",       "subtract", "multiply",        "divide",         "modulo",        "negate",   "equal",
      "not_equal", "less",     "less_equal",      "greater",        "not",           "like",     "greater_equal",
      "name",      "hash",     "not_like",        "hash_combine",   "abs",           "greatest", "least",
      "log",       "round",    "date_trunc_part", "date_diff_part", "date_sub_part", "trunc",    "date_part_number"};
  const auto isHidden = [](KernelType type) { return type >= KernelType::Hash || type == KernelType::Int128; };
  return !kernel.name.starts_with("decimal_") && !kernel.name.starts_with("cast_") &&
         !kernel.name.starts_with("varchar_to_") && !kernel.name.starts_with("decode") &&
         !kernel.name.starts_with("try_") && !kernel.name.starts_with("not_") && !kernel.name.ends_with("_exact") &&
         !kernel.name.starts_with("regexp_") && kernel.name.find("like") == std::string_view::npos &&
         !isHidden(kernel.result) && std::ranges::none_of(kernel.arguments, isHidden) &&
         std::ranges::find(kElsewhere, kernel.name) == kElsewhere.end();
}

std::vector<const KernelInfo*> functionsOf(Type type) {
  std::vector<const KernelInfo*> found;
  // To the catalog a decimal is an integer.
  if (type.isDecimal() || type == Type::binary()) return found;
  for (const KernelInfo& kernel : kernelCatalog()) {
    if (isFunction(kernel) && kernel.arguments.size() > 0 && typeOf(kernel.result) == type) found.push_back(&kernel);
  }
  return found;
}

bool isTextFunction(const KernelInfo& kernel) {
  return kernel.arguments.size() > 0 && kernel.arguments[0] == KernelType::Varchar;
}

const std::vector<Type>& numericTypes() {
  static const std::vector<Type> kTypes = {
      Type::tinyInt(),       Type::smallInt(), Type::integer(),         Type::bigInt(),  Type::decimal(15, 2),
      Type::decimal(38, 10), Type::real(),     Type::doublePrecision(), Type::integer(), Type::decimal(18, 4)};
  return kTypes;
}

}  // namespace

ExpressionGenerator::ExpressionGenerator(Random& random, const std::vector<RelationColumn>& columns) : random_(random) {
  for (const RelationColumn& column : columns) {
    if (column.exactness != Exactness::Inexact) columns_.push_back(column);
  }
}

Type ExpressionGenerator::anyType() {
  static const std::vector<Type> kTypes = {
      Type::boolean(),       Type::tinyInt(),      Type::smallInt(), Type::integer(),         Type::bigInt(),
      Type::decimal(15, 2),  Type::decimal(18, 4), Type::real(),     Type::doublePrecision(), Type::date(),
      Type::decimal(38, 10), Type::timestamp(),    Type::varchar(),  Type::varchar(),         Type::integer()};
  if (!columns_.empty() && random_.chance(75)) return random_.pick(columns_).type;
  return random_.pick(kTypes);
}

std::optional<Expr> ExpressionGenerator::column(Type type) {
  std::vector<std::string> names;
  for (const RelationColumn& column : columns_) {
    if (column.type == type) names.push_back(column.name);
  }
  if (names.empty()) return std::nullopt;
  return col(random_.pick(names));
}

Expr ExpressionGenerator::literal(Type type) {
  if (random_.chance(6)) return lit(Value::null(type));
  const std::int64_t small = random_.integer(-4, 12);
  switch (type.id) {
    case TypeId::Boolean:
      return lit(Value::boolean(random_.chance(50)));
    case TypeId::TinyInt:
    case TypeId::SmallInt:
    case TypeId::Integer:
    case TypeId::BigInt:
      return lit(Value::integer(type, small));
    case TypeId::Decimal: {
      const Int128 bound = powerOfTen(type.precision);
      return lit(Value::decimal(type, small * powerOfTen(type.scale) / 4 % bound));
    }
    case TypeId::Real:
    case TypeId::Double:
      return lit(Value::floating(type, static_cast<double>(small) / 4));
    case TypeId::Date:
      return lit(Value::date(Date{static_cast<std::int32_t>(9000 + random_.integer(0, 300) * 13)}));
    case TypeId::Time:
      return lit(Value::integer(type, random_.integer(0, 86'399) * 1'000'000));
    case TypeId::Timestamp:
      return lit(Value::integer(type, random_.integer(0, 40) * 86'461'000'001 + 946'684'800'000'000));
    case TypeId::Interval: {
      // Dates take no microseconds.
      const auto months = static_cast<std::int32_t>(random_.chance(50) ? random_.integer(-14, 14) : 0);
      return lit(Value::interval({months, static_cast<std::int32_t>(random_.integer(-40, 40)), 0}));
    }
    case TypeId::Varchar: {
      static const std::vector<std::string> kTexts = {"", "a", "b", "abc", "%b", "Zeta", " ", "12", "thirteen byte"};
      return lit(std::string_view(random_.pick(kTexts)));
    }
    case TypeId::Binary:
      break;
  }
  return lit(Value::string(type, random_.chance(50) ? "a" : "b"));
}

Expr ExpressionGenerator::make(Type type, int depth) {
  if (depth <= 0 || random_.chance(20)) {
    const std::optional<Expr> found = column(type);
    if (found && random_.chance(85)) return *found;
    if (type == Type::boolean() && !columns_.empty() && depth > -2 && random_.chance(70)) {
      return random_.chance(80) ? makeComparison(type, depth - 1) : makeNullTest(type, depth - 1);
    }
    // A cast of a column beats a constant.
    if (!columns_.empty() && depth >= 0 && random_.chance(60)) return makeCast(type, 0);
    return literal(type);
  }
  std::vector<std::pair<int, Maker>> makers = {
      {2, &ExpressionGenerator::makeCase},      {2, &ExpressionGenerator::makeCoalesce},
      {1, &ExpressionGenerator::makeNullIf},    {2, &ExpressionGenerator::makeCast},
      {10, &ExpressionGenerator::makeFunction}, {3, &ExpressionGenerator::makeForm}};
  if (type.isInteger() || type.isFloating()) makers.emplace_back(8, &ExpressionGenerator::makeArithmetic);
  if (type.isDecimal()) makers.emplace_back(9, &ExpressionGenerator::makeDecimalArithmetic);
  if (type == Type::date() || type == Type::timestamp()) {
    makers.emplace_back(6, &ExpressionGenerator::makeDateArithmetic);
  }
  if (type == Type::boolean()) {
    makers.emplace_back(14, &ExpressionGenerator::makeComparison);
    makers.emplace_back(6, &ExpressionGenerator::makeJunction);
    makers.emplace_back(4, &ExpressionGenerator::makeNullTest);
    makers.emplace_back(4, &ExpressionGenerator::makeIn);
    makers.emplace_back(3, &ExpressionGenerator::makeBetween);
    makers.emplace_back(3, &ExpressionGenerator::makeLike);
  }
  int sum = 0;
  for (const auto& [weight, maker] : makers) sum += weight;
  auto choice = static_cast<int>(random_.integer(0, sum - 1));
  for (const auto& [weight, maker] : makers) {
    if (choice < weight) return (this->*maker)(type, depth - 1);
    choice -= weight;
  }
  return literal(type);
}

Expr ExpressionGenerator::makeCase(Type type, int depth) {
  std::vector<Expr> arguments;
  const std::int64_t branches = random_.integer(1, 2);
  for (std::int64_t branch = 0; branch < branches; ++branch) {
    arguments.push_back(condition(depth));
    arguments.push_back(make(type, depth));
  }
  arguments.push_back(random_.chance(20) ? lit(Value::null(type)) : make(type, depth));
  return call("case", std::move(arguments));
}

Expr ExpressionGenerator::makeCoalesce(Type type, int depth) {
  std::vector<Expr> arguments{make(type, depth), make(type, depth)};
  if (random_.chance(20)) arguments.push_back(make(type, depth));
  return call("coalesce", std::move(arguments));
}

Expr ExpressionGenerator::makeNullIf(Type type, int depth) {
  return call("nullif", {make(type, depth), make(type, depth)});
}

Expr ExpressionGenerator::makeCast(Type type, int depth) {
  std::vector<Type> sources;
  const auto add = [&](std::initializer_list<Type> types) { sources.insert(sources.end(), types); };
  if (type.isNumeric()) {
    sources = numericTypes();
    if (type.isInteger()) add({Type::boolean()});
  } else if (type == Type::boolean()) {
    add({Type::integer(), Type::bigInt(), Type::boolean()});
  } else if (type == Type::varchar()) {
    add({Type::integer(), Type::bigInt(), Type::decimal(15, 2), Type::date(), Type::boolean(), Type::timestamp(),
         Type::smallInt(), Type::decimal(38, 10)});
  } else if (type == Type::date()) {
    add({Type::timestamp()});
  } else if (type == Type::timestamp()) {
    add({Type::date()});
  } else if (type == Type::time()) {
    add({Type::timestamp()});
  } else {
    return literal(type);
  }
  // A source that is at hand, if there is one.
  Type source = random_.pick(sources);
  for (int attempt = 0; attempt < 4 && !column(source); ++attempt) source = random_.pick(sources);
  if (random_.chance(20)) return tryCast(make(source, depth), type);
  return cast(make(source, depth), type);
}

Expr ExpressionGenerator::makeArithmetic(Type type, int depth) {
  const Expr left = make(type, depth);
  switch (random_.integer(0, type.isFloating() ? 5 : 4)) {
    case 0:
      return left + make(type, depth);
    case 1:
      return left - make(type, depth);
    case 2:
      // By a constant, so that products stay small.
      return left * literal(type);
    case 3:
      return call(random_.chance(60) ? "negate" : "abs", {left});
    case 4: {
      if (type.isFloating()) return left * make(type, depth);
      const Expr divisor =
          random_.chance(85) ? call("nullif", {make(type, depth), lit(Value::integer(type, 0))}) : make(type, depth);
      return call(random_.chance(50) ? "modulo" : "integer_divide", {left, divisor});
    }
    default: {
      const Expr divisor =
          random_.chance(90) ? call("nullif", {make(type, depth), lit(Value::floating(type, 0))}) : make(type, depth);
      return left / divisor;
    }
  }
}

Expr ExpressionGenerator::makeDecimalArithmetic(Type type, int depth) {
  static const std::vector<Type> kTypes = {Type::decimal(15, 2), Type::decimal(4, 3),  Type::integer(),
                                           Type::decimal(18, 0), Type::decimal(19, 4), Type::bigInt()};
  const Type leftType = random_.chance(60) ? type : random_.pick(kTypes);
  const Type rightType = random_.pick(kTypes);
  const Expr left = cast(make(leftType, depth), leftType);
  const Expr right = make(rightType, depth);
  const Expr zero = lit(Value::integer(rightType, 0));
  static const std::vector<std::string> kFunctions = {"add", "add", "subtract", "multiply", "modulo", "negate", "abs"};
  const std::string& function = random_.pick(kFunctions);
  Expr result = left;
  if (function == "negate" || function == "abs") {
    result = call(function, {left});
  } else if (function == "modulo") {
    result = call(function, {left, call("nullif", {right, zero})});
  } else {
    // The scales of a product add up, and 38 digits are all there are.
    const bool isTooFine = function == "multiply" && leftType.scale + rightType.scale > 14;
    result = call(function, {left, isTooFine ? literal(Type::integer()) : right});
  }
  return cast(std::move(result), type);
}

Expr ExpressionGenerator::makeDateArithmetic(Type type, int depth) {
  const Expr left = make(type, depth);
  if (type == Type::date() && random_.chance(40)) {
    const Expr days =
        random_.chance(60) ? literal(Type::integer()) : cast(make(Type::tinyInt(), depth), Type::integer());
    return random_.chance(50) ? left + days : left - days;
  }
  const Expr interval = literal(Type::interval());
  return random_.chance(50) ? left + interval : left - interval;
}

Expr ExpressionGenerator::makeFunction(Type type, int depth) {
  const std::vector<const KernelInfo*> functions = functionsOf(type);
  if (functions.empty()) return make(type, depth);
  const KernelInfo& kernel = *random_.pick(functions);
  std::vector<Expr> arguments;
  for (std::size_t index = 0; index < kernel.arguments.size(); ++index) {
    const Type argument = typeOf(kernel.arguments[index]);
    // Positions, lengths and counts in text.
    const bool isCount = isTextFunction(kernel) && index > 0 && argument.isInteger();
    arguments.push_back(isCount ? lit(Value::integer(argument, random_.integer(random_.chance(10) ? -3 : 0, 9)))
                                : make(argument, depth));
  }
  return call(std::string(kernel.name), std::move(arguments));
}

Expr ExpressionGenerator::makeComparison(Type, int depth) {
  static const std::vector<std::string> kFunctions = {"equal",
                                                      "equal",
                                                      "not_equal",
                                                      "less",
                                                      "less_equal",
                                                      "greater",
                                                      "greater_equal",
                                                      "is_distinct_from",
                                                      "is_not_distinct_from"};
  const Type type = anyType();
  Type other = type;
  if (type.isNumeric() && random_.chance(25)) other = random_.pick(numericTypes());
  if (type == Type::date() && random_.chance(20)) other = Type::timestamp();
  return call(random_.pick(kFunctions), {make(type, depth), make(other, depth)});
}

Expr ExpressionGenerator::makeJunction(Type, int depth) {
  const std::int64_t kind = random_.integer(0, 4);
  if (kind == 0) return !condition(depth);
  std::vector<Expr> arguments{condition(depth), condition(depth)};
  if (random_.chance(20)) arguments.push_back(condition(depth));
  return call(kind < 3 ? "and" : "or", std::move(arguments));
}

Expr ExpressionGenerator::makeNullTest(Type, int depth) {
  return call(random_.chance(50) ? "is_null" : "is_not_null", {make(anyType(), depth)});
}

Expr ExpressionGenerator::makeIn(Type, int depth) {
  const Type type = anyType();
  std::vector<Expr> arguments{make(type, depth)};
  const std::int64_t count = random_.integer(1, 4);
  for (std::int64_t index = 0; index < count; ++index) {
    arguments.push_back(random_.chance(80) ? literal(type) : make(type, depth));
  }
  return call("in", std::move(arguments));
}

Expr ExpressionGenerator::makeBetween(Type, int depth) {
  const Type type = anyType();
  return call("between", {make(type, depth), make(type, depth), make(type, depth)});
}

Expr ExpressionGenerator::makeLike(Type, int depth) {
  static const std::vector<std::string> kPatterns = {"%",    "a%", "%b", "%b%",   "_",         "__%", "a_",
                                                     "a!%b", "",   "A%", "%t%e%", "a prefix%", "%!_%"};
  static const std::vector<std::string> kExpressions = {"a", "^a", "b$", "[ab]+", "(a)(b)?", ".*t", "^$", "\\d+"};
  const Expr text = make(Type::varchar(), depth);
  if (random_.chance(30)) {
    return call(random_.chance(70) ? "regexp_matches" : "regexp_full_match",
                {text, lit(std::string_view(random_.pick(kExpressions)))});
  }
  const Expr pattern =
      random_.chance(90) ? lit(std::string_view(random_.pick(kPatterns))) : make(Type::varchar(), depth);
  const std::string function = random_.chance(70) ? "like" : "ilike";
  if (random_.chance(25)) return call(function + "_escape", {text, pattern, lit(std::string_view("!"))});
  return call(function, {text, pattern});
}

Expr ExpressionGenerator::makeForm(Type type, int depth) {
  static const std::vector<std::string> kParts = {"year",   "quarter", "month",  "week",    "day",        "hour",
                                                  "minute", "second",  "decade", "century", "millisecond"};
  const auto part = [&] { return lit(std::string_view(random_.pick(kParts))); };
  const Type moment = random_.chance(50) ? Type::date() : Type::timestamp();
  if (type == Type::varchar() && random_.chance(30)) {
    static const std::vector<std::string> kExpressions = {"a", "^a", "[ab]+", "(a)(b)?", "t.", "\\d+"};
    const Expr pattern = lit(std::string_view(random_.pick(kExpressions)));
    if (random_.chance(50)) {
      return call("regexp_extract", {make(type, depth), pattern, lit(random_.integer(0, 1))});
    }
    std::vector<Expr> arguments{make(type, depth), pattern, lit(std::string_view(random_.chance(50) ? "-" : "<\\0>"))};
    if (random_.chance(40)) arguments.push_back(lit(std::string_view("g")));
    return call("regexp_replace", std::move(arguments));
  }
  if (type == Type::varchar() && random_.chance(60)) {
    std::vector<Expr> arguments{make(type, depth), make(random_.chance(50) ? Type::integer() : type, depth)};
    if (random_.chance(40)) arguments.push_back(make(type, depth));
    return call(random_.chance(60) ? "concat" : "concat_ws", std::move(arguments));
  }
  if (type == Type::timestamp() && random_.chance(60)) return call("date_trunc", {part(), make(moment, depth)});
  if (type == Type::bigInt() && random_.chance(60)) {
    static const std::vector<std::string> kDifferences = {"date_diff", "date_sub"};
    if (random_.chance(40)) return call("date_part", {part(), make(moment, depth)});
    return call(random_.pick(kDifferences), {part(), make(moment, depth), make(moment, depth)});
  }
  if (type.isNumeric() && random_.chance(60)) {
    static const std::vector<std::string> kRoundings = {"round", "trunc", "floor", "ceil"};
    const std::string& function = random_.pick(kRoundings);
    std::vector<Expr> arguments{make(type, depth)};
    if ((function == "round" || function == "trunc") && random_.chance(60))
      // Where no digit would be left, DuckDB 2.0 forgets that the value is NULL.
      arguments.push_back(lit(random_.integer(0, 4)));
    return cast(call(function, std::move(arguments)), type);
  }
  // DuckDB 2.0 takes 77 days for less than a month and a day.
  if (type == Type::interval()) return literal(type);
  std::vector<Expr> arguments{make(type, depth), make(type, depth)};
  if (random_.chance(30)) arguments.push_back(make(type, depth));
  return call(random_.chance(50) ? "greatest" : "least", std::move(arguments));
}

bool differsInDuckDb(const Expr& expression) { return std::ranges::any_of(expression.arguments(), differsInDuckDb); }

}  // namespace basalt::fuzz
