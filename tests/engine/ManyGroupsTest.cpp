#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/GeneratedTable.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

constexpr std::uint64_t kRows = 800'000;
constexpr std::uint64_t kGroups = 350'000;
constexpr std::uint64_t kDense = 40'000;

std::uint64_t groupOf(std::uint64_t row) { return row < kGroups ? row : mixBits(row) % kGroups; }
/// Of numbers of which each seventh is left out.
std::int64_t denseOf(std::uint64_t row) {
  const auto number = static_cast<std::int64_t>(mixBits(row ^ 0x1234) % kDense);
  return number % 7 == 0 ? number + 1 : number;
}
/// Two rows lie side by side for each number, and one number more among others.
std::int64_t clusteredOf(std::uint64_t row) {
  constexpr std::int64_t kStep = 10'000'000'019;
  const std::uint64_t place = row == kRows / 4 ? kRows / 8 - 77 : row / 2;
  return (static_cast<std::int64_t>(place) - 100'000) * kStep;
}
std::int64_t amountOf(std::uint64_t row) { return static_cast<std::int64_t>(mixBits(row ^ 0xABCD) % 1000) - 500; }
std::string nameOf(std::uint64_t group) { return "customer with a long name " + std::to_string(group); }

const Catalog& catalog() {
  static const GeneratedCatalog kCatalog = [] {
    GeneratedCatalog catalog;
    catalog.add(generateTable("t", {{"g", Type::bigInt(), true}, {"amount", Type::integer(), false}}, kRows,
                              [](std::uint64_t row, ChunkBuffer& chunk) {
                                const std::uint64_t group = groupOf(row);
                                if (group == 77) {
                                  chunk.column(0).appendNull();
                                } else {
                                  chunk.column(0).appendInteger(static_cast<std::int64_t>(group));
                                }
                                chunk.column(1).appendInteger(amountOf(row));
                              }));
    catalog.add(generateTable("named", {{"name", Type::varchar(), false}, {"amount", Type::integer(), false}},
                              kRows / 2, [](std::uint64_t row, ChunkBuffer& chunk) {
                                chunk.column(0).appendString(nameOf(groupOf(row) / 2));
                                chunk.column(1).appendInteger(amountOf(row));
                              }));
    catalog.add(generateTable("dense", {{"d", Type::integer(), false}, {"amount", Type::integer(), false}}, kRows / 2,
                              [](std::uint64_t row, ChunkBuffer& chunk) {
                                chunk.column(0).appendInteger(denseOf(row));
                                chunk.column(1).appendInteger(amountOf(row));
                              }));
    catalog.add(generateTable("clustered", {{"c", Type::bigInt(), false}, {"amount", Type::integer(), false}}, kRows,
                              [](std::uint64_t row, ChunkBuffer& chunk) {
                                chunk.column(0).appendInteger(clusteredOf(row));
                                chunk.column(1).appendInteger(amountOf(row));
                              }));
    return catalog;
  }();
  return kCatalog;
}

struct Totals {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t largest = INT64_MIN;

  void add(std::int64_t amount) {
    ++count;
    sum += amount;
    largest = std::max(largest, amount);
  }
};

std::vector<Totals> totalsOf(std::uint64_t rows, std::uint64_t divisor) {
  std::vector<Totals> totals(kGroups / divisor);
  for (std::uint64_t row = 0; row < rows; ++row) {
    totals[groupOf(row) / divisor].add(amountOf(row));
  }
  return totals;
}

/// More groups than a worker's own table holds, so that tables overflow into partitions and are merged.
class ManyGroupsTest : public QueryTest {};

TEST_P(ManyGroupsTest, NumberKeys) {
  const std::vector<Totals> totals = totalsOf(kRows, 1);
  std::vector<bool> seen(kGroups);
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate(
      {{"g", col("g")}}, {{"n", "count", {}}, {"s", "sum", col("amount")}, {"m", "max", col("amount")}});
  const Rows rows = run(plan.build(), catalog());
  ASSERT_EQ(rows.size(), kGroups);
  for (const Row& row : rows) {
    const std::uint64_t group = row[0].isNull() ? 77 : static_cast<std::uint64_t>(row[0].asInt128());
    ASSERT_LT(group, kGroups);
    ASSERT_FALSE(seen[group]) << "group " << group << " came twice";
    seen[group] = true;
    ASSERT_TRUE(row[1].asInt128() == totals[group].count && row[2].asInt128() == totals[group].sum &&
                row[3].asInt128() == totals[group].largest)
        << "group " << group;
  }
}

TEST_P(ManyGroupsTest, ManyRowsForEachNumber) {
  std::map<std::int64_t, Totals> totals;
  for (std::uint64_t row = 0; row < kRows / 2; ++row) totals[denseOf(row)].add(amountOf(row));
  const PlanBuilder plan = PlanBuilder::scan("dense").aggregate(
      {{"d", col("d")}}, {{"n", "count", {}},
                          {"s", "sum", col("amount")},
                          {"m", "max", sql("'more than a handle holds: ' || cast(amount as varchar(20))")}});
  std::map<std::int64_t, std::string> largest;
  for (std::uint64_t row = 0; row < kRows / 2; ++row) {
    std::string& text = largest[denseOf(row)];
    text = std::max(text, "more than a handle holds: " + std::to_string(amountOf(row)));
  }
  const BoundPlan bound = bindPlan(plan.build(), catalog());
  EXPECT_TRUE(asAggregation(*bound.root)->groupsLieByNumber);
  const Rows rows = run(plan.build(), catalog());
  ASSERT_EQ(rows.size(), totals.size());
  for (const Row& row : rows) {
    const auto found = totals.extract(static_cast<std::int64_t>(row[0].asInt128()));
    ASSERT_FALSE(found.empty()) << row[0].toString() << " came twice, or never went in";
    ASSERT_TRUE(row[1].asInt128() == found.mapped().count && row[2].asInt128() == found.mapped().sum &&
                row[3].asString() == largest[found.key()])
        << row[0].toString();
  }
}

TEST_P(ManyGroupsTest, NumbersFarApartWithTheirRowsSideBySide) {
  std::map<std::int64_t, Totals> totals;
  for (std::uint64_t row = 0; row < kRows; ++row) totals[clusteredOf(row)].add(amountOf(row));
  const PlanBuilder plan =
      PlanBuilder::scan("clustered").aggregate({{"c", col("c")}}, {{"n", "count", {}}, {"s", "sum", col("amount")}});
  const BoundPlan bound = bindPlan(plan.build(), catalog());
  EXPECT_TRUE(asAggregation(*bound.root)->keyIntervals.empty());
  const Rows rows = run(plan.build(), catalog());
  ASSERT_EQ(rows.size(), totals.size());
  for (const Row& row : rows) {
    const auto found = totals.extract(static_cast<std::int64_t>(row[0].asInt128()));
    ASSERT_FALSE(found.empty()) << row[0].toString() << " came twice, or never went in";
    ASSERT_TRUE(row[1].asInt128() == found.mapped().count && row[2].asInt128() == found.mapped().sum)
        << row[0].toString();
  }
}

TEST_P(ManyGroupsTest, StringKeys) {
  const std::vector<Totals> totals = totalsOf(kRows / 2, 2);
  std::vector<bool> seen(kGroups / 2);
  const PlanBuilder plan = PlanBuilder::scan("named").aggregate(
      {{"name", col("name")}}, {{"s", "sum", col("amount")}, {"x", "max", col("name")}});
  const Rows rows = run(plan.build(), catalog());
  ASSERT_EQ(rows.size(), kGroups / 2);
  for (const Row& row : rows) {
    const std::string& name = row[0].asString();
    const auto group = static_cast<std::uint64_t>(std::stoll(name.substr(name.rfind(' '))));
    ASSERT_LT(group, kGroups / 2);
    ASSERT_FALSE(seen[group]) << name << " came twice";
    seen[group] = true;
    ASSERT_TRUE(row[1].asInt128() == totals[group].sum && row[2].asString() == name) << name;
  }
}

TEST_P(ManyGroupsTest, JoinWithManyGroups) {
  // Every group of the aggregation is the build side of a join with the rows themselves.
  const PlanBuilder groups =
      PlanBuilder::scan("t").aggregate({{"key", col("g")}}, {{"n", "count", {}}}).filter(sql("n >= 4"));
  const PlanBuilder plan = PlanBuilder::scan("t")
                               .hashJoin(groups, {col("g")}, {col("key")}, {}, {"amount"})
                               .aggregate({}, {{"n", "count", {}}, {"s", "sum", col("amount")}});
  const std::vector<Totals> totals = totalsOf(kRows, 1);
  std::int64_t count = 0;
  std::int64_t sum = 0;
  for (std::uint64_t group = 0; group < kGroups; ++group) {
    if (group == 77 || totals[group].count < 4) continue;
    count += totals[group].count;
    sum += totals[group].sum;
  }
  EXPECT_EQ(lines(run(plan.build(), catalog())),
            std::vector<std::string>{std::to_string(count) + "|" + std::to_string(sum) + "|"});
}

INSTANTIATE_TEST_SUITE_P(Engines, ManyGroupsTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
