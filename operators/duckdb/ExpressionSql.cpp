#include "operators/duckdb/ExpressionSql.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/KernelCatalog.h"
#include "operators/duckdb/FunctionSql.h"
#include "operators/expression/Binder.h"
#include "operators/expression/FunctionBinder.h"
#include "operators/expression/FunctionForms.h"
#include "operators/expression/TypeConversion.h"
#include "operators/plan/SqlSyntax.h"

namespace basalt::duckdb {

namespace {

std::string quote(std::string_view text, char mark) {
  std::string result(1, mark);
  for (const char character : text) {
    result.append(character == mark ? 2 : 1, character);
  }
  result.push_back(mark);
  return result;
}

std::string floatingText(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

std::string binaryText(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
  return text;
}

/// Prints one expression and what is below it.
class Printer {
 public:
  Printer(const Columns& columns, std::string_view path) : columns_(columns), path_(path) {}

  TypedSql print(const Expr& expression) const {
    const ExpressionPointer bound = bind(expression);
    switch (expression.kind()) {
      case Expr::Kind::Column:
        return {columns_.references.at(*columns_.schema.find(expression.name())), bound->type};
      case Expr::Kind::Literal:
        return {literalSql(expression.literal()), bound->type};
      case Expr::Kind::Cast: {
        const TypedSql argument = print(expression.arguments().front());
        return {castSql(argument.sql, argument.type, expression.targetType()), expression.targetType()};
      }
      case Expr::Kind::TryCast: {
        const TypedSql argument = print(expression.arguments().front());
        const Type target = expression.targetType();
        // Between texts and bytes nothing can fail.
        const bool mayFail = argument.type != target && !(argument.type.isString() && target.isString());
        return {mayFail ? fmt::format("TRY_CAST({} AS {})", argument.sql, typeName(target))
                        : castSql(argument.sql, argument.type, target),
                target};
      }
      case Expr::Kind::Call:
        break;
    }
    return {printCall(expression, *bound), bound->type};
  }

 private:
  ExpressionPointer bind(const Expr& expression) const { return bindExpression(expression, columns_.schema, path_); }

  /// The expressions as they stand where they meet: cast to the type that they have in common.
  std::vector<std::string> unify(const std::vector<Expr>& expressions, Type* common = nullptr) const {
    std::vector<ExpressionPointer> bound;
    for (const Expr& expression : expressions) bound.push_back(bind(expression));
    const Type type = unifyTypes(bound, path_);
    if (common != nullptr) *common = type;
    std::vector<std::string> texts;
    for (const Expr& expression : expressions) texts.push_back(printAs(expression, type));
    return texts;
  }

  std::string printAs(const Expr& expression, Type type) const {
    const TypedSql printed = print(expression);
    return castSql(printed.sql, printed.type, type);
  }

  std::string printCall(const Expr& call, const Expression& bound) const {
    const std::string& name = call.name();
    const std::vector<Expr>& arguments = call.arguments();
    if (name == "and" || name == "or") {
      std::vector<std::string> texts;
      for (const Expr& argument : arguments) texts.push_back(printAs(argument, Type::boolean()));
      return fmt::format("({})", fmt::join(texts, name == "and" ? " AND " : " OR "));
    }
    if (name == "not") return fmt::format("(NOT {})", printAs(arguments[0], Type::boolean()));
    if (name == "is_null") return fmt::format("({} IS NULL)", print(arguments[0]).sql);
    if (name == "is_not_null") return fmt::format("({} IS NOT NULL)", print(arguments[0]).sql);
    if (name == "is_distinct_from") return printComparison("IS DISTINCT FROM", arguments);
    if (name == "is_not_distinct_from") return printComparison("IS NOT DISTINCT FROM", arguments);
    if (const std::string_view symbol = comparisonSymbol(name); !symbol.empty()) {
      return printComparison(symbol, arguments);
    }
    if (name == "between") {
      return fmt::format("({} AND {})", printComparison(">=", {arguments[0], arguments[1]}),
                         printComparison("<=", {arguments[0], arguments[2]}));
    }
    if (name == "in") return printIn(arguments);
    if (name == "case") return printCase(arguments);
    if (name == "greatest" || name == "least") return fmt::format("{}({})", name, fmt::join(unify(arguments), ", "));
    if (name == "coalesce") return fmt::format("coalesce({})", fmt::join(unify(arguments), ", "));
    if (name == "nullif") {
      return fmt::format("CASE WHEN {} THEN NULL ELSE {} END", printComparison("=", arguments),
                         print(arguments[0]).sql);
    }
    return printFunction(call, bound);
  }

  static std::string_view comparisonSymbol(std::string_view name) {
    for (const sqlsyntax::BinaryOperator& known : sqlsyntax::kBinaryOperators) {
      if (known.function == name && known.precedence == sqlsyntax::kComparison) return known.symbol;
    }
    return {};
  }

  std::string printComparison(std::string_view symbol, const std::vector<Expr>& sides) const {
    const std::vector<std::string> texts = unify(sides);
    return fmt::format("({} {} {})", texts[0], symbol, texts[1]);
  }

  /// x IN (...) when x meets all values as one type, else a comparison for each.
  std::string printIn(const std::vector<Expr>& arguments) const {
    std::vector<std::string> comparisons;
    std::vector<std::string> values;
    std::string tested;
    bool isUniform = true;
    for (std::size_t index = 1; index < arguments.size(); ++index) {
      const std::vector<std::string> sides = unify({arguments[0], arguments[index]});
      comparisons.push_back(fmt::format("{} = {}", sides[0], sides[1]));
      values.push_back(sides[1]);
      isUniform = isUniform && (index == 1 || tested == sides[0]);
      tested = sides[0];
    }
    return isUniform ? fmt::format("({} IN ({}))", tested, fmt::join(values, ", "))
                     : fmt::format("({})", fmt::join(comparisons, " OR "));
  }

  std::string printCase(const std::vector<Expr>& arguments) const {
    std::vector<Expr> values;
    for (std::size_t index = 1; index < arguments.size(); index += 2) values.push_back(arguments[index]);
    values.push_back(arguments.back());
    const std::vector<std::string> texts = unify(values);
    std::string sql = "CASE";
    for (std::size_t index = 0; index + 1 < arguments.size(); index += 2) {
      sql += fmt::format(" WHEN {} THEN {}", printAs(arguments[index], Type::boolean()), texts[index / 2]);
    }
    return fmt::format("{} ELSE {} END", sql, texts.back());
  }

  /// Arguments are cast to the types of the kernel's parameters, and the result to Basalt's type.
  std::string printFunction(const Expr& call, const Expression& bound) const {
    FunctionCall function{call.name(), bound.type, {}};
    // What is constant has been folded, and its operands' types with it; what is made of several kernels has others.
    const bool isCall = bound.kind == Expression::Kind::Call && !call.name().starts_with("regexp_") &&
                        (isArithmetic(call.name()) || bound.kernel->name == canonicalFunctionName(call.name()));
    for (std::size_t index = 0; index < call.arguments().size(); ++index) {
      TypedSql argument = print(call.arguments()[index]);
      if (isCall && index < bound.arguments.size() && bound.arguments.size() == call.arguments().size()) {
        adapt(argument, call, index, *bound.arguments[index]);
      }
      function.arguments.push_back(std::move(argument));
    }
    return functionSql(function);
  }

  static void adapt(TypedSql& argument, const Expr& call, std::size_t index, const Expression& parameter) {
    // A sum of an interval and a date has been turned round by the binder.
    const bool isTurned =
        call.name() == "add" && index < 2 && argument.type == Type::interval() && parameter.type != Type::interval();
    const bool isPartner = parameter.type == Type::interval() && argument.type != Type::interval();
    if (isTurned || isPartner || parameter.kind == Expression::Kind::Prepared) return;
    argument.sql = castSql(std::move(argument.sql), argument.type, parameter.type);
    argument.type = parameter.type;
  }

  const Columns& columns_;
  std::string_view path_;
};

}  // namespace

std::string quoteName(std::string_view name) { return quote(name, '"'); }

std::string typeName(Type type) {
  if (type == Type::binary()) return "BLOB";
  std::string text = toString(type);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

std::string castSql(std::string sql, Type from, Type to) {
  if (from == to) return sql;
  // Bytes are bytes in Basalt; DuckDB's casts between the two would write and read escapes.
  if (from == Type::binary() && to == Type::varchar()) return fmt::format("decode({})", sql);
  if (from == Type::varchar() && to == Type::binary()) return fmt::format("encode({})", sql);
  // Basalt rounds halves to even, DuckDB's cast away from zero.
  if (from.isFloating() && to.isDecimal()) sql = fmt::format("round_even(CAST({} AS DOUBLE), {})", sql, to.scale);
  return fmt::format("CAST({} AS {})", sql, typeName(to));
}

std::string literalSql(const Value& value) {
  const Type type = value.type();
  if (value.isNull()) {
    return type == Type::boolean() ? "NULL" : fmt::format("CAST(NULL AS {})", typeName(type));
  }
  switch (type.id) {
    case TypeId::Boolean:
      return value.asBool() ? "true" : "false";
    case TypeId::Varchar:
      return quote(value.asString(), '\'');
    case TypeId::Binary:
      return fmt::format("CAST('{}' AS BLOB)", binaryText(value.asString()));
    case TypeId::Date:
    case TypeId::Time:
    case TypeId::Timestamp:
      return fmt::format("{} '{}'", typeName(type), value.toString());
    case TypeId::Interval: {
      const Interval interval = value.asInterval();
      std::vector<std::string> parts;
      if (interval.months != 0) parts.push_back(fmt::format("{} months", interval.months));
      if (interval.days != 0 || interval == Interval{}) parts.push_back(fmt::format("{} days", interval.days));
      if (interval.microseconds != 0) parts.push_back(fmt::format("{} microseconds", interval.microseconds));
      return fmt::format("INTERVAL '{}'", fmt::join(parts, " "));
    }
    case TypeId::Real:
    case TypeId::Double:
      return fmt::format("CAST('{}' AS {})", floatingText(value.asDouble()), typeName(type));
    case TypeId::Integer:
      if (value.asInt128() >= 0) return value.toString();
      break;
    case TypeId::TinyInt:
    case TypeId::SmallInt:
    case TypeId::BigInt:
    case TypeId::Decimal:
      break;
  }
  return fmt::format("CAST({} AS {})", value.toString(), typeName(type));
}

void Columns::append(const Columns& others) {
  for (const Field& field : others.schema) schema.append(field);
  references.insert(references.end(), others.references.begin(), others.references.end());
}

TypedSql expressionSql(const Expr& expression, const Columns& columns, std::string_view path) {
  return Printer(columns, path).print(expression);
}

std::string expressionSql(const Expr& expression, const Columns& columns, Type type, std::string_view path) {
  const TypedSql printed = expressionSql(expression, columns, path);
  return castSql(printed.sql, printed.type, type);
}

}  // namespace basalt::duckdb
