#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/support/TextFile.h"
#include "engine/ExecutionEngine.h"
#include "engine/JitLibrary.h"
#include "engine/ResultFormatter.h"
#include "interpreter/Interpreter.h"
#include "runtime/storage/Store.h"

/// TPC-H queries interpreted, compiled with the code in the cache, and adaptive from cold (a new engine that has
/// compiled nothing), as a table in Markdown: medians of alternating runs in milliseconds, from execute() to the last
/// row. All runs of a query must give the same rows, which are written out for whoever knows the answers.
namespace basalt::bench {
namespace {

struct Arguments {
  std::string store;
  std::string plans = "bench/tpch/plans";
  std::string results;
  std::string json;
  std::size_t repetitions = 7;
  bool explains = false;
  std::vector<std::string> queries;
  std::vector<std::size_t> threads = {1, 2};
};

struct Measured {
  double milliseconds = 0;
  double compileMilliseconds = 0;
  std::uint64_t scannedRows = 0;
  std::string csv;
  std::string decisions;
};

std::unique_ptr<ExecutionEngine> makeEngine(std::size_t threads) {
  ExecutionConfig config;
  config.workers = threads;
  return std::make_unique<ExecutionEngine>(config, interpreter::runners(), openJitLibrary);
}

/// An engine whose compiler is open and has compiled nothing.
std::unique_ptr<ExecutionEngine> makeColdEngine(std::size_t threads) {
  auto engine = makeEngine(threads);
  engine->compiler()->clearCache();
  return engine;
}

Measured measure(ExecutionEngine& engine, const PhysicalPlan& plan, const Catalog& catalog, EngineMode mode) {
  QueryOptions options;
  options.mode = mode;
  const auto start = std::chrono::steady_clock::now();
  const auto result = engine.execute(plan, catalog, options);
  std::vector<ResultBatch> batches;
  while (auto batch = result->nextBatch()) batches.push_back(std::move(*batch));
  Measured measured;
  measured.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  const ExecutionStatistics statistics = result->statistics();
  measured.compileMilliseconds = statistics.compileMilliseconds;
  for (const PipelineStatistics& pipeline : statistics.pipelines) {
    if (pipeline.chunksTotal != 0) measured.scannedRows += pipeline.sourceRows;
  }
  for (const PipelineStatistics& pipeline : statistics.pipelines) {
    measured.decisions += fmt::format("    pipeline {}: {}\n", pipeline.id, pipeline.tierReason);
  }
  for (const std::string& warning : statistics.warnings) std::cerr << "warning: " << warning << "\n";
  std::ostringstream text;
  const auto formatter = makeResultFormatter(ResultFormat::Csv, result->schema(), text);
  for (const ResultBatch& batch : batches) formatter->write(batch.batch);
  formatter->finish();
  measured.csv = text.str();
  return measured;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// The lines of a result in an order of their own: rows with equal sort keys may change places.
std::vector<std::string> sortedLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

class Benchmark {
 public:
  explicit Benchmark(Arguments arguments) : arguments_(std::move(arguments)), store_(arguments_.store) {}

  void run() {
    std::cout << fmt::format("Build: {}. Medians of {} alternating runs, milliseconds.\n\n", BASALT_BUILD_DESCRIPTION,
                             arguments_.repetitions);
    std::cout << "| query | threads | rows scanned | interpreted | compiled, warm | ratio | interpreted, new engine | "
                 "adaptive, cold | ratio | compiling all |\n"
              << "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    const std::vector<std::string> all = allPlans();
    for (const std::string& query : arguments_.queries.empty() ? all : arguments_.queries) {
      for (const std::size_t threads : arguments_.threads) measureQuery(query, threads);
    }
    if (!arguments_.json.empty()) writeJson();
  }

 private:
  std::vector<std::string> allPlans() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(arguments_.plans)) {
      if (file.path().extension() == ".json") names.push_back(file.path().stem().string());
    }
    std::ranges::sort(names);
    return names;
  }

