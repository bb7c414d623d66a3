#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operators/duckdb/ExpressionSql.h"
#include "operators/plan/PlanNode.h"

/// Parts of SELECT statements that several operators are made of.
namespace basalt::duckdb {

/// A table or a common table expression in FROM.
struct SqlTable {
  std::string name;
  Columns columns;
};

/// "SELECT a AS "x", ...".
std::string selectList(const std::vector<std::string>& expressions, const std::vector<std::string>& names,
                       std::string_view quantifier = "");
/// A NULL of every column's type.
std::vector<std::string> nullValues(const Schema& schema);
/// What stands behind ORDER BY.
std::string orderSql(const std::vector<SortKey>& keys, const Columns& columns, const std::string& path);
/// " LIMIT ... OFFSET ..." on a line of its own, as far as they restrict anything.
std::string limitSql(std::uint64_t limit, std::uint64_t offset);

/// A join of two tables that puts out columns called `names`.
std::string joinSql(const JoinContent& join, const std::vector<JoinKey>& keys, const SqlTable& left,
                    const SqlTable& right, const std::vector<std::string>& names, const std::string& path);

}  // namespace basalt::duckdb
