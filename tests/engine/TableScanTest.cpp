#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

class TableScanTest : public QueryTest {
 protected:
  TableScanTest() {
    Rows rows;
    for (int index = 0; index < 1000; ++index) {
      rows.push_back({integerValue(index), decimalValue(15, 2, index * 25),
                      index % 3 == 0 ? Value::null(Type::varchar()) : textValue("name of row " + std::to_string(index)),
                      index % 7 == 0 ? Value::null(Type::bigInt()) : bigIntValue(1000000007LL * index)});
    }
    catalog_.add("t",
                 {{"id", Type::integer(), false},
                  {"price", Type::decimal(15, 2), false},
                  {"name", Type::varchar(), true},
                  {"big", Type::bigInt(), true}},
                 rows);
    rows_ = std::move(rows);
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(TableScanTest, ReturnsEveryRow) {
  EXPECT_EQ(sortedLines(run(PlanBuilder::scan("t").build(), catalog_)), sortedLines(rows_));
  EXPECT_EQ(statistics().rows, 1000U);
  EXPECT_EQ(statistics().operators[0].rowsProduced, 1000U);
}

TEST_P(TableScanTest, FilterPassesOnlyTrue) {
  Rows expected;
  for (const Row& row : rows_) {
    if (!row[3].isNull() && row[3].asInt128() > 500000000000LL) expected.push_back({row[0]});
  }
  const Rows rows = run(PlanBuilder::scan("t", {"id"}, sql("big > 500000000000")).build(), catalog_);
  EXPECT_EQ(sortedLines(rows), sortedLines(expected));
}

TEST_P(TableScanTest, RangesSelectRowsByPosition) {
  const Rows rows =
      run(PlanBuilder::scan("t", {"id"}, {}, {{0, 1}, {249, 251}, {700, 700}, {999, 2000}}).build(), catalog_);
  const Rows expected = {{integerValue(0)}, {integerValue(249)}, {integerValue(250)}, {integerValue(999)}};
  EXPECT_EQ(sortedLines(rows), sortedLines(expected));
}

TEST_P(TableScanTest, ZoneMapsSkipChunks) {
  const Rows rows = run(PlanBuilder::scan("t", {"id"}, sql("id >= 990")).build(), catalog_);
  EXPECT_EQ(rows.size(), 10U);
  EXPECT_EQ(statistics().pipelines[0].chunksSkipped, 3U);
  EXPECT_EQ(statistics().pipelines[0].sourceRows, 250U);
}

TEST_P(TableScanTest, ProjectsExpressions) {
  Rows expected;
  for (const Row& row : rows_) {
    const Int128 price = row[1].asInt128();
    expected.push_back({Value::decimal(Type::decimal(18, 4), price * 100), row[2]});
  }
  const Rows rows =
      run(PlanBuilder::scan("t").project({{"p", sql("price * 1.00")}, {"n", col("name")}}).build(), catalog_);
  EXPECT_EQ(sortedLines(rows), sortedLines(expected));
}

INSTANTIATE_TEST_SUITE_P(Engines, TableScanTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
