#pragma once

#include <string>
#include <vector>

#include "operators/duckdb/SelectSql.h"

/// Aggregation and window functions in DuckDB's dialect.
namespace basalt::duckdb {

/// GROUP BY, or one per grouping set and UNION ALL: sets may be equal, and their numbers must be told.
std::string aggregationSql(const HashAggregationNode& aggregation, const SqlTable& input, const Schema& output,
                           const std::vector<std::string>& names, const std::string& path);

/// One function of a window, of type `type`, over partitions by the columns `partition`.
std::string windowSql(const WindowNode& window, const std::vector<std::string>& partition, const WindowCall& call,
                      const Columns& columns, Type type, const std::string& path);

}  // namespace basalt::duckdb
