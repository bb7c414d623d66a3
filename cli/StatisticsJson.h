#pragma once

#include <ostream>
#include <vector>

#include "engine/ExecutionStatistics.h"

namespace basalt::cli {

/// Writes what one or more runs of a query did as a JSON object:
///   {"rows", "milliseconds", "compileMilliseconds", "peakMemoryBytes", "morsels": {"interpreted", "compiled"},
///    "pipelines": [...], "operators": [...], "warnings": [...]}
/// With several runs, numbers at the top level are medians, "morsels" and the lists are those of the run with the
/// median time, and "runs" holds one such object (without lists) per run, in order.
void writeStatistics(const std::vector<ExecutionStatistics>& runs, std::ostream& output);

}  // namespace basalt::cli
