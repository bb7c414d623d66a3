#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

std::vector<Field> fieldsOfT() {
  return {{"a", Type::tinyInt(), true},
          {"b", Type::varchar(), true},
          {"c", Type::integer(), false},
          {"x", Type::integer(), true}};
}

class GroupingSetsTest : public QueryTest {
 protected:
  GroupingSetsTest() : random_(77) {
    rows_ = random_.rows(fieldsOfT(), 700);
    catalog_.add("t", fieldsOfT(), rows_);
    catalog_.add("empty", fieldsOfT(), {});
  }

  /// Per set and group: rows, sum of x, smallest c, different x; with the number of the set when it has a name.
  void check(const HashAggregationNode& node, const std::vector<std::size_t>& keys) {
    SCOPED_TRACE(random_.seedText());
    for (const std::string table : {"t", "empty"}) {
      SCOPED_TRACE(table);
      std::vector<std::string> expected;
      for (std::size_t set = 0; set < node.groupingSets.size(); ++set) {
        std::map<std::string, Rows> groups;
        if (node.groupingSets[set].empty()) groups[nullKeys(keys.size())] = {};
        for (const Row& row : table == "t" ? rows_ : Rows()) {
          std::string key;
          for (std::uint32_t index = 0; index < keys.size(); ++index) {
            const bool isGrouped = std::ranges::count(node.groupingSets[set], index) != 0;
            key += (isGrouped ? row[keys[index]].toString() : "NULL") + "|";
          }
          groups[key].push_back(row);
        }
        for (const auto& [key, rows] : groups) {
          const std::string number = node.groupingSet.empty() ? "" : std::to_string(set) + "|";
          expected.push_back(key + number + resultsOf(rows));
        }
      }
      std::ranges::sort(expected);
      const PlanBuilder plan = PlanBuilder::scan(table).aggregate(node);
      EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
    }
  }

  static std::string nullKeys(std::size_t count) {
    std::string text;
    for (std::size_t key = 0; key < count; ++key) text += "NULL|";
    return text;
  }
  static std::string resultsOf(const Rows& rows) {
    std::optional<Int128> sum;
    std::optional<Int128> smallest;
    std::set<std::string> different;
    for (const Row& row : rows) {
      if (!row[3].isNull()) {
        sum = sum.value_or(0) + row[3].asInt128();
        different.insert(row[3].toString());
      }
      smallest = smallest ? std::min(*smallest, row[2].asInt128()) : row[2].asInt128();
    }
    const auto text = [](const std::optional<Int128>& value) {
      return value ? Value::integer(Type::bigInt(), *value).toString() : std::string("NULL");
    };
    return std::to_string(rows.size()) + "|" + text(sum) + "|" + text(smallest) + "|" +
           std::to_string(different.size()) + "|";
  }

  static HashAggregationNode node(std::vector<NamedExpr> keys, std::vector<std::vector<std::uint32_t>> sets,
                                  std::string name = "") {
    HashAggregationNode node;
    node.groupBy = std::move(keys);
    node.aggregates = {
        {"n", "count", {}}, {"s", "sum", col("x")}, {"m", "min", col("c")}, {"d", "count", col("x"), true}};
    node.groupingSets = std::move(sets);
    node.groupingSet = std::move(name);
    return node;
  }

