#include <algorithm>
#include <functional>
#include <map>

#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// Groups of integers that lie close together, which are found by number and not by hash.
class NumberedGroupsTest : public QueryTest {
 protected:
  NumberedGroupsTest() {
    for (std::int64_t row = 0; row < kRows; ++row) {
      const std::int64_t a = row * 37 % 101 - 50;
      const std::int64_t b = row % 7 - 3;
      rows_.push_back({integerValue(a), Value::integer(Type::smallInt(), b), bigIntValue(INT64_MIN + row % 5),
                       bigIntValue(INT64_MAX - row % 5), bigIntValue(row)});
    }
    catalog_.add("t",
                 {{"a", Type::integer(), false},
                  {"b", Type::smallInt(), false},
                  {"low", Type::bigInt(), false},
                  {"high", Type::bigInt(), false},
                  {"n", Type::bigInt(), false}},
                 rows_);
  }

  /// Counts and sums by the key that `keyOf` makes of a row.
  std::vector<std::string> expected(const std::function<std::string(const Row&)>& keyOf) const {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> groups;
    for (const Row& row : rows_) {
      auto& [count, sum] = groups[keyOf(row)];
      ++count;
      sum += static_cast<std::int64_t>(row[4].asInt128());
    }
    std::vector<std::string> lines;
    for (const auto& [key, values] : groups) {
      lines.push_back(key + "|" + std::to_string(values.first) + "|" + std::to_string(values.second) + "|");
    }
    std::ranges::sort(lines);
    return lines;
  }

  static PlanBuilder groupBy(std::vector<NamedExpr> keys, std::optional<Expr> filter = {}) {
    PlanBuilder rows = PlanBuilder::scan("t", {}, std::move(filter));
    return rows.aggregate(std::move(keys), {{"count", "count", {}}, {"sum", "sum", col("n")}});
  }

  static constexpr std::int64_t kRows = 3000;
  TestCatalog catalog_;
  Rows rows_;
};

std::string text(const Row& row, std::size_t column) { return row[column].toString(); }

const AggregationSpec& aggregationOf(const BoundPlan& bound) {
  const OperatorSpec* spec = bound.root.get();
  while (asAggregation(*spec) == nullptr) spec = spec->children[0].get();
  return *asAggregation(*spec);
}

/// How many combinations the aggregation tells apart by number; 0: it does so by hash.
std::uint64_t combinations(const PlanBuilder& plan, const Catalog& catalog) {
  const BoundPlan bound = bindPlan(plan.build(), catalog);
  const std::vector<KeyInterval>& intervals = aggregationOf(bound).keyIntervals;
  std::uint64_t product = intervals.empty() ? 0 : 1;
  for (const KeyInterval& interval : intervals) product *= interval.count;
  return product;
}

TEST_P(NumberedGroupsTest, OneKey) {
  const PlanBuilder plan = groupBy({{"a", col("a")}});
  EXPECT_EQ(combinations(plan, catalog_), 101U);
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected([](const Row& row) { return text(row, 0); }));
}

TEST_P(NumberedGroupsTest, AShortKeyLiesBesideTheNumber) {
  const auto rowBytes = [this](const std::string& key) {
    const BoundPlan bound =
        bindPlan(PlanBuilder::scan("t").aggregate({{"key", col(key)}}, {{"count", "count", {}}}).build(), catalog_);
    return aggregationOf(bound).layout.rowBytes();
  };
  EXPECT_EQ(rowBytes("a"), 16U);
  EXPECT_EQ(rowBytes("n"), 24U);
}

TEST_P(NumberedGroupsTest, KeysOfSeveralWidths) {
  const PlanBuilder plan = groupBy({{"b", col("b")}, {"a", col("a")}, {"c", sql("b * 2")}});
  EXPECT_EQ(combinations(plan, catalog_), 7U * 101 * 13);
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected([](const Row& row) {
              const auto b = static_cast<std::int64_t>(row[1].asInt128());
              return text(row, 1) + "|" + text(row, 0) + "|" + std::to_string(b * 2);
            }));
}

TEST_P(NumberedGroupsTest, KeysAtTheEndsOfTheirType) {
  for (const std::size_t column : {2, 3}) {
    const PlanBuilder plan = groupBy({{"key", col(column == 2 ? "low" : "high")}});
    EXPECT_EQ(combinations(plan, catalog_), 5U);
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected([=](const Row& row) { return text(row, column); }));
  }
}

TEST_P(NumberedGroupsTest, KeysFarApartAreHashed) {
  const PlanBuilder plan = groupBy({{"key", sql("n * 1000003")}});
  EXPECT_EQ(combinations(plan, catalog_), 0U);
  EXPECT_EQ(run(plan.build(), catalog_).size(), std::size_t{kRows});
}

