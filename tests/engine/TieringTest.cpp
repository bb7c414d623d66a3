#include <algorithm>
#include <atomic>
#include <map>
#include <stdexcept>

#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"
#include "runtime/ExecutionError.h"
#include "tests/engine/support/LongRunning.h"
#include "tests/engine/support/QueryTest.h"
#include "tests/engine/support/RepeatedTable.h"

namespace basalt::testing {
namespace {

/// A compiler that can be opened, and fails to compile.
class FailingCompiler : public CompilerProvider {
 public:
  std::shared_ptr<const CompiledPipeline> find(const std::string&) override { return nullptr; }
  std::shared_ptr<const CompiledPipeline> compile(const Pipeline&, const PipelineFacts&) override {
    throw ExecutionError(ErrorCode::CompilationFailed, "test", "this compiler never succeeds");
  }
  std::string print(const Pipeline&, const PipelineFacts&, IrStage) override { return {}; }
  double estimateMilliseconds(const Pipeline&, const PipelineFacts&) const override { return 0.001; }
  CacheCounters cacheCounters() const override { return {}; }
  void clearCache() override {}
};

/// One that would take for ever, and counts who asks.
class SlowCompiler final : public FailingCompiler {
 public:
  double estimateMilliseconds(const Pipeline&, const PipelineFacts&) const override {
    ++asked;
    return 1e9;
  }
  mutable std::atomic<std::size_t> asked = 0;
};

struct Outcome {
  Rows rows;
  ExecutionStatistics statistics;
};

Outcome outcomeOf(ExecutionEngine& engine, const PlanBuilder& plan, const QueryOptions& options,
                  const Catalog& catalog = longRunningCatalog()) {
  const auto result = engine.execute(plan.build(), catalog, options);
  Outcome outcome;
  Row row;
  while (result->next(row)) outcome.rows.push_back(row);
  outcome.statistics = result->statistics();
  return outcome;
}

QueryOptions inMode(EngineMode mode) {
  QueryOptions options;
  options.mode = mode;
  return options;
}

/// Enough arithmetic for compiled code to be clearly faster.
PlanBuilder sumPlan(const std::string& table, int literal) {
  return PlanBuilder::scan(table)
      .filter(sql("x * 3 + y % 11 > " + std::to_string(literal)))
      .aggregate(
          {{"k", sql("x % 5")}},
          {{"n", "count", {}}, {"s", "sum", sql("(y * 2 - x) % 1009 * 3 + (x + y) % 7 * (y - x) % 5 - y % 3 * x")}});
}

Rows expectedSums(int literal, std::int64_t times) {
  std::map<std::int64_t, std::pair<std::int64_t, Int128>> groups;
  for (std::int64_t y = 0; y < 65536; ++y) {
    const auto x = static_cast<std::int64_t>(mixBits(static_cast<std::uint64_t>(y)) % 1000);
    if (x * 3 + y % 11 <= literal) continue;
    auto& [count, sum] = groups[x % 5];
    count += times;
    const std::int64_t value = (y * 2 - x) % 1009 * 3 + (x + y) % 7 * (y - x) % 5 - y % 3 * x;
    sum += Int128{value} * times;
  }
  Rows rows;
  for (const auto& [key, entry] : groups) {
    rows.push_back({integerValue(key), bigIntValue(entry.first), Value::decimal(Type::decimal(38, 0), entry.second)});
  }
  return rows;
}

void expectRowsAddUp(const ExecutionStatistics& statistics) {
  for (const PipelineStatistics& pipeline : statistics.pipelines) {
    EXPECT_EQ(pipeline.interpreted.rows + pipeline.compiled.rows, pipeline.sourceRows) << pipeline.description;
  }
}

class TieringTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  ExecutionConfig config() const {
    ExecutionConfig config;
    config.workers = GetParam();
    return config;
  }
};

TEST_P(TieringTest, ForcedSwitchRunsBothEnginesExactly) {
  ExecutionEngine engine(config(), interpreter::runners(), openJitLibrary);
  for (const std::uint64_t morsels : {0U, 1U, 7U, 1000U}) {
    SCOPED_TRACE(morsels);
    QueryOptions options;
    options.switchAfterMorsels = morsels;
    options.morselRows = 1000;
    const Outcome outcome = outcomeOf(engine, sumPlan("block", 900), options);
    EXPECT_EQ(sortedLines(outcome.rows), sortedLines(expectedSums(900, 1)));
    expectRowsAddUp(outcome.statistics);
    const PipelineStatistics& scan = outcome.statistics.pipelines.front();
    EXPECT_EQ(scan.sourceRows, 65536U);
    // The end of each of two chunks and dividing the rows among workers cut some morsels short.
    const std::uint64_t total = scan.interpreted.morsels + scan.compiled.morsels;
    EXPECT_GE(total, 67U);
    EXPECT_LE(total, GetParam() == 1 ? 67U : 77U);
    EXPECT_EQ(scan.interpreted.morsels, std::min<std::uint64_t>(morsels, total));
    EXPECT_EQ(scan.switchedAfterMorsels.has_value(), morsels == 1 || morsels == 7);
    EXPECT_TRUE(outcome.statistics.warnings.empty());
  }
}

TEST_P(TieringTest, AutoSwitchesInTheMiddleOfABigQuery) {
  // Long enough for the compiler to pay off whatever the machine does meanwhile.
  constexpr std::size_t kTimes = 1500;
  GeneratedCatalog catalog;
  catalog.add(std::make_shared<RepeatedTable>("big", longRunningCatalog().find("block"), kTimes));
  ExecutionEngine engine(config(), interpreter::runners(), openJitLibrary);
  const Outcome first = outcomeOf(engine, sumPlan("big", 1200), inMode(EngineMode::Auto), catalog);
  EXPECT_EQ(sortedLines(first.rows), sortedLines(expectedSums(1200, kTimes)));
  expectRowsAddUp(first.statistics);
  const PipelineStatistics& scan = first.statistics.pipelines.front();
  EXPECT_GT(scan.interpreted.morsels, 0U) << scan.tierReason;
  EXPECT_GT(scan.compiled.morsels, 0U) << scan.tierReason;
  EXPECT_TRUE(scan.switchedAfterMorsels);
  EXPECT_GT(scan.compileMilliseconds, 0) << scan.tierReason;
  EXPECT_TRUE(first.statistics.warnings.empty());

  // The same shape with another literal has its code already, from the first row on.
  const auto before = engine.compiler()->cacheCounters();
  const Outcome second = outcomeOf(engine, sumPlan("big", 77), inMode(EngineMode::Auto), catalog);
  EXPECT_EQ(sortedLines(second.rows), sortedLines(expectedSums(77, kTimes)));
  const PipelineStatistics& again = second.statistics.pipelines.front();
  EXPECT_EQ(again.compileMilliseconds, 0);
  EXPECT_EQ(again.interpreted.morsels, 0U) << again.tierReason;
  EXPECT_GT(engine.compiler()->cacheCounters().hits, before.hits);
}

TEST_P(TieringTest, SmallQueriesAreNotCompiled) {
  std::atomic<int> opened = 0;
  ExecutionEngine engine(config(), interpreter::runners(), [&] {
    ++opened;
    return openJitLibrary();
  });
  const Outcome outcome = outcomeOf(engine, sumPlan("block", 500), inMode(EngineMode::Auto));
  EXPECT_EQ(sortedLines(outcome.rows), sortedLines(expectedSums(500, 1)));
  EXPECT_EQ(outcome.statistics.compiledMorsels(), 0U);
  EXPECT_EQ(opened, 0);
}

TEST_P(TieringTest, WhatManySmallQueriesRunIsCompiled) {
  ExecutionEngine engine(config(), interpreter::runners(), openJitLibrary);
  bool wasCompiled = false;
  for (int repetition = 0; repetition < 1000 && !wasCompiled; ++repetition) {
    const Outcome outcome = outcomeOf(engine, sumPlan("block", 500 + repetition % 7), inMode(EngineMode::Auto));
    EXPECT_EQ(sortedLines(outcome.rows), sortedLines(expectedSums(500 + repetition % 7, 1)));
    wasCompiled = outcome.statistics.compiledMorsels() != 0;
    if (wasCompiled) EXPECT_GT(repetition, 1);
  }
  EXPECT_TRUE(wasCompiled);
}

TEST_P(TieringTest, OtherLiteralsHitTheCache) {
  ExecutionEngine engine(config(), interpreter::runners(), openJitLibrary);
  const auto run = [&](int literal) {
    EXPECT_EQ(sortedLines(outcomeOf(engine, sumPlan("block", literal), inMode(EngineMode::Compiled)).rows),
              sortedLines(expectedSums(literal, 1)));
    return engine.compiler()->cacheCounters();
  };
  const auto first = run(5);
  EXPECT_GT(first.misses, 0U);
  const auto second = run(2400);
  EXPECT_EQ(second.misses, first.misses);
  EXPECT_GT(second.hits, first.hits);
  EXPECT_EQ(second.entries, first.entries);
  EXPECT_GT(second.codeBytes, 0U);
  // Another type is another shape.
  const PlanBuilder other = PlanBuilder::scan("block")
                                .filter(sql("x * 3 + y % 11 > 5"))
                                .aggregate({{"k", sql("y % 5")}}, {{"n", "count", {}}, {"s", "sum", sql("y * 2 - x")}});
  outcomeOf(engine, other, inMode(EngineMode::Compiled));
  EXPECT_GT(engine.compiler()->cacheCounters().misses, second.misses);
  engine.compiler()->clearCache();
  EXPECT_EQ(engine.compiler()->cacheCounters().entries, 0U);
  run(5);
}

TEST_P(TieringTest, AFailingCompilerLeavesTheInterpreterAndAWarning) {
  const auto check = [&](const char* what, CompilerSource source, const std::string& reason) {
    SCOPED_TRACE(what);
    ExecutionEngine engine(config(), interpreter::runners(), std::move(source));
    for (int repetition = 0; repetition < 2; ++repetition) {
      const Outcome outcome = outcomeOf(engine, sumPlan("block", 300), inMode(EngineMode::Compiled));
      EXPECT_EQ(sortedLines(outcome.rows), sortedLines(expectedSums(300, 1)));
      EXPECT_EQ(outcome.statistics.compiledMorsels(), 0U);
      ASSERT_EQ(outcome.statistics.warnings.size(), outcome.statistics.pipelines.size());
      EXPECT_NE(outcome.statistics.warnings.front().find(reason), std::string::npos)
          << outcome.statistics.warnings.front();
    }
  };
  check(
      "opening throws",
      []() -> std::shared_ptr<CompilerProvider> {
        throw ExecutionError(ErrorCode::CompilationFailed, "test", "there is no library");
      },
      "there is no library");
  check(
      "opening throws something else",
      []() -> std::shared_ptr<CompilerProvider> { throw std::runtime_error("the loader has crashed"); },
      "the loader has crashed");
  check("opening gives nothing", []() -> std::shared_ptr<CompilerProvider> { return nullptr; }, "no compiler");
  check("compiling throws", [] { return std::make_shared<FailingCompiler>(); }, "never succeeds");
  check("no compiler", {}, "without a compiler");
}

TEST_P(TieringTest, AFailingCompilerInTheBackground) {
  ExecutionEngine engine(config(), interpreter::runners(), [] { return std::make_shared<FailingCompiler>(); });
  (void)engine.compiler();
  GeneratedCatalog catalog;
  catalog.add(std::make_shared<RepeatedTable>("big", longRunningCatalog().find("block"), 50));
  const Outcome outcome = outcomeOf(engine, sumPlan("big", 300), inMode(EngineMode::Auto), catalog);
  EXPECT_EQ(sortedLines(outcome.rows), sortedLines(expectedSums(300, 50)));
  EXPECT_EQ(outcome.statistics.compiledMorsels(), 0U);
  ASSERT_FALSE(outcome.statistics.warnings.empty());
  EXPECT_NE(outcome.statistics.warnings.front().find("never succeeds"), std::string::npos);
}

TEST_P(TieringTest, WhatCompilingTakesIsNotAskedForAfterEachMorsel) {
  const auto compiler = std::make_shared<SlowCompiler>();
  ExecutionEngine engine(config(), interpreter::runners(), [&] { return compiler; });
  (void)engine.compiler();
  QueryOptions options = inMode(EngineMode::Auto);
  options.morselRows = 100;
  const Outcome outcome = outcomeOf(engine, sumPlan("block", 300), options);
  EXPECT_EQ(sortedLines(outcome.rows), sortedLines(expectedSums(300, 1)));
  EXPECT_GT(outcome.statistics.interpretedMorsels(), 600U);
  // Once while a pipeline runs, and once behind the query.
  EXPECT_LE(compiler->asked, 2 * outcome.statistics.pipelines.size());
  EXPECT_GT(compiler->asked, 0U);
}

TEST_P(TieringTest, NothingToRunIsNothingToCompile) {
  std::atomic<int> opened = 0;
  ExecutionEngine engine(config(), interpreter::runners(), [&] {
    ++opened;
    return openJitLibrary();
  });
  for (const EngineMode mode : {EngineMode::Compiled, EngineMode::Auto}) {
    EXPECT_TRUE(
        outcomeOf(engine, PlanBuilder::scan("endless").filter(sql("x > 1")).limit(0), inMode(mode)).rows.empty());
    EXPECT_TRUE(outcomeOf(engine, PlanBuilder::scan("endless").limit(0, 10), inMode(mode)).rows.empty());
    EXPECT_TRUE(outcomeOf(engine, PlanBuilder::scan("block", {}, sql("x < 0")), inMode(mode)).rows.empty());
    EXPECT_TRUE(outcomeOf(engine, PlanBuilder::scan("block", {}, {}, {{3, 3}}), inMode(mode)).rows.empty());
  }
  EXPECT_EQ(opened, 0);
}

TEST_P(TieringTest, CompileTimeIsCharged) {
  ExecutionEngine engine(config(), interpreter::runners(), openJitLibrary);
  const Outcome outcome = outcomeOf(engine, sumPlan("block", 1), inMode(EngineMode::Compiled));
  EXPECT_GT(outcome.statistics.compileMilliseconds, 0);
  EXPECT_EQ(outcome.statistics.interpretedMorsels(), 0U);
  for (const PipelineStatistics& pipeline : outcome.statistics.pipelines) {
    EXPECT_GT(pipeline.codeBytes, 0U);
    EXPECT_GT(pipeline.instructions, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, TieringTest, ::testing::Values(1, 2),
                         [](const auto& info) { return info.param == 1 ? "OneWorker" : "TwoWorkers"; });

}  // namespace
}  // namespace basalt::testing
