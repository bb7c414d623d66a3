#pragma once

#include <string>

#include "operators/plan/PlanNode.h"
#include "runtime/storage/Table.h"

namespace basalt {

/// The plan as one SELECT statement in the dialect of DuckDB (1.4 or later) that computes the same rows: a common table
/// expression per operator, types and casts spelled out wherever the two engines choose differently by themselves. The
/// tables must have the names, columns and order of rows that they have in `catalog`.
///
/// What SQL cannot say as a plan does: SortAggregation is written as GROUP BY, which has one group per key wherever its
/// rows stand; rows that a LIMIT picks without an order may be others; which row's error is reported, and whether a row
/// that nothing needs may fail, is DuckDB's choice.
///
/// Throws ExecutionError as bindPlan() does.
std::string duckDbSql(const PhysicalPlan& plan, const Catalog& catalog);

}  // namespace basalt
