#include "runtime/ExecutionError.h"
#include "tests/engine/support/LongRunning.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

class MemoryLimitTest : public QueryTest {
 protected:
  /// Checks that the plan fails for want of memory, that the error names the operator that took it, and that the engine
  /// is as before.
  static void check(const PlanBuilder& plan, const std::string& holder, std::uint64_t limit = std::uint64_t{4} << 20) {
    SCOPED_TRACE(holder);
    ExecutionEngine& engine = GetParam().engine();
    {
      QueryOptions options = GetParam().options();
      options.morselRows = 0;
      options.memoryLimit = limit;
      const auto result = engine.execute(plan.build(), longRunningCatalog(), options);
      std::string code = "no error";
      std::string text;
      try {
        while (result->nextBatch()) {
        }
      } catch (const ExecutionError& error) {
        code = name(error.code());
        text = error.what();
      }
      EXPECT_EQ(code, "OutOfMemory") << text;
      EXPECT_NE(text.find(holder), std::string::npos) << text;
      EXPECT_LE(result->statistics().peakMemoryBytes, limit);
    }
    EXPECT_EQ(engine.memory().current(), 0U);
    const auto after = engine.execute(PlanBuilder::scan("block").aggregate({}, {{"n", "count", {}}}).build(),
                                      longRunningCatalog(), GetParam().options());
    Row row;
    ASSERT_TRUE(after->next(row));
    EXPECT_EQ(row[0].toString(), "65536");
    EXPECT_FALSE(after->next(row));
  }
};

TEST_P(MemoryLimitTest, NamesTheOperatorThatHoldsMost) {
  const PlanBuilder scan = PlanBuilder::scan("endless", {}, {}, {{0, 3'000'000}});
  check(scan.aggregate({{"y", col("y")}, {"x", sql("x + y % 7")}, {"name", col("name")}}, {{"n", "count", {}}}),
        "HashAggregation#0");
  check(scan.aggregate({{"y", col("y")}}, {{"d", "count", col("x"), true}, {"n", "count", {}}}), "HashAggregation#1");
  check(scan.sort({ascending("name")}), "Sort#0");
  check(scan.window({{col("x")}, {ascending("name")}, {{"n", "rank"}}}), "Window#0");
  check(PlanBuilder::scan("block").hashJoin(scan.project({{"key", col("x")}, {"text", col("name")}}), {col("x")},
                                            {col("key")}),
        "HashJoin#0");
  const PlanBuilder texts = scan.project({{"text", col("name")}});
  check(PlanBuilder::scan("block").crossJoin(texts, {JoinSide::Right, {}}), "CrossJoin#0");
  HashJoinNode outer;
  outer.type = JoinType::Full;
  outer.build = JoinSide::Right;
  outer.keys = {{col("name"), col("text"), true}};
  check(PlanBuilder::scan("block").join(texts, outer), "HashJoin#0");
  check(scan.topN({ascending("name"), ascending("y")}, 2'000'000), "TopN#0");
}

TEST_P(MemoryLimitTest, ALimitThatSufficesChangesNothing) {
  QueryOptions options = GetParam().options();
  options.memoryLimit = std::uint64_t{256} << 20;
  const auto result =
      GetParam().engine().execute(PlanBuilder::scan("block").aggregate({{"x", col("x")}}, {{"n", "count", {}}}).build(),
                                  longRunningCatalog(), options);
  Row row;
  std::size_t groups = 0;
  while (result->next(row)) ++groups;
  EXPECT_EQ(groups, 1000U);
  EXPECT_GT(result->statistics().peakMemoryBytes, 0U);
  EXPECT_LE(result->statistics().peakMemoryBytes, options.memoryLimit);
}

INSTANTIATE_TEST_SUITE_P(Engines, MemoryLimitTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