  void measureQuery(const std::string& query, std::size_t threads) {
    const PhysicalPlan plan = parsePlan(readText(std::filesystem::path(arguments_.plans) / (query + ".json")));
    const auto warm = makeEngine(threads);
    // Also brings the tables into memory.
    const Measured first = measure(*warm, plan, store_, EngineMode::Interpreted);
    const Measured compiling = measure(*warm, plan, store_, EngineMode::Compiled);
    keepResult(query, threads, first);
    requireSame(query, first, compiling);
    std::vector<double> interpreted;
    std::vector<double> compiled;
    std::vector<double> coldInterpreted;
    std::vector<double> adaptive;
    const auto take = [&](std::vector<double>& times, ExecutionEngine& engine, EngineMode mode) {
      const Measured measured = measure(engine, plan, store_, mode);
      requireSame(query, first, measured);
      times.push_back(measured.milliseconds);
      if (arguments_.explains && mode == EngineMode::Auto) {
        std::cerr << fmt::format("{} on {} threads, {:.1f} ms:\n{}", query, threads, measured.milliseconds,
                                 measured.decisions);
      }
    };
    // Warm: the same engine, its code in the cache.
    for (std::size_t repetition = 0; repetition < arguments_.repetitions; ++repetition) {
      take(interpreted, *warm, EngineMode::Interpreted);
      take(compiled, *warm, EngineMode::Compiled);
    }
    // Cold: a new engine for each run. Loading the library happens once per process, so it is not what is measured; but
    // it empties the processor's caches, so both sides have it behind them.
    for (std::size_t repetition = 0; repetition < arguments_.repetitions; ++repetition) {
      take(coldInterpreted, *makeColdEngine(threads), EngineMode::Interpreted);
      take(adaptive, *makeColdEngine(threads), EngineMode::Auto);
    }
    const double baseline = median(interpreted);
    const double coldBaseline = median(coldInterpreted);
    std::cout << fmt::format("| {} | {} | {} | {:.1f} | {:.1f} | {:.2f} | {:.1f} | {:.1f} | {:.2f} | {:.1f} |\n", query,
                             threads, first.scannedRows, baseline, median(compiled), baseline / median(compiled),
                             coldBaseline, median(adaptive), coldBaseline / median(adaptive),
                             compiling.compileMilliseconds)
              << std::flush;
    measurements_.push_back({{"query", query},
                             {"threads", threads},
                             {"scannedRows", first.scannedRows},
                             {"interpretedMilliseconds", interpreted},
                             {"compiledMilliseconds", compiled},
                             {"interpretedNewEngineMilliseconds", coldInterpreted},
                             {"adaptiveColdMilliseconds", adaptive},
                             {"compileMilliseconds", compiling.compileMilliseconds}});
  }

  void writeJson() const {
    std::ofstream file(arguments_.json);
    file << nlohmann::json{{"build", BASALT_BUILD_DESCRIPTION}, {"measurements", measurements_}}.dump(2) << "\n";
    if (!file.flush()) throw std::runtime_error("cannot write " + arguments_.json);
  }

  void keepResult(const std::string& query, std::size_t threads, const Measured& measured) const {
    if (arguments_.results.empty()) return;
    std::filesystem::create_directories(arguments_.results);
    std::ofstream file(std::filesystem::path(arguments_.results) / fmt::format("{}-{}.csv", query, threads));
    file << measured.csv;
    if (!file.flush()) throw std::runtime_error("cannot write to " + arguments_.results);
  }

  static void requireSame(const std::string& query, const Measured& expected, const Measured& found) {
    if (sortedLines(expected.csv) == sortedLines(found.csv)) return;
    throw std::runtime_error(query + ": two engines gave different results:\n" + expected.csv + "---\n" + found.csv);
  }

  Arguments arguments_;
  Store store_;
  nlohmann::json measurements_ = nlohmann::json::array();
};

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** argumentTexts) {
  basalt::bench::Arguments arguments;
  CLI::App app("TPC-H interpreted, compiled and adaptive, as a table in Markdown.");
  app.add_option("--store", arguments.store, "Folder of the loaded tables")->required();
  app.add_option("--plans", arguments.plans, "Folder of the plans, <query>.json")->capture_default_str();
  app.add_option("--results", arguments.results, "Folder that results are written to as <query>-<threads>.csv");
  app.add_option("--json", arguments.json, "File for all times, run by run; those of compiling apart");
  app.add_flag("--explain", arguments.explains, "Say on standard error why adaptive runs compiled what they did");
  app.add_option("--repetitions", arguments.repetitions, "Runs that medians are taken of")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--queries", arguments.queries, "What to run (default: all plans)")->delimiter(',');
  app.add_option("--threads", arguments.threads, "Numbers of worker threads")->delimiter(',')->capture_default_str();
  CLI11_PARSE(app, argumentCount, argumentTexts);
  try {
    basalt::bench::Benchmark(arguments).run();
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << "\n";
    return 1;
  }
  return 0;
}