TEST_P(NumberedGroupsTest, NoRows) {
  EXPECT_TRUE(run(groupBy({{"a", col("a")}}, sql("n < 0")).build(), catalog_).empty());
}

/// Groups of clustered keys, which every worker finds without looking them up as long as they come in order.
class GroupsInRunsTest : public QueryTest {
 protected:
  static constexpr std::int64_t kRows = 40'000;
  /// Rows of one key.
  static constexpr std::int64_t kClusterRows = 5;
  static constexpr std::int64_t kGap = 8;

  /// Groups `keys`, all of them and those that a filter leaves, and compares counts and sums with those of a map.
  void check(const std::vector<std::int64_t>& keys) {
    check(keys, false);
    check(keys, true);
  }

  void check(const std::vector<std::int64_t>& keys, bool areFiltered) {
    Rows rows;
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> groups;
    for (std::size_t row = 0; row < keys.size(); ++row) {
      const auto n = static_cast<std::int64_t>(row);
      const bool isKept = row * 7919 % 5 < 3;
      rows.push_back({integerValue(static_cast<std::int32_t>(keys[row])), bigIntValue(n), booleanValue(isKept)});
      if (areFiltered && !isKept) continue;
      auto& [count, sum] = groups[keys[row]];
      ++count;
      sum += n;
    }
    std::vector<std::string> expected;
    for (const auto& [key, values] : groups) {
      const std::string count = std::to_string(values.first);
      expected.push_back(std::to_string(key) + "|" + count + "|" + std::to_string(values.second) + "|");
    }
    std::ranges::sort(expected);

    TestCatalog catalog;
    catalog.add("t", {{"k", Type::integer(), false}, {"n", Type::bigInt(), false}, {"isKept", Type::boolean(), false}},
                rows, 10'000);
    const PlanBuilder plan = PlanBuilder::scan("t", {}, areFiltered ? std::optional(sql("isKept")) : std::nullopt)
                                 .aggregate({{"k", col("k")}}, {{"count", "count", {}}, {"sum", "sum", col("n")}});
    EXPECT_GT(combinations(plan, catalog), LocalGroups::kMaxIndexedAtOnce);
    EXPECT_EQ(sortedLines(run(plan.build(), catalog)), expected);
  }

  static std::vector<std::int64_t> clusteredKeys() {
    std::vector<std::int64_t> keys;
    for (std::int64_t row = 0; row < kRows; ++row) keys.push_back(row / kClusterRows * kGap - 1000);
    return keys;
  }
};

TEST_P(GroupsInRunsTest, KeysInOrder) { check(clusteredKeys()); }

TEST_P(GroupsInRunsTest, TwoKeysTurnedRoundHereAndThere) {
  std::vector<std::int64_t> keys = clusteredKeys();
  for (std::size_t row = 1'700; row < keys.size(); row += 3'001) std::swap(keys[row], keys[row + kClusterRows]);
  check(keys);
}

TEST_P(GroupsInRunsTest, KeysInOrderUpToSomeRow) {
  std::vector<std::int64_t> keys = clusteredKeys();
  for (std::size_t row = keys.size() / 3 * 2; row < keys.size(); ++row) keys[row] = keys[row * 7919 % keys.size()];
  check(keys);
}

TEST_P(GroupsInRunsTest, SeveralStretchesOfTheSameKeys) {
  std::vector<std::int64_t> keys = clusteredKeys();
  std::copy_n(keys.begin(), keys.size() / 2, keys.begin() + static_cast<std::ptrdiff_t>(keys.size() / 2));
  // So that there are as many combinations as before.
  keys.back() = kRows / kClusterRows * kGap;
  check(keys);
}

TEST_P(GroupsInRunsTest, OneKeyInManyMorsels) {
  std::vector<std::int64_t> keys = clusteredKeys();
  std::fill(keys.begin() + kRows / 4, keys.end() - kRows / 4, keys[kRows / 4]);
  check(keys);
}

/// Also those of three workers, of which one may have nothing but a group that the others have, too.
std::vector<EngineVariant> variantsForRuns() {
  std::vector<EngineVariant> variants = allVariants();
  EngineVariant three = variants.front();
  three.workers = 3;
  for (const EngineMode mode : {EngineMode::Interpreted, EngineMode::Compiled}) {
    three.name = mode == EngineMode::Interpreted ? "InterpretedThreeWorkers" : "CompiledThreeWorkers";
    three.mode = mode;
    variants.push_back(three);
  }
  return variants;
}

INSTANTIATE_TEST_SUITE_P(Engines, GroupsInRunsTest, ::testing::ValuesIn(variantsForRuns()), variantName);
INSTANTIATE_TEST_SUITE_P(Engines, NumberedGroupsTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
