#include "bench/support/EngineComparison.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"

namespace basalt::bench {
namespace {

ExecutionEngine& engineWith(std::size_t workers) {
  static std::map<std::size_t, std::unique_ptr<ExecutionEngine>> engines;
  auto& engine = engines[workers];
  if (!engine) {
    ExecutionConfig config;
    config.workers = workers;
    engine = std::make_unique<ExecutionEngine>(config, interpreter::runners(), openJitLibrary);
  }
  return *engine;
}

QueryOptions optionsFor(EngineMode mode) {
  QueryOptions options;
  options.mode = mode;
  return options;
}

/// The tables of the comparison that ran last.
const Tables& tablesFor(const Comparison& comparison, std::uint64_t rows) {
  static std::string current;
  static std::unique_ptr<Tables> tables;
  const std::string wanted = fmt::format("{}/{}", comparison.name, rows);
  if (current != wanted) {
    tables.reset();
    tables = std::make_unique<Tables>(comparison.tables(rows));
    current = wanted;
  }
  return *tables;
}

/// All rows as text, sorted, and what compiling took.
struct Outcome {
  std::vector<std::string> rows;
  double compileMilliseconds = 0;
};

Outcome outcomeOf(const Comparison& comparison, const Tables& tables, std::size_t workers, EngineMode mode) {
  const auto result = engineWith(workers).execute(comparison.plan(), tables, optionsFor(mode));
  Outcome outcome;
  std::vector<Value> row;
  while (result->next(row)) {
    std::string& line = outcome.rows.emplace_back();
    for (const Value& value : row) line += value.toString() + "|";
  }
  std::ranges::sort(outcome.rows);
  outcome.compileMilliseconds = result->statistics().compileMilliseconds;
  return outcome;
}

void measure(benchmark::State& state, const Comparison& comparison, EngineMode mode) {
  const auto rows = static_cast<std::uint64_t>(state.range(0));
  const auto workers = static_cast<std::size_t>(state.range(1));
  const Tables& tables = tablesFor(comparison, rows);
  if (const auto compiler = engineWith(workers).compiler()) compiler->clearCache();
  const Outcome compiled = outcomeOf(comparison, tables, workers, EngineMode::Compiled);
  if (compiled.rows != outcomeOf(comparison, tables, workers, EngineMode::Interpreted).rows) {
    state.SkipWithError("the engines' results differ");
    return;
  }
  const PhysicalPlan plan = comparison.plan();
  // Holds the code in the cache and the code itself alive.
  for (auto iteration : state) {
    (void)iteration;
    const auto result = engineWith(workers).execute(plan, tables, optionsFor(mode));
    while (const auto batch = result->nextBatch()) benchmark::DoNotOptimize(batch->batch.size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["result_rows"] = static_cast<double>(compiled.rows.size());
  if (mode == EngineMode::Compiled) state.counters["compile_ms"] = compiled.compileMilliseconds;
}

}  // namespace

void registerComparison(Comparison comparison, const std::vector<std::int64_t>& rows,
                        const std::vector<std::int64_t>& workers) {
  const auto shared = std::make_shared<const Comparison>(std::move(comparison));
  for (const std::int64_t count : rows) {
    for (const std::int64_t workerCount : workers) {
      for (const EngineMode mode : {EngineMode::Interpreted, EngineMode::Compiled}) {
        const std::string name =
            fmt::format("{}/{}", shared->name, mode == EngineMode::Compiled ? "compiled" : "interpreted");
        benchmark::RegisterBenchmark(name.c_str(),
                                     [shared, mode](benchmark::State& state) { measure(state, *shared, mode); })
            ->ArgNames({"rows", "workers"})
            ->Args({count, workerCount})
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime();
      }
    }
  }
}

int runBenchmarks(int argumentCount, char** arguments) {
  benchmark::Initialize(&argumentCount, arguments);
  if (benchmark::ReportUnrecognizedArguments(argumentCount, arguments)) return 2;
  benchmark::AddCustomContext("build", BASALT_BUILD_DESCRIPTION);
  benchmark::AddCustomContext("processors", std::to_string(std::thread::hardware_concurrency()));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace basalt::bench
