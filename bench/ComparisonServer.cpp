#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "bench/support/BenchmarkTables.h"
#include "bench/support/PlainTables.h"
#include "bench/support/TextFile.h"
#include "engine/ExecutionEngine.h"
#include "engine/JitLibrary.h"
#include "engine/ResultFormatter.h"
#include "engine/explain/PipelineText.h"
#include "interpreter/Interpreter.h"
#include "runtime/storage/Store.h"

/// Runs queries for a program that measures them beside another engine's: one JSON object per line on standard input,
/// one per line on standard output. {"query": "q01", "mode": "interpreted" | "compiled" | "auto", "threads": 1} gives
/// {"milliseconds", "compile_milliseconds", "rows", "pipelines"}, from execute() to the last row; "new_engine": true
/// runs it in an engine that has compiled nothing, "result": "file.csv" keeps the rows, "data": "plain" takes the
/// tables in Arrow's layout.
namespace basalt::bench {
namespace {

using Json = nlohmann::json;

/// Reads every stored byte, so that no query pays for that.
void touch(const Catalog& catalog) {
  for (const std::string& name : catalog.tableNames()) {
    const auto table = catalog.find(name);
    for (std::size_t chunk = 0; chunk < table->chunkCount(); ++chunk) {
      // Opening a slice checks its bytes.
      for (std::size_t column = 0; column < table->schema().size(); ++column) (void)table->slice(chunk, column);
    }
  }
}

EngineMode modeOf(const std::string& name) {
  if (name == "interpreted") return EngineMode::Interpreted;
  if (name == "compiled") return EngineMode::Compiled;
  if (name == "auto") return EngineMode::Auto;
  throw std::runtime_error("no such mode: " + name);
}

/// What happened in the pipelines, as `explain --analyze` tells it.
Json describe(const std::vector<PipelineStatistics>& pipelines) {
  Json texts = Json::array();
  for (const PipelineStatistics& pipeline : pipelines) {
    texts.push_back(pipeline.description + "\n" + pipelineStatisticsText(pipeline));
  }
  return texts;
}

class Server {
 public:
  Server(const std::string& store, std::string plans, std::string codeCache)
      : store_(store), plans_(std::move(plans)), codeCache_(std::move(codeCache)) {
    touch(store_);
  }

  Json answer(const Json& request) {
    const auto threads = request.at("threads").get<std::size_t>();
    const bool isPlain = request.value("data", "store") == "plain";
    const PhysicalPlan plan =
        parsePlan(readText(std::filesystem::path(plans_) / (request.at("query").get<std::string>() + ".json")));
    std::unique_ptr<ExecutionEngine> fresh;
    if (request.value("new_engine", false)) fresh = makeEngine(threads);
    ExecutionEngine& engine = fresh ? *fresh : engineFor(threads);
    QueryOptions options;
    options.mode = modeOf(request.at("mode").get<std::string>());

    const auto start = std::chrono::steady_clock::now();
    const auto result = engine.execute(plan, isPlain ? plainTables() : store_, options);
    std::vector<ResultBatch> batches;
    while (auto batch = result->nextBatch()) batches.push_back(std::move(*batch));
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
    const ExecutionStatistics statistics = result->statistics();
    if (const std::string path = request.value("result", ""); !path.empty()) {
      std::ofstream file(path);
      const auto formatter = makeResultFormatter(ResultFormat::Csv, result->schema(), file);
      for (const ResultBatch& batch : batches) formatter->write(batch.batch);
      formatter->finish();
      if (!file.flush()) throw std::runtime_error("cannot write " + path);
    }
    return {{"milliseconds", elapsed.count()},
            {"compile_milliseconds", statistics.compileMilliseconds},
            {"rows", statistics.rows},
            {"pipelines", describe(statistics.pipelines)},
            {"warnings", statistics.warnings}};
  }

 private:
  std::unique_ptr<ExecutionEngine> makeEngine(std::size_t threads) const {
    ExecutionConfig config;
    config.workers = threads;
    return std::make_unique<ExecutionEngine>(config, interpreter::runners(),
                                             jitLibrary({.codeCacheFolder = codeCache_}));
  }

  ExecutionEngine& engineFor(std::size_t threads) {
    auto& engine = engines_[threads];
    if (!engine) engine = makeEngine(threads);
    return *engine;
  }

  const Catalog& plainTables() {
    if (!plain_) plain_ = std::make_unique<Tables>(makePlainTables(store_));
    return *plain_;
  }

  Store store_;
  std::string plans_;
  std::string codeCache_;
  std::unique_ptr<Tables> plain_;
  std::map<std::size_t, std::unique_ptr<ExecutionEngine>> engines_;
};

int serve(Server& server) {
  for (std::string line; std::getline(std::cin, line);) {
    Json reply;
    try {
      reply = server.answer(Json::parse(line));
    } catch (const std::exception& failure) {
      reply = {{"error", failure.what()}};
    }
    std::cout << reply.dump() << std::endl;  // NOLINT(performance-avoid-endl): somebody waits for it
  }
  return 0;
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** argumentTexts) {
  std::string store;
  std::string plans = "bench/tpch/plans";
  std::string codeCache;
  CLI::App app("Runs queries for scripts/compare and scripts/tiers: a JSON object per line in, one out.");
  app.add_option("--store", store, "Folder of the loaded tables")->required();
  app.add_option("--plans", plans, "Folder of the plans, <query>.json")->capture_default_str();
  app.add_option("--code-cache", codeCache, "Folder that keeps machine code for later runs");
  CLI11_PARSE(app, argumentCount, argumentTexts);
  try {
    basalt::bench::Server server(store, plans, codeCache);
    std::cout << nlohmann::json{{"build", BASALT_BUILD_DESCRIPTION}}.dump()
              << std::endl;  // NOLINT(performance-avoid-endl)
    return basalt::bench::serve(server);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << "\n";
    return 1;
  }
}
