#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/duckdb/ExpressionSql.h"

namespace basalt::duckdb {

/// A call whose arguments are printed and have the types of the kernel's parameters, except that operands of decimal
/// arithmetic have their own.
struct FunctionCall {
  std::string_view name;
  Type result;
  std::vector<TypedSql> arguments;
  std::string_view path;
};

/// The call in DuckDB's dialect, of type `result`. Throws ExecutionError(Unsupported) when there is no such function.
std::string functionSql(const FunctionCall& call);

}  // namespace basalt::duckdb
