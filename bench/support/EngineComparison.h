#pragma once

#include <functional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/support/BenchmarkTables.h"
#include "engine/ExecutionEngine.h"

namespace basalt::bench {

/// A query whose time is measured interpreted and compiled. Tables are made when they are first needed, and kept while
/// the next measurement asks for the same number of rows.
struct Comparison {
  std::string name;
  /// Makes the tables with this many rows.
  std::function<Tables(std::uint64_t rows)> tables;
  std::function<PhysicalPlan()> plan;
};

/// Registers "<name>/<interpreted or compiled>/rows:<rows>/workers:<workers>" for all numbers of both. Before a time is
/// taken both engines run the query, and the measurement fails when their results differ. Times are of warm runs:
/// compiling is left out and reported as the counter compile_ms.
void registerComparison(Comparison comparison, const std::vector<std::int64_t>& rows = {1 << 16, 1 << 22},
                        const std::vector<std::int64_t>& workers = {1, 2});

/// Says how the program was built, and runs what is registered. The result is the program's exit status.
int runBenchmarks(int argumentCount, char** arguments);

}  // namespace basalt::bench
