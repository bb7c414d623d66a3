#include <algorithm>

#include "tests/engine/support/GeneratedTable.h"
#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {
namespace {

class SortTest : public QueryTest {
 protected:
  SortTest() {
    RandomRows random(5);
    rows_ = random.rows(allTypeFields(), 1300);
    catalog_.add("t", allTypeFields(), rows_);
  }

  void check(const std::vector<SortKey>& keys, const std::vector<OrderKey>& order) {
    expectSorted(run(PlanBuilder::scan("t").sort(keys).build(), catalog_), rows_, order);
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(SortTest, EveryTypeAscending) {
  for (std::size_t column = 0; column < allTypeFields().size(); ++column) {
    SCOPED_TRACE(allTypeFields()[column].name);
    check({{col(allTypeFields()[column].name), false, {}}}, {{column, false, false}});
  }
}

TEST_P(SortTest, EveryTypeDescendingNullsLast) {
  for (std::size_t column = 0; column < allTypeFields().size(); ++column) {
    SCOPED_TRACE(allTypeFields()[column].name);
    check({{col(allTypeFields()[column].name), true, false}}, {{column, true, false}});
  }
}

TEST_P(SortTest, SeveralKeysInBothDirections) {
  check({{col("name"), true, {}}, {col("tiny"), false, true}, {col("measure"), true, {}}},
        {{11, true, true}, {1, false, true}, {8, true, true}});
  check({{col("flag"), false, {}}, {col("price"), true, false}, {col("name"), false, {}}},
        {{0, false, false}, {5, true, false}, {11, false, false}});
}

TEST_P(SortTest, KeysAreExpressions) {
  Rows withKey = rows_;
  for (Row& row : withKey) {
    row.push_back(row[1].isNull() ? Value::null(Type::integer())
                                  : integerValue(static_cast<std::int64_t>(row[1].asInt128() % 4)));
  }
  const Rows expected = sortRows(withKey, {{12, true, true}, {3, false, false}});
  const Rows found = run(PlanBuilder::scan("t").sort({{sql("tiny % 4"), true, {}}, ascending("id")}).build(), catalog_);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t row = 0; row < found.size(); ++row) {
    ASSERT_EQ(found[row].size(), 12U);
    ASSERT_EQ(found[row][1].isNull(), expected[row][12].isNull());
    if (!found[row][1].isNull()) {
      ASSERT_EQ(found[row][1].asInt128() % 4, expected[row][12].asInt128()) << "row " << row;
    }
    ASSERT_EQ(found[row][3].toString(), expected[row][3].toString()) << "row " << row;
  }
  EXPECT_EQ(sortedLines(found), sortedLines(rows_));
}

TEST_P(SortTest, EmptyInputAndOneRow) {
  EXPECT_TRUE(run(PlanBuilder::scan("t").filter(sql("id is null and id = 1")).sort({ascending("id")}).build(), catalog_)
                  .empty());
  EXPECT_EQ(run(PlanBuilder::scan("t", {}, {}, {{3, 4}}).sort({ascending("name")}).build(), catalog_).size(), 1U);
}

TEST_P(SortTest, SortOfASortAndOfAJoin) {
  const PlanBuilder small = PlanBuilder::scan("t", {"tiny", "name"}, {}, {{0, 200}});
  const PlanBuilder renamed = PlanBuilder::scan("t", {"tiny", "id"}, {}, {{200, 300}})
                                  .sort({ascending("id")})
                                  .project({{"key", col("tiny")}, {"id", col("id")}});
  const PlanBuilder plan = small.hashJoin(renamed, {col("tiny")}, {col("key")}, {}, {"id", "name"})
                               .sort({ascending("name"), descending("id")});
  Rows expected;
  for (std::size_t left = 0; left < 200; ++left) {
    for (std::size_t right = 200; right < 300; ++right) {
      if (rows_[left][1].isNull() || rows_[right][1].isNull()) continue;
      if (rows_[left][1].asInt128() == rows_[right][1].asInt128())
        expected.push_back({rows_[right][3], rows_[left][11]});
    }
  }
  const Rows found = run(plan.build(), catalog_);
  expectSorted(found, expected, {{1, false, false}, {0, true, true}});
}

INSTANTIATE_TEST_SUITE_P(Engines, SortTest, ::testing::ValuesIn(allVariants()), variantName);

class LargeSortTest : public QueryTest {};

TEST_P(LargeSortTest, ManyRowsWithLongCommonPrefixes) {
  constexpr std::uint64_t kRows = 200'000;
  const auto textOf = [](std::uint64_t row) {
    return "the same forty bytes in front of every one" + std::to_string(mixBits(row) % 50'000);
  };
  GeneratedCatalog catalog;
  catalog.add(generateTable("t", {{"s", Type::varchar(), false}, {"n", Type::bigInt(), false}}, kRows,
                            [&](std::uint64_t row, ChunkBuffer& chunk) {
                              chunk.column(0).appendString(textOf(row));
                              chunk.column(1).appendInteger(static_cast<std::int64_t>(row));
                            }));
  std::vector<std::uint64_t> expected(kRows);
  std::vector<std::string> texts;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    expected[row] = row;
    texts.push_back(textOf(row));
  }
  std::ranges::sort(expected, [&](std::uint64_t left, std::uint64_t right) {
    const int order = texts[left].compare(texts[right]);
    return order != 0 ? order < 0 : left > right;
  });
  const Rows rows = run(PlanBuilder::scan("t").sort({ascending("s"), descending("n")}).build(), catalog);
  ASSERT_EQ(rows.size(), kRows);
  for (std::uint64_t row = 0; row < kRows; ++row) {
    ASSERT_EQ(static_cast<std::uint64_t>(rows[row][1].asInt128()), expected[row]) << "row " << row;
    ASSERT_EQ(rows[row][0].asString(), texts[expected[row]]) << "row " << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, LargeSortTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
