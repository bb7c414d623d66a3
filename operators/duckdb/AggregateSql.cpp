#include "operators/duckdb/AggregateSql.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/spec/ColumnBinding.h"

namespace basalt::duckdb {

namespace {

std::string filterSql(const std::optional<Expr>& filter, const Columns& columns, const std::string& path) {
  if (!filter) return {};
  return fmt::format(" FILTER (WHERE {})", expressionSql(*filter, columns, Type::boolean(), path + ".filter"));
}

/// DuckDB's count_if is NULL without rows: what is counted instead.
std::string substituteCountIf(const std::string& function, std::string& argument) {
  if (function != "count_if") return function;
  argument = fmt::format("CASE WHEN {} THEN true END", argument);
  return "count";
}

std::string aggregateSql(const AggregateCall& call, const Columns& columns, Type type, const std::string& path) {
  std::string argument = call.argument ? expressionSql(*call.argument, columns, path + ".argument").sql : "*";
  const std::string function = substituteCountIf(call.function, argument);
  if (function == "string_agg") argument += ", " + literalSql(Value::string(Type::varchar(), call.separator));
  return fmt::format("CAST({}({}{}){} AS {})", function, call.distinct ? "DISTINCT " : "", argument,
                     filterSql(call.filter, columns, path), typeName(type));
}

/// Groups by the keys at the positions in `set`, the others NULL.
std::string groupSql(const HashAggregationNode& aggregation, const std::vector<std::uint32_t>& set, std::size_t number,
                     const SqlTable& input, const Schema& output, const std::vector<std::string>& names,
                     const std::string& path) {
  std::vector<std::string> texts = nullValues(output);
  std::vector<std::size_t> positions;
  for (const std::uint32_t key : set) {
    texts[key] = expressionSql(aggregation.groupBy.at(key).expression, input.columns, output[key].type,
                               fmt::format("{}.groupBy[{}]", path, key));
    positions.push_back(key + 1);
  }
  std::size_t column = aggregation.groupBy.size();
  if (!aggregation.groupingSet.empty()) {
    texts[column] = fmt::format("CAST({} AS {})", number, typeName(output[column].type));
    ++column;
  }
  for (std::size_t index = 0; index < aggregation.aggregates.size(); ++index, ++column) {
    texts[column] = aggregateSql(aggregation.aggregates[index], input.columns, output[column].type,
                                 fmt::format("{}.aggregates[{}]", path, index));
  }
  std::ranges::sort(positions);
  positions.erase(std::ranges::unique(positions).begin(), positions.end());
  // By position, since a constant key could be taken for one. Without keys: one group, of whatever there is.
  const std::string keys = positions.empty() ? "()" : fmt::format("{}", fmt::join(positions, ", "));
  return fmt::format("{}\nFROM {}\nGROUP BY {}", selectList(texts, names), input.name, keys);
}

constexpr std::array<std::string_view, 3> kFrameUnits = {"ROWS", "RANGE", "GROUPS"};
/// Functions of the whole partition, or that say themselves which row they mean, have no frame.
constexpr std::array<std::string_view, 8> kFrameless = {"row_number", "rank",  "dense_rank", "percent_rank",
                                                        "cume_dist",  "ntile", "lag",        "lead"};

std::string boundSql(const FrameBound& bound, const Columns& columns, const std::string& path) {
  using Kind = FrameBound::Kind;
  switch (bound.kind) {
    case Kind::UnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case Kind::CurrentRow:
      return "CURRENT ROW";
    case Kind::UnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case Kind::Preceding:
    case Kind::Following:
      break;
  }
  if (!bound.offset) failPlan(path, "expected a distance");
  return fmt::format("{} {}", expressionSql(*bound.offset, columns, path).sql,
                     bound.kind == Kind::Preceding ? "PRECEDING" : "FOLLOWING");
}

std::string frameSql(const WindowFrame& frame, const Columns& columns, const std::string& path) {
  return fmt::format("{} BETWEEN {} AND {}", kFrameUnits.at(static_cast<std::size_t>(frame.unit)),
                     boundSql(frame.start, columns, path + ".frame.start"),
                     boundSql(frame.end, columns, path + ".frame.end"));
}

}  // namespace

std::string aggregationSql(const HashAggregationNode& aggregation, const SqlTable& input, const Schema& output,
                           const std::vector<std::string>& names, const std::string& path) {
  std::vector<std::vector<std::uint32_t>> sets = aggregation.groupingSets;
  if (sets.empty()) {
    sets.emplace_back(aggregation.groupBy.size());
    std::iota(sets.back().begin(), sets.back().end(), 0);
  }
  std::vector<std::string> selects;
  for (std::size_t number = 0; number < sets.size(); ++number) {
    selects.push_back(groupSql(aggregation, sets[number], number, input, output, names, path));
  }
  return fmt::format("{}", fmt::join(selects, "\nUNION ALL\n"));
}

std::string windowSql(const WindowNode& window, const std::vector<std::string>& partition, const WindowCall& call,
                      const Columns& columns, Type type, const std::string& path) {
  std::vector<std::string> arguments;
  for (std::size_t index = 0; index < call.arguments.size(); ++index) {
    arguments.push_back(
        expressionSql(call.arguments[index], columns, fmt::format("{}.arguments[{}]", path, index)).sql);
  }
  if (arguments.empty() && call.function == "count") arguments.emplace_back("*");
  std::string none;
  const std::string function = substituteCountIf(call.function, arguments.empty() ? none : arguments.front());
  std::vector<std::string> clauses;
  if (!partition.empty()) clauses.push_back(fmt::format("PARTITION BY {}", fmt::join(partition, ", ")));
  if (!window.orderBy.empty()) clauses.push_back("ORDER BY " + orderSql(window.orderBy, columns, path));
  if (std::ranges::find(kFrameless, call.function) == kFrameless.end()) {
    clauses.push_back(frameSql(call.frame, columns, path));
  }
  return fmt::format("CAST({}({}{}){} OVER ({}) AS {})", function, fmt::join(arguments, ", "),
                     call.ignoreNulls ? " IGNORE NULLS" : "", filterSql(call.filter, columns, path),
                     fmt::join(clauses, " "), typeName(type));
}

}  // namespace basalt::duckdb
