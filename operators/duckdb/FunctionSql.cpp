#include "operators/duckdb/FunctionSql.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/expression/FunctionForms.h"

namespace basalt::duckdb {

namespace {

/// A call printed, with the type that DuckDB gives it where that is known to be Basalt's.
std::string plainCall(std::string_view name, const FunctionCall& call) {
  std::vector<std::string_view> arguments;
  for (const TypedSql& argument : call.arguments) arguments.push_back(argument.sql);
  return fmt::format("{}({})", name, fmt::join(arguments, ", "));
}

std::string resultCast(const std::string& sql, const FunctionCall& call) {
  return fmt::format("CAST({} AS {})", sql, typeName(call.result));
}

/// DuckDB's results of arithmetic may have other types (a decimal of more digits), whose values Basalt would refuse:
/// the cast refuses them as well.
std::string binary(std::string_view symbol, const FunctionCall& call) {
  return resultCast(fmt::format("({} {} {})", call.arguments[0].sql, symbol, call.arguments[1].sql), call);
}
std::string add(const FunctionCall& call) { return binary("+", call); }
std::string subtract(const FunctionCall& call) { return binary("-", call); }
std::string multiply(const FunctionCall& call) { return binary("*", call); }
std::string modulo(const FunctionCall& call) { return binary("%", call); }
std::string integerDivide(const FunctionCall& call) { return binary("//", call); }
std::string negate(const FunctionCall& call) { return resultCast(fmt::format("(- {})", call.arguments[0].sql), call); }

/// Basalt divides floating point numbers only, and by zero not at all, where DuckDB would yield an infinity.
std::string divide(const FunctionCall& call) {
  const std::string left = castSql(call.arguments[0].sql, call.arguments[0].type, call.result);
  const std::string right = castSql(call.arguments[1].sql, call.arguments[1].type, call.result);
  return fmt::format("({} / CASE WHEN {} = 0 THEN error('division by zero') ELSE {} END)", left, right, right);
}

/// concat() would skip NULLs.
std::string concatenate(const FunctionCall& call) {
  return fmt::format("({} || {})", call.arguments[0].sql, call.arguments[1].sql);
}

/// In DuckDB a negative start counts from the end and a negative length backwards.
std::string substring(const FunctionCall& call) {
  const std::string& text = call.arguments[0].sql;
  const std::string& start = call.arguments[1].sql;
  if (call.arguments.size() == 2) return fmt::format("substring({}, greatest({}, 1))", text, start);
  const std::string& length = call.arguments[2].sql;
  return fmt::format(
      "CASE WHEN {0} < 0 THEN error('negative length of substring') WHEN {1} >= 0 THEN substring({2}, {1}, {0}) "
      "ELSE substring({2}, 1, greatest({1} + {0} - 1, 0)) END",
      length, start, text);
}

std::string extract(const FunctionCall& call) {
  constexpr std::string_view kPrefix = "extract_";
  return resultCast(fmt::format("extract({} FROM {})", call.name.substr(kPrefix.size()), call.arguments[0].sql), call);
}

/// octet_length() takes binary data only.
std::string byteLength(const FunctionCall& call) { return plainCall("strlen", call); }

struct Mapping {
  std::string_view name;
  std::string (*print)(const FunctionCall& call);
};

/// like, ilike and both with _escape.
std::string like(const FunctionCall& call) {
  const std::string text = fmt::format("{} {} {}", call.arguments[0].sql, call.name.starts_with('i') ? "ILIKE" : "LIKE",
                                       call.arguments[1].sql);
  return call.arguments.size() == 2 ? fmt::format("({})", text)
                                    : fmt::format("({} ESCAPE {})", text, call.arguments[2].sql);
}

/// Takes the number of characters as an integer only.
std::string pad(const FunctionCall& call) {
  FunctionCall narrowed = call;
  TypedSql& size = narrowed.arguments[1];
  size.sql = castSql(size.sql, size.type, Type::integer());
  return plainCall(call.name, narrowed);
}

constexpr std::array kMappings = {
    Mapping{"add", add},
    Mapping{"subtract", subtract},
    Mapping{"multiply", multiply},
    Mapping{"divide", divide},
    Mapping{"integer_divide", integerDivide},
    Mapping{"modulo", modulo},
    Mapping{"negate", negate},
    Mapping{"concatenate", concatenate},
    Mapping{"substring", substring},
    Mapping{"like", like},
    Mapping{"ilike", like},
    Mapping{"like_escape", like},
    Mapping{"ilike_escape", like},
    Mapping{"lpad", pad},
    Mapping{"octet_length", byteLength},
    Mapping{"rpad", pad},
};

}  // namespace

std::string functionSql(const FunctionCall& call) {
  FunctionCall known = call;
  const std::string name = canonicalFunctionName(call.name);
  known.name = name;
  for (const Mapping& mapping : kMappings) {
    if (mapping.name == known.name) return mapping.print(known);
  }
  if (name.starts_with("extract_")) return extract(known);
  // Basalt's names are DuckDB's.
  return resultCast(plainCall(name, known), known);
}

}  // namespace basalt::duckdb
