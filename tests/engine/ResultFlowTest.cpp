#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"
#include "tests/engine/support/LongRunning.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

using std::chrono::milliseconds;

/// How rows get from the workers to a client that takes its time.
class ResultFlowTest : public QueryTest {
 protected:
  static std::unique_ptr<ResultSet> execute(ExecutionEngine& engine, const PlanBuilder& plan) {
    QueryOptions options = GetParam().options();
    options.morselRows = 0;
    return engine.execute(plan.build(), longRunningCatalog(), options);
  }
};

TEST_P(ResultFlowTest, ASlowClientBoundsMemory) {
  ExecutionEngine& engine = GetParam().engine();
  {
    const auto result = execute(engine, PlanBuilder::scan("endless"));
    std::uint64_t rows = 0;
    for (int batch = 0; batch < 10; ++batch) {
      rows += result->nextBatch()->batch.size();
      std::this_thread::sleep_for(milliseconds(10));
    }
    // Batches in the queue, and those that each worker has under way when it finds the queue full.
    constexpr std::uint64_t kBytesPerRow = 100;
    const std::uint64_t batches = engine.config().resultQueueBatches + 8 * engine.config().workers;
    const std::uint64_t allowed =
        (batches * Batch::kDefaultRows + engine.config().workers * 2 * std::uint64_t{GetParam().batchRows}) *
        kBytesPerRow;
    EXPECT_LT(engine.memory().current(), allowed);
    const std::uint64_t made = result->statistics().rows;
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(result->statistics().rows, made) << "the query goes on though nobody takes its rows";
    EXPECT_LT(made, rows + allowed / kBytesPerRow);
  }
  EXPECT_EQ(engine.memory().current(), 0U);
}

TEST_P(ResultFlowTest, ANarrowQueueLosesNothing) {
  ExecutionConfig config;
  config.workers = GetParam().workers;
  config.batchRows = GetParam().batchRows;
  config.resultQueueBatches = 1;
  ExecutionEngine engine(config, interpreter::runners(), openJitLibrary);
  const auto result = execute(engine, PlanBuilder::scan("endless", {"x", "y"}, {}, {{0, 10 * 65536}}));
  std::vector<std::uint8_t> seen(65536);
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
  while (const auto batch = result->nextBatch()) {
    for (std::uint32_t row = 0; row < batch->batch.size(); ++row) {
      const auto y = static_cast<std::size_t>(valueAt(batch->batch, result->schema(), 1, row).asInt128());
      ++seen[y];
      sum += static_cast<std::uint64_t>(valueAt(batch->batch, result->schema(), 0, row).asInt128());
      ++rows;
    }
  }
  std::uint64_t expectedSum = 0;
  for (std::uint64_t row = 0; row < 65536; ++row) expectedSum += 10 * (mixBits(row) % 1000);
  EXPECT_EQ(rows, 655360U);
  EXPECT_EQ(sum, expectedSum);
  EXPECT_TRUE(std::ranges::all_of(seen, [](std::uint8_t times) { return times == 10; }));
  EXPECT_EQ(result->statistics().rows, rows);
  EXPECT_EQ(result->statistics().operators[0].rowsProduced, rows);
}

TEST_P(ResultFlowTest, AJoinThatMultipliesPausesInsideAMorsel) {
  // Each probe row of "chain" gives 40,000 rows: one morsel would fill memory if it could not stop in between.
  ExecutionEngine& engine = GetParam().engine();
  {
    const PlanBuilder chain = PlanBuilder::scan("chain").project({{"key", col("k")}, {"m", col("n")}});
    const auto result = execute(engine, PlanBuilder::scan("chain").hashJoin(chain, {col("k")}, {col("key")}));
    std::uint64_t rows = 0;
    for (int batch = 0; batch < 50; ++batch) rows += result->nextBatch()->batch.size();
    EXPECT_GT(rows, 0U);
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_LT(engine.memory().current(), std::uint64_t{64} << 20);
  }
  EXPECT_EQ(engine.memory().current(), 0U);
}

TEST_P(ResultFlowTest, BatchesOutliveTheirQuery) {
  std::vector<ResultBatch> batches;
  Schema schema;
  {
    const auto result = execute(GetParam().engine(), PlanBuilder::scan("block", {"y", "name"}, {}, {{0, 5000}}));
    schema = result->schema();
    while (auto batch = result->nextBatch()) batches.push_back(std::move(*batch));
  }
  std::size_t rows = 0;
  for (const ResultBatch& batch : batches) {
    for (std::uint32_t row = 0; row < batch.batch.size(); ++row) {
      const auto y = static_cast<int>(valueAt(batch.batch, schema, 0, row).asInt128());
      ASSERT_EQ(valueAt(batch.batch, schema, 1, row).asString(),
                "a name that is stored out of line " + std::to_string(y % 100));
      ++rows;
    }
  }
  EXPECT_EQ(rows, 5000U);
  EXPECT_GT(GetParam().engine().memory().current(), 0U);
  batches.clear();
  EXPECT_EQ(GetParam().engine().memory().current(), 0U);
}

TEST_P(ResultFlowTest, SchemaIsKnownAtOnce) {
  const auto result =
      execute(GetParam().engine(), PlanBuilder::scan("endless").project({{"a", sql("x + 1")}, {"b", col("name")}}));
  ASSERT_EQ(result->schema().size(), 2U);
  EXPECT_EQ(result->schema()[0].name, "a");
  EXPECT_EQ(result->schema()[0].type, Type::integer());
  EXPECT_EQ(result->schema()[1].type, Type::varchar());
  EXPECT_FALSE(result->schema()[1].nullable);
}

std::vector<EngineVariant> flowVariants() {
  std::vector<EngineVariant> variants = largeVariants();
  variants.push_back({"BatchesOf65536", 1, EngineMode::Interpreted, {}, Batch::kMaxRows, 0});
  return variants;
}

INSTANTIATE_TEST_SUITE_P(Engines, ResultFlowTest, ::testing::ValuesIn(flowVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
