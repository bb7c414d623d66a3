#include "operators/duckdb/SelectSql.h"

#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace basalt::duckdb {

std::string selectList(const std::vector<std::string>& expressions, const std::vector<std::string>& names,
                       std::string_view quantifier) {
  std::vector<std::string> columns;
  for (std::size_t index = 0; index < expressions.size(); ++index) {
    const std::string name = quoteName(names.at(index));
    // A column that keeps its name needs no other.
    const bool isNamed = expressions[index].ends_with("." + name);
    columns.push_back(isNamed ? expressions[index] : fmt::format("{} AS {}", expressions[index], name));
  }
  return fmt::format("SELECT {}{}", quantifier, fmt::join(columns, ", "));
}

std::vector<std::string> nullValues(const Schema& schema) {
  std::vector<std::string> values;
  for (const Field& field : schema) values.push_back(fmt::format("CAST(NULL AS {})", typeName(field.type)));
  return values;
}

std::string orderSql(const std::vector<SortKey>& keys, const Columns& columns, const std::string& path) {
  std::vector<std::string> texts;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const SortKey& key = keys[index];
    const bool nullsFirst = key.nullsFirst.value_or(key.descending);
    // A bare number would be taken for the position of a column.
    texts.push_back(fmt::format(
        "({}) {} NULLS {}", expressionSql(key.expression, columns, fmt::format("{}[{}].expression", path, index)).sql,
        key.descending ? "DESC" : "ASC", nullsFirst ? "FIRST" : "LAST"));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string limitSql(std::uint64_t limit, std::uint64_t offset) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  // DuckDB counts rows in 64 bits with a sign, and no table has more.
  std::string sql = limit > kMost ? "" : fmt::format("LIMIT {}", limit);
  if (offset > 0) sql += fmt::format("{}OFFSET {}", sql.empty() ? "" : " ", std::min(offset, kMost));
  return sql.empty() ? sql : "\n" + sql;
}

}  // namespace basalt::duckdb
