#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/plan/Expr.h"
#include "runtime/types/Schema.h"

/// Expressions in the dialect of DuckDB.
namespace basalt::duckdb {

/// A name in double quotes.
std::string quoteName(std::string_view name);
/// A type's name: "BIGINT", "DECIMAL(15,2)", "BLOB".
std::string typeName(Type type);
/// `sql`, of type `from`, brought to type `to` the way Basalt's casts do.
std::string castSql(std::string sql, Type from, Type to);
/// A constant of exactly the value's type.
std::string literalSql(const Value& value);

/// What expressions can refer to: columns, each with the SQL text that stands for it.
struct Columns {
  Schema schema;
  std::vector<std::string> references;

  void append(const Columns& others);
};

/// SQL text with the type that Basalt gives the expression, which is also DuckDB's.
struct TypedSql {
  std::string sql;
  Type type;
};

/// Prints an expression over columns so that DuckDB computes what Basalt does: operands are cast to the types that the
/// binder chose. `path` names its place in the plan for errors: ExecutionError(InvalidPlan) for what does not bind.
TypedSql expressionSql(const Expr& expression, const Columns& columns, std::string_view path);
/// The same, brought to `type`.
std::string expressionSql(const Expr& expression, const Columns& columns, Type type, std::string_view path);

}  // namespace basalt::duckdb
