#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/ExecutionEngine.h"
#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"
#include "runtime/storage/Store.h"
#include "tests/tpch/AnswerFile.h"

namespace basalt::testing {
namespace {

enum class Tier : std::uint8_t { Interpreted, Compiled, Auto, Switched };

struct Run {
  std::string scale;
  std::string query;
  Tier tier = Tier::Auto;
  std::size_t workers = 1;
};

const std::string kFolder = BASALT_SOURCE_FOLDER "/bench/tpch";

/// Every query, with the answer's names of the columns that it orders by.
const std::map<std::string, std::vector<std::string>>& orderBy() {
  static const std::map<std::string, std::vector<std::string>> kColumns = readOrderBy(kFolder + "/order-by.txt");
  return kColumns;
}

std::string nameOf(Tier tier) {
  switch (tier) {
    case Tier::Interpreted:
      return "Interpreted";
    case Tier::Compiled:
      return "Compiled";
    case Tier::Auto:
      return "Auto";
    case Tier::Switched:
      return "Switched";
  }
  return "";
}

std::vector<Run> allRuns() {
  std::vector<Run> runs;
  std::istringstream scales(BASALT_TPCH_SCALES);
  for (std::string scale; std::getline(scales, scale, ',');) {
    for (const auto& [query, columns] : orderBy()) {
      for (const Tier tier : {Tier::Interpreted, Tier::Compiled, Tier::Auto, Tier::Switched}) {
        for (const std::size_t workers : {1U, 2U}) runs.push_back({scale, query, tier, workers});
      }
    }
  }
  return runs;
}

std::string textOf(const Run& run) {
  std::string scale = run.scale;
  for (char& letter : scale) letter = letter == '.' ? '_' : letter;
  return run.query + "_sf" + scale + "_" + nameOf(run.tier) + (run.workers == 1 ? "OneWorker" : "TwoWorkers");
}

void PrintTo(const Run& run, std::ostream* output) { *output << textOf(run); }
std::string runName(const ::testing::TestParamInfo<Run>& info) { return textOf(info.param); }

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

QueryOptions optionsOf(Tier tier) {
  QueryOptions options;
  options.mode = tier == Tier::Interpreted ? EngineMode::Interpreted
                                           : (tier == Tier::Compiled ? EngineMode::Compiled : EngineMode::Auto);
  if (tier == Tier::Switched) {
    options.switchAfterMorsels = 2;
    options.morselRows = 2000;
  }
  return options;
}

std::string readText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class TpchTest : public ::testing::TestWithParam<Run> {};

TEST_P(TpchTest, GivesTheAnswer) {
  const auto& [scale, query, tier, workers] = GetParam();
  const Answer answer = readAnswer(kFolder + "/answers/sf" + scale + "/" + query + ".csv");
  const PhysicalPlan plan = parsePlan(readText(kFolder + "/plans/" + query + ".json"));
  const Store store(BASALT_BINARY_FOLDER "/tpch/sf" + scale + ".store");
  ExecutionEngine& engine = engineWith(workers);
  ExecutionStatistics statistics;
  {
    const auto result = engine.execute(plan, store, optionsOf(tier));
    TextRows rows;
    std::vector<Value> row;
    while (result->next(row)) {
      auto& cells = rows.emplace_back();
      for (const Value& value : row) cells.push_back(value.isNull() ? "" : value.toString());
    }
    EXPECT_EQ(differenceFrom(answer, rows, result->schema(), orderBy().at(query)), "");
    statistics = result->statistics();
    EXPECT_EQ(statistics.rows, answer.rows.size());
  }
  EXPECT_EQ(engine.memory().current(), 0U);
  EXPECT_TRUE(statistics.warnings.empty()) << statistics.warnings.front();
  for (const PipelineStatistics& pipeline : statistics.pipelines) {
    EXPECT_EQ(pipeline.interpreted.rows + pipeline.compiled.rows, pipeline.sourceRows) << pipeline.description;
  }
  if (tier == Tier::Interpreted) EXPECT_EQ(statistics.compiledMorsels(), 0U);
  if (tier == Tier::Compiled) EXPECT_EQ(statistics.interpretedMorsels(), 0U);
  if (tier == Tier::Switched) {
    EXPECT_GT(statistics.interpretedMorsels(), 0U);
    EXPECT_GT(statistics.compiledMorsels(), 0U);
  }
}

/// Runs all queries compiled on a new engine that keeps code in `folder`; returns the statistics of all pipelines.
std::vector<PipelineStatistics> runAllWithCodeCache(const std::filesystem::path& folder) {
  ExecutionConfig config;
  config.workers = 1;
  ExecutionEngine engine(config, interpreter::runners(), jitLibrary({.codeCacheFolder = folder}));
  const Store store(BASALT_BINARY_FOLDER "/tpch/sf0.01.store");
  std::vector<PipelineStatistics> pipelines;
  for (const auto& [query, order] : orderBy()) {
    const PhysicalPlan plan = parsePlan(readText(kFolder + "/plans/" + query + ".json"));
    const auto result = engine.execute(plan, store, optionsOf(Tier::Compiled));
    std::vector<Value> row;
    while (result->next(row)) {
    }
    std::ranges::copy(result->statistics().pipelines, std::back_inserter(pipelines));
  }
  return pipelines;
}

TEST(TpchRestart, CompilesNothingThatIsOnDisk) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("basalt-restart-" + std::to_string(getpid()));
  const std::vector<PipelineStatistics> first = runAllWithCodeCache(folder);
  EXPECT_TRUE(std::ranges::any_of(first, [](const auto& pipeline) { return pipeline.compileMilliseconds > 0; }));
  const std::vector<PipelineStatistics> second = runAllWithCodeCache(folder);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(second.size(), first.size());
  for (std::size_t each = 0; each < second.size(); ++each) {
    EXPECT_EQ(second[each].compileMilliseconds, 0) << second[each].description << ": " << second[each].tierReason;
    EXPECT_EQ(second[each].loadMilliseconds > 0, first[each].compileMilliseconds > 0) << second[each].description;
    EXPECT_EQ(second[each].compiled.rows, first[each].compiled.rows);
  }
}

INSTANTIATE_TEST_SUITE_P(Queries, TpchTest, ::testing::ValuesIn(allRuns()), runName);

}  // namespace
}  // namespace basalt::testing
