#include <algorithm>
#include <map>

#include "tests/engine/support/GeneratedTable.h"
#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {
namespace {

class TopNTest : public QueryTest {
 protected:
  TopNTest() {
    RandomRows random(6);
    rows_ = random.rows(allTypeFields(), 1100);
    catalog_.add("t", allTypeFields(), rows_);
  }

  void check(const std::vector<SortKey>& keys, const std::vector<OrderKey>& order, std::uint64_t limit,
             std::uint64_t offset = 0) {
    SCOPED_TRACE("limit " + std::to_string(limit) + " offset " + std::to_string(offset));
    expectTop(run(PlanBuilder::scan("t").topN(keys, limit, offset).build(), catalog_), rows_, order, limit, offset);
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(TopNTest, EveryTypeWithTies) {
  for (std::size_t column = 0; column < allTypeFields().size(); ++column) {
    SCOPED_TRACE(allTypeFields()[column].name);
    check({{col(allTypeFields()[column].name), false, {}}}, {{column, false, false}}, 37);
    check({{col(allTypeFields()[column].name), true, {}}}, {{column, true, true}}, 260);
  }
}

TEST_P(TopNTest, LimitsAndOffsets) {
  const std::vector<SortKey> keys = {{col("name"), false, {}}, {col("id"), true, false}, {col("wide"), false, true}};
  const std::vector<OrderKey> order = {{11, false, false}, {3, true, false}, {6, false, true}};
  check(keys, order, 0);
  check(keys, order, 0, 5);
  check(keys, order, 1);
  check(keys, order, 10, 7);
  check(keys, order, 1099);
  check(keys, order, 1100);
  check(keys, order, 5000);
  check(keys, order, 50, 1090);
  check(keys, order, 50, 1100);
  check(keys, order, 50, 90000);
  check(keys, order, UINT64_MAX, 1000);
}

TEST_P(TopNTest, KeysAreExpressions) {
  const Rows found = run(PlanBuilder::scan("t", {"id", "name"}, sql("id is not null"))
                             .topN({{sql("-cast(id as bigint)"), false, {}}}, 20)
                             .build(),
                         catalog_);
  Rows all;
  for (const Row& row : rows_) {
    if (!row[3].isNull()) all.push_back({row[3], row[11]});
  }
  expectTop(found, all, {{0, true, false}}, 20, 0);
}

TEST_P(TopNTest, OfAnEmptyInput) {
  EXPECT_TRUE(
      run(PlanBuilder::scan("t").filter(sql("id is null and id = 1")).topN({ascending("id")}, 10).build(), catalog_)
          .empty());
}

TEST_P(TopNTest, AboveAnAggregation) {
  std::map<std::string, std::int64_t> counts;
  for (const Row& row : rows_) ++counts[row[11].toString()];
  Rows groups;
  for (const auto& [name, count] : counts) groups.push_back({textValue(name), bigIntValue(count)});
  Rows found = run(PlanBuilder::scan("t")
                       .aggregate({{"name", col("name")}}, {{"n", "count", {}}})
                       .topN({descending("n")}, 15, 2)
                       .build(),
                   catalog_);
  for (Row& row : found) {
    if (row[0].isNull()) row[0] = textValue("NULL");
  }
  expectTop(found, groups, {{1, true, false}}, 15, 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, TopNTest, ::testing::ValuesIn(allVariants()), variantName);

class LargeTopNTest : public QueryTest {};

TEST_P(LargeTopNTest, FewOfManyRowsInAscendingAndDescendingData) {
  constexpr std::uint64_t kRows = 300'000;
  GeneratedCatalog catalog;
  catalog.add(generateTable(
      "t", {{"up", Type::integer(), false}, {"down", Type::integer(), false}, {"any", Type::bigInt(), false}}, kRows,
      [](std::uint64_t row, ChunkBuffer& chunk) {
        chunk.column(0).appendInteger(static_cast<std::int64_t>(row));
        chunk.column(1).appendInteger(-static_cast<std::int64_t>(row));
        chunk.column(2).appendInteger(static_cast<std::int64_t>(mixBits(row) >> 2));
      }));
  const auto firstOf = [&](const std::string& key, bool descending) {
    Rows rows = run(PlanBuilder::scan("t").topN({{col(key), descending, {}}}, 100, 20).build(), catalog);
    std::vector<std::int64_t> values;
    for (const Row& row : rows) values.push_back(static_cast<std::int64_t>(row[0].asInt128()));
    return values;
  };
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  for (std::int64_t row = 20; row < 120; ++row) {
    low.push_back(row);
    high.push_back(static_cast<std::int64_t>(kRows) - 1 - row);
  }
  EXPECT_EQ(firstOf("up", false), low);
  EXPECT_EQ(firstOf("down", true), low);
  EXPECT_EQ(firstOf("up", true), high);
  EXPECT_EQ(firstOf("down", false), high);
  std::vector<std::pair<std::uint64_t, std::int64_t>> mixed;
  for (std::uint64_t row = 0; row < kRows; ++row) mixed.emplace_back(mixBits(row) >> 2, static_cast<std::int64_t>(row));
  std::ranges::sort(mixed);
  std::vector<std::int64_t> expected;
  for (std::size_t row = 20; row < 120; ++row) expected.push_back(mixed[row].second);
  EXPECT_EQ(firstOf("any", false), expected);
}

INSTANTIATE_TEST_SUITE_P(Engines, LargeTopNTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