  RandomRows random_;
  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(GroupingSetsTest, RollupAndCube) {
  const std::vector<NamedExpr> keys = {{"a", col("a")}, {"b", col("b")}};
  check(node(keys, {{0, 1}, {0}, {}}), {0, 1});
  check(node(keys, {{0, 1}, {0}, {1}, {}}, "set"), {0, 1});
  check(node(keys, {{1}}, "set"), {0, 1});
  check(node(keys, {{0}, {1}}), {0, 1});
}

TEST_P(GroupingSetsTest, EqualSetsAreKeptApart) {
  const std::vector<NamedExpr> keys = {{"a", col("a")}, {"c", col("c")}};
  check(node(keys, {{0}, {0}, {}, {}, {0, 1}, {1, 0, 1}}, "set"), {0, 2});
  check(node(keys, {{}, {}}), {0, 2});
  check(node({}, {{}, {}}, "set"), {});
}

TEST_P(GroupingSetsTest, KeysThatAreComputed) {
  const HashAggregationNode computed = node({{"k", sql("c % 3")}, {"a", col("a")}}, {{0}, {0, 1}, {}}, "set");
  std::size_t groups = 0;
  for (const Row& row : run(PlanBuilder::scan("t").aggregate(computed).build(), catalog_)) {
    groups += row[2].asInt128() == 0 ? 1 : 0;
    if (row[2].asInt128() == 2) EXPECT_EQ(row[3].toString(), std::to_string(rows_.size()));
  }
  std::set<std::string> remainders;
  for (const Row& row : rows_)
    remainders.insert(integerValue(static_cast<std::int64_t>(row[2].asInt128() % 3)).toString());
  EXPECT_EQ(groups, remainders.size());
  // What fails names itself, however many sets there are.
  const HashAggregationNode failing = node({{"k", sql("7 % (c - c)")}, {"a", col("a")}}, {{1}, {0, 1}});
  const ExecutionError error = runExpectingError(PlanBuilder::scan("t").aggregate(failing).build(), catalog_);
  EXPECT_EQ(error.code(), ErrorCode::DivisionByZero);
  EXPECT_NE(std::string(error.what()).find("7 % (c - c)"), std::string::npos) << error.what();
}

TEST_P(GroupingSetsTest, ExpandPutsOutARowPerList) {
  std::vector<std::string> expected;
  for (const Row& row : rows_) {
    const std::string x = row[3].toString();
    expected.push_back("a|" + row[0].toString() + "|" + x + "|");
    expected.push_back("c|" + row[2].toString() + "|" + x + "|");
    expected.push_back("none|NULL|" + x + "|");
  }
  const PlanBuilder plan =
      PlanBuilder::scan("t").expand({{{"what", sql("'a'")}, {"v", col("a")}, {"x", col("x")}},
                                     {{"what", sql("'c'")}, {"v", col("c")}, {"x", col("x")}},
                                     {{"what", sql("'none'")}, {"v", sql("null")}, {"x", col("x")}}});
  std::ranges::sort(expected);
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
  EXPECT_EQ(statistics().operators[0].rowsProduced, 3 * rows_.size());
  // Behind each other, in the order of the lists, as one worker sees them.
  if (GetParam().workers == 1) {
    const Rows rows = run(plan.build(), catalog_);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      EXPECT_EQ(rows[row][0].asString(), (std::array{"a", "c", "none"}[row % 3]));
      EXPECT_EQ(rows[row][2], rows_[row / 3][3]);
    }
  }
}

TEST_P(GroupingSetsTest, ExpandFailsBeforeItPutsOutAnyOfTheRow) {
  const PlanBuilder scan = PlanBuilder::scan("t");
  const PlanBuilder plan = scan.expand({{{"v", sql("c")}}, {{"v", sql("5 % (c - c)")}}}).filter(sql("7 % (v - v) = 1"));
  const ExecutionError error = runExpectingError(plan.build(), catalog_);
  EXPECT_NE(std::string(error.what()).find("5 % (c - c)"), std::string::npos) << error.what();
  const PlanBuilder few = scan.expand({{{"v", sql("c")}}, {{"v", sql("c % 7 + 1")}}}).limit(3);
  EXPECT_EQ(run(few.build(), catalog_).size(), 3U);
}

TEST_P(GroupingSetsTest, WhatMayNotBe) {
  const auto check = [&](const PlanBuilder& plan, const std::string& place) {
    const ExecutionError error = runExpectingError(plan.build(), catalog_);
    EXPECT_EQ(error.code(), ErrorCode::InvalidPlan);
    EXPECT_NE(std::string(error.what()).find(place), std::string::npos) << error.what();
  };
  const PlanBuilder scan = PlanBuilder::scan("t");
  check(scan.aggregate(node({{"a", col("a")}}, {{0}, {0, 1}})), "$.root.groupingSets[1][1]");
  check(scan.expand({{{"v", col("a")}}, {{"w", col("a")}}}), "$.root.projections[1][0]");
  check(scan.expand({{{"v", col("a")}}, {{"v", col("a")}, {"w", col("a")}}}), "$.root.projections[1]");
  check(scan.expand({{{"v", col("a")}}, {{"v", sql("date '2020-01-01'")}}}), "column 'v'");
}

INSTANTIATE_TEST_SUITE_P(Engines, GroupingSetsTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
