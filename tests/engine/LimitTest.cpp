#include <set>

#include "tests/engine/support/LongRunning.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

class LimitTest : public QueryTest {
 protected:
  LimitTest() {
    for (int row = 0; row < 1000; ++row)
      rows_.push_back({integerValue(row), textValue("text of row " + std::to_string(row))});
    catalog_.add("t", {{"n", Type::integer(), false}, {"s", Type::varchar(), false}}, rows_);
  }

  /// Checks that `found` is `count` different rows of the table.
  static void expectSome(const Rows& found, std::size_t count, std::int64_t lowest = 0) {
    EXPECT_EQ(found.size(), count);
    std::set<std::int64_t> numbers;
    for (const Row& row : found) {
      const auto number = static_cast<std::int64_t>(row[0].asInt128());
      EXPECT_TRUE(numbers.insert(number).second) << "row " << number << " came twice";
      EXPECT_GE(number, lowest);
      EXPECT_LT(number, 1000);
      EXPECT_EQ(row[1].asString(), "text of row " + std::to_string(number));
    }
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(LimitTest, GivesSoManyRows) {
  for (const std::uint64_t limit : {0U, 1U, 99U, 100U, 101U, 999U, 1000U, 1001U}) {
    SCOPED_TRACE(limit);
    expectSome(run(PlanBuilder::scan("t").limit(limit).build(), catalog_), std::min<std::size_t>(limit, 1000));
    EXPECT_EQ(statistics().operators[0].rowsProduced, std::min<std::uint64_t>(limit, 1000));
  }
  expectSome(run(PlanBuilder::scan("t").limit(UINT64_MAX).build(), catalog_), 1000);
}

TEST_P(LimitTest, OffsetsSkipRows) {
  for (const std::uint64_t offset : {0U, 1U, 100U, 550U, 999U, 1000U, 5000U}) {
    SCOPED_TRACE(offset);
    const std::size_t left = offset < 1000 ? 1000 - offset : 0;
    expectSome(run(PlanBuilder::scan("t").limit(30, offset).build(), catalog_), std::min<std::size_t>(30, left));
    expectSome(run(PlanBuilder::scan("t").limit(UINT64_MAX, offset).build(), catalog_), left);
  }
}

TEST_P(LimitTest, KeepsTheOrderOfASort) {
  const Rows found = run(PlanBuilder::scan("t").sort({descending("n")}).limit(250, 7).build(), catalog_);
  Rows expected;
  for (int row = 0; row < 250; ++row) expected.push_back(rows_[static_cast<std::size_t>(992 - row)]);
  EXPECT_EQ(lines(found), lines(expected));
}

TEST_P(LimitTest, BelowAndAboveOtherOperators) {
  expectSome(run(PlanBuilder::scan("t").filter(sql("n >= 500")).limit(120).build(), catalog_), 120, 500);
  EXPECT_EQ(lines(run(PlanBuilder::scan("t").limit(321, 5).aggregate({}, {{"n", "count", {}}}).build(), catalog_)),
            std::vector<std::string>{"321|"});
  EXPECT_EQ(run(PlanBuilder::scan("t").limit(400).limit(300, 250).build(), catalog_).size(), 150U);
  EXPECT_EQ(run(PlanBuilder::scan("t").limit(40, 10).sort({ascending("s")}).limit(100, 15).build(), catalog_).size(),
            25U);
  const PlanBuilder few = PlanBuilder::scan("t").limit(10).project({{"key", col("n")}});
  EXPECT_EQ(run(PlanBuilder::scan("t").hashJoin(few, {col("n")}, {col("key")}).build(), catalog_).size(), 10U);
  EXPECT_EQ(run(PlanBuilder::scan("t").hashJoin(few, {col("n")}, {col("key")}).limit(4).build(), catalog_).size(), 4U);
}

TEST_P(LimitTest, StopsReadingTheSource) {
  const auto rowsRead = [&] {
    const PipelineStatistics& pipeline = statistics().pipelines.back();
    return pipeline.interpreted.rows + pipeline.compiled.rows;
  };
  EXPECT_EQ(run(PlanBuilder::scan("endless").limit(10).build(), longRunningCatalog()).size(), 10U);
  EXPECT_LT(rowsRead(), 1'000'000U);
  EXPECT_EQ(run(PlanBuilder::scan("endless").filter(sql("x = 5")).limit(100, 50).build(), longRunningCatalog()).size(),
            100U);
  EXPECT_LT(rowsRead(), 2'000'000U);
  EXPECT_EQ(lines(run(PlanBuilder::scan("endless").limit(1000).aggregate({}, {{"n", "count", {}}}).build(),
                      longRunningCatalog())),
            std::vector<std::string>{"1000|"});
}

INSTANTIATE_TEST_SUITE_P(Engines, LimitTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
