#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/jit/JitCompiler.h"
#include "tests/codegen/support/TestPlans.h"

namespace basalt::codegen {

namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Compiled with and without optimisation: both must compute the same.
class RunPipelineTest : public ::testing::TestWithParam<JitOptions::Level> {
 protected:
  std::vector<std::string> run(const PlanBuilder& plan) {
    JitOptions options;
    options.level = GetParam();
    JitCompiler compiler(options);
    return runCompiled(tables().pipelines(plan), compiler);
  }
  std::vector<std::string> runSorted(const PlanBuilder& plan) {
    std::vector<std::string> rows = run(plan);
    std::ranges::sort(rows);
    return rows;
  }
  static const TestTables& tables() {
    static const TestTables tables;
    return tables;
  }
};

TEST_P(RunPipelineTest, FilterAndProjection) {
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id", "i_price", "i_flag", "i_note", "i_day"},
                                    sql("i_id >= 1249 and i_id < 1252"))),
              ElementsAre("1249|62.45|B|note on the item number 1249|2000-10-19", "1250|62.50|N|NULL|2000-10-20",
                          "1251|62.55|A|note on the item number 1251|2000-10-21"));
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id", "i_rating"}, sql("i_id between 6 and 8"))
                      .project({{"a", sql("case when i_rating is null then -1 else i_rating * 2 end")},
                                {"b", sql("i_rating > 7 and i_id > 6")},
                                {"c", sql("i_rating > 7 or i_id > 6")}})),
              ElementsAre("12|false|false", "-1|NULL|true", "16|true|true"));
}

TEST_P(RunPipelineTest, NullConditionsRejectRows) {
  // Of the ids below 14, two have no rating.
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id"}, sql("i_id < 14 and i_rating >= 0"))), SizeIs(12));
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id"}, sql("i_id < 14 and (i_rating >= 0 or i_id = 7)"))), SizeIs(13));
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id"}, sql("i_id < 14 and not (i_rating >= 0)"))), SizeIs(0));
}

TEST_P(RunPipelineTest, Join) {
  const PlanBuilder plan = PlanBuilder::scan("items", {"i_id", "i_group"}, sql("i_id < 25"))
                               .hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")});
  // Groups 10 and 11 do not exist.
  EXPECT_THAT(run(plan), SizeIs(21));
  EXPECT_EQ(run(plan)[20], "24|0|0|the group with the number 0");
  // Every item with every other of its group.
  const PlanBuilder self = PlanBuilder::scan("items", {"i_id", "i_group"})
                               .hashJoin(PlanBuilder::scan("items", {"i_group"}), {col("i_group")}, {col("i_group")});
  EXPECT_THAT(run(self.aggregate({}, {{"n", "count", {}}})), ElementsAre("750000"));
}

TEST_P(RunPipelineTest, Aggregation) {
  const PlanBuilder items = PlanBuilder::scan("items");
  EXPECT_THAT(
      run(items.aggregate({}, {{"n", "count", {}}, {"total", "sum", col("i_price")}, {"r", "max", col("i_rating")}})),
      ElementsAre("3000|224925.00|99"));
  EXPECT_THAT(
      runSorted(items.aggregate({{"flag", col("i_flag")}}, {{"n", "count", {}}, {"least", "min", col("i_id")}})),
      ElementsAre("A|1000|0", "B|1000|1", "N|1000|2"));
  // NULL is a group.
  EXPECT_THAT(
      runSorted(items.filter(sql("i_id < 700")).aggregate({{"rating", col("i_rating")}}, {{"n", "count", {}}})).back(),
      "NULL|100");
  // More groups than the table starts with.
  EXPECT_THAT(run(items.aggregate({{"id", col("i_id")}, {"note", col("i_note")}}, {{"n", "count", {}}})), SizeIs(3000));
}

TEST_P(RunPipelineTest, SortAndTopN) {
  const std::vector<SortKey> keys{{col("i_rating"), true, {}}, {col("i_note"), false, {}}};
  const PlanBuilder few = PlanBuilder::scan("items", {"i_id", "i_rating", "i_note"}, sql("i_id < 10"));
  const std::vector<std::string> sorted = run(few.sort(keys));
  ASSERT_THAT(sorted, SizeIs(10));
  EXPECT_EQ(sorted[0], "7|NULL|note on the item number 7");
  EXPECT_EQ(sorted[1], "0|NULL|NULL");
  EXPECT_EQ(sorted[2], "9|9|note on the item number 9");
  EXPECT_EQ(sorted[9], "1|1|note on the item number 1");
  EXPECT_EQ(run(few.topN(keys, 3)), std::vector(sorted.begin(), sorted.begin() + 3));
}

TEST_P(RunPipelineTest, Limit) {
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id"}).limit(2, 1)), ElementsAre("1", "2"));
  EXPECT_THAT(run(PlanBuilder::scan("items", {"i_id"}).limit(0)), SizeIs(0));
}

TEST_P(RunPipelineTest, AFailedRowNamesItsExpression) {
  try {
    static_cast<void>(run(PlanBuilder::scan("items", {"i_id"}).project({{"x", sql("10 / (i_id - 3)")}})));
    FAIL() << "the division was expected to fail";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("DivisionByZero"));
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, RunPipelineTest,
                         ::testing::Values(JitOptions::Level::Optimised, JitOptions::Level::Fast),
                         [](const auto& each) {
                           return each.param == JitOptions::Level::Optimised ? "Optimised" : "Fast";
                         });

}  // namespace

}  // namespace basalt::codegen
