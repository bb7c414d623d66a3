#include <algorithm>
#include <map>

#include "operators/pipeline/Pipeline.h"
#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/QueryTest.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// Plans that go on with rows in order: whoever makes the same of any order gets them from several workers.
class SortedInputTest : public QueryTest {
 protected:
  SortedInputTest() {
    RandomRows random(51);
    Rows rows;
    for (std::int64_t id = 0; id < kRows; ++id) {
      rows.push_back({bigIntValue(id), bigIntValue(random.integer(0, 1'000'000'000))});
    }
    catalog_.add("t", {{"id", Type::bigInt(), false}, {"k", Type::bigInt(), false}}, rows);
    sorted_ = PlanBuilder::scan("t").sort({ascending("k"), ascending("id")});
  }
  /// Whether one worker alone goes on with the rows of the sort at the bottom.
  bool goesOnInOrder(const PlanBuilder& plan) const {
    const PipelinePlan pipelines = buildPipelines(bindPlan(plan.build(), catalog_));
    const auto after = std::ranges::find_if(
        pipelines.pipelines, [](const Pipeline& each) { return each.source.kind == Pipeline::SourceKind::Rows; });
    return after->serial;
  }

  static constexpr std::int64_t kRows = 20'000;
  TestCatalog catalog_;
  PlanBuilder sorted_ = PlanBuilder::scan("t");
};

TEST_P(SortedInputTest, SinksThatOrderAnewAndResultsTakeRowsFromSeveralWorkers) {
  EXPECT_FALSE(goesOnInOrder(sorted_)) << "results are put in order behind the workers";
  EXPECT_TRUE(goesOnInOrder(sorted_.limit(5)));
  EXPECT_FALSE(goesOnInOrder(sorted_.sort({ascending("id")})));
  EXPECT_FALSE(goesOnInOrder(sorted_.topN({ascending("id")}, 5)));
  // Equal rows stay in their order, the first ones are asked for, or rows are numbered as they come.
  EXPECT_TRUE(goesOnInOrder(sorted_.sort({ascending("id")}, true)));
  EXPECT_TRUE(goesOnInOrder(sorted_.limit(5).sort({ascending("id")})));
  EXPECT_TRUE(goesOnInOrder(sorted_.window({{}, {}, {{"r", "row_number"}}}).sort({ascending("id")})));

  const Rows rows = run(sorted_.filter(sql("k % 3 <> 0")).sort({descending("id")}).build(), catalog_);
  std::int64_t last = kRows;
  for (const Row& row : rows) {
    const auto id = static_cast<std::int64_t>(row[0].asInt128());
    ASSERT_LT(id, last);
    last = id;
  }
  EXPECT_EQ(rows.size(), run(sorted_.filter(sql("k % 3 <> 0")).build(), catalog_).size());
}

TEST_P(SortedInputTest, NumbersWithoutKeysFollowTheOrder) {
  const Rows rows = run(sorted_.window({{}, {}, {{"r", "row_number"}}}).sort({ascending("r")}).build(), catalog_);
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kRows));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    ASSERT_EQ(rows[row][2].toString(), std::to_string(row + 1));
    if (row != 0) ASSERT_LE(rows[row - 1][1].asInt128(), rows[row][1].asInt128());
  }
}

TEST_P(SortedInputTest, TheFirstRowsAreThoseOfTheOrder) {
  const Rows all = run(sorted_.build(), catalog_);
  const Rows first = run(sorted_.limit(7).sort({ascending("k"), ascending("id")}).build(), catalog_);
  EXPECT_EQ(lines(first), lines(Rows(all.begin(), all.begin() + 7)));
}

INSTANTIATE_TEST_SUITE_P(Engines, SortedInputTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
