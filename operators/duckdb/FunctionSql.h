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
};

/// The call in DuckDB's dialect, of type `result`; under its own name unless DuckDB calls it, or means by it, something
/// else.
std::string functionSql(const FunctionCall& call);

}  // namespace basalt::duckdb
