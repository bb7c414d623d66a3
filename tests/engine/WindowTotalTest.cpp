#include <algorithm>
#include <functional>
#include <string>

#include "tests/engine/support/QueryTest.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// More rows than one part of the work takes on: about three of them.
constexpr std::int64_t kRows = 45'000;

/// Aggregates over all rows, each of which gets the same.
class WindowTotalTest : public QueryTest {
 protected:
  TestCatalog catalog_;
};

TEST_P(WindowTotalTest, EveryRowGetsWhatAllRowsComeTo) {
  RandomRows random(41);
  SCOPED_TRACE(random.seedText());
  Rows rows;
  std::int64_t sum = 0;
  std::int64_t count = 0;
  std::int64_t smallest = INT64_MAX;
  std::string largest;
  for (std::int64_t id = 0; id < kRows; ++id) {
    const bool isNull = random.chance(15);
    const std::int64_t value = random.integer(-100'000, 100'000);
    const std::string text = "a text of more than twelve bytes " + std::to_string(random.integer(0, 1'000'000));
    rows.push_back({bigIntValue(id), isNull ? Value::null(Type::bigInt()) : bigIntValue(value), textValue(text)});
    largest = std::max(largest, text);
    if (isNull) continue;
    sum += value;
    ++count;
    smallest = std::min(smallest, value);
  }
  catalog_.add("t", {{"id", Type::bigInt(), false}, {"v", Type::bigInt(), true}, {"s", Type::varchar(), false}}, rows,
               10'000);
  const Rows found = run(PlanBuilder::scan("t")
                             .window({{},
                                      {},
                                      {{"total", "sum", {col("v")}},
                                       {"some", "count", {col("v")}},
                                       {"all", "count"},
                                       {"least", "min", {col("v")}},
                                       {"last", "max", {col("s")}},
                                       {"none", "min", {sql("case when id < 0 then s else null end")}}}})
                             .build(),
                         catalog_);
  ASSERT_EQ(found.size(), static_cast<std::size_t>(kRows));
  std::vector<bool> isFound(kRows);
  for (const Row& row : found) {
    isFound[static_cast<std::size_t>(row[0].asInt128())] = true;
    ASSERT_EQ(row[3].toString(), std::to_string(sum));
    ASSERT_EQ(row[4].toString(), std::to_string(count));
    ASSERT_EQ(row[5].toString(), std::to_string(kRows));
    ASSERT_EQ(row[6].toString(), std::to_string(smallest));
    ASSERT_EQ(row[7].toString(), largest);
    ASSERT_TRUE(row[8].isNull());
  }
  EXPECT_TRUE(std::ranges::all_of(isFound, std::identity{}));
}

TEST_P(WindowTotalTest, WhatPartsAloneDoNotReachIsAnError) {
  // Each part's sum fits, all together do not.
  const Type type = Type::decimal(38, 0);
  const Value largest = Value::parse(type, std::string(38, '9'));
  Rows rows;
  for (std::int64_t id = 0; id < kRows; ++id) {
    const bool isLarge = id == 1 || id == kRows - 1;
    rows.push_back({bigIntValue(id), isLarge ? largest : Value::decimal(type, 0)});
  }
  catalog_.add("t", {{"id", Type::bigInt(), false}, {"v", type, false}}, rows);
  const ExecutionError error =
      runExpectingError(PlanBuilder::scan("t").window({{}, {}, {{"total", "sum", {col("v")}}}}).build(), catalog_);
  EXPECT_EQ(error.code(), ErrorCode::NumericOverflow) << error.what();
  EXPECT_NE(error.place().find("Window"), std::string::npos) << error.what();
}

INSTANTIATE_TEST_SUITE_P(Engines, WindowTotalTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
