#include <algorithm>
#include <map>

#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

using Kind = SetOperationNode::Kind;

class SetOperationTest : public QueryTest {
 protected:
  SetOperationTest() : random_(5150) {
    for (int table = 0; table < 3; ++table) {
      // Few different rows, so that all of them come several times.
      Rows rows;
      const std::size_t count = 300 + 200 * static_cast<std::size_t>(table);
      for (std::size_t row = 0; row < count; ++row) {
        const Value number = random_.chance(15) ? Value::null(Type::integer()) : integerValue(random_.integer(0, 9));
        const Value text =
            random_.chance(15)
                ? Value::null(Type::varchar())
                : textValue(random_.chance(20) ? "a text that is too long to lie in a row itself"
                                               : std::string(1, static_cast<char>('a' + random_.skewed())));
        rows.push_back({number, text});
      }
      catalog_.add(name(table), fields(), rows);
      tables_.push_back(std::move(rows));
    }
    catalog_.add("none", fields(), {});
    tables_.push_back({});
  }

  static std::vector<Field> fields() { return {{"n", Type::integer(), true}, {"s", Type::varchar(), true}}; }
  static std::string name(int table) { return table == 3 ? "none" : "t" + std::to_string(table); }

  void check(Kind kind, bool all, const std::vector<int>& inputs) {
    SCOPED_TRACE(random_.seedText());
    std::vector<std::map<std::string, std::int64_t>> counts(inputs.size());
    std::map<std::string, std::int64_t> different;
    for (std::size_t input = 0; input < inputs.size(); ++input) {
      for (const Row& row : tables_[static_cast<std::size_t>(inputs[input])]) {
        const std::string line = row[0].toString() + "|" + row[1].toString() + "|";
        ++counts[input][line];
        different[line] = 0;
      }
    }
    std::vector<std::string> expected;
    for (const auto& [line, unused] : different) {
      std::int64_t sum = 0;
      std::int64_t least = INT64_MAX;
      for (auto& count : counts) {
        sum += count[line];
        least = std::min(least, count[line]);
      }
      const std::int64_t first = counts[0][line];
      std::int64_t times = sum;
      if (kind == Kind::Intersect) times = least;
      if (kind == Kind::Except) times = all ? std::max<std::int64_t>(0, first - (sum - first)) : (first == sum ? 1 : 0);
      if (!all) times = std::min<std::int64_t>(times, 1);
      expected.insert(expected.end(), static_cast<std::size_t>(times), line);
    }
    std::ranges::sort(expected);
    std::vector<PlanBuilder> others;
    for (std::size_t input = 1; input < inputs.size(); ++input)
      others.push_back(PlanBuilder::scan(name(inputs[input])));
    const PlanBuilder plan = PlanBuilder::scan(name(inputs[0])).combine(others, {kind, all});
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected) << printPlan(plan.build());
  }

  RandomRows random_;
  TestCatalog catalog_;
  std::vector<Rows> tables_;
};

TEST_P(SetOperationTest, AgainstCounts) {
  for (const Kind kind : {Kind::Union, Kind::Intersect, Kind::Except}) {
    for (const bool all : {false, true}) {
      check(kind, all, {0, 1});
      check(kind, all, {2, 0});
      check(kind, all, {2, 1, 0});
      check(kind, all, {0, 0});
      check(kind, all, {0, 3});
      check(kind, all, {3, 0});
      check(kind, all, {3, 3});
    }
  }
}

TEST_P(SetOperationTest, TypesAreUnified) {
  const PlanBuilder small = PlanBuilder::scan("t0").project({{"v", sql("cast(n as smallint)")}});
  const PlanBuilder wide = PlanBuilder::scan("t1").project({{"w", sql("cast(n as decimal(12,2))")}});
  const Rows rows = run(small.combine({wide}, {Kind::Intersect, false}).build(), catalog_);
  EXPECT_EQ(rows.size(), 11U) << random_.seedText();
  for (const Row& row : rows) EXPECT_EQ(row[0].type().id, TypeId::Decimal);
  const ExecutionError error =
      runExpectingError(PlanBuilder::scan("t0").combine({small}, {Kind::Except, false}).build(), catalog_);
  EXPECT_EQ(error.code(), ErrorCode::InvalidPlan);
  EXPECT_NE(std::string(error.what()).find("$.root.inputs[1]"), std::string::npos) << error.what();
}

TEST_P(SetOperationTest, NestedAndFurtherUsed) {
  // (t0 union t1) except all t2, then counted: rows of t0 and t1 that t2 lacks.
  const PlanBuilder plan = PlanBuilder::scan("t0")
                               .combine({PlanBuilder::scan("t1")}, {Kind::Union, false})
                               .combine({PlanBuilder::scan("t2")}, {Kind::Except, true})
                               .aggregate({}, {{"n", "count", {}}});
  std::map<std::string, int> seen;
  for (std::size_t table = 0; table < 3; ++table) {
    for (const Row& row : tables_[table]) seen[row[0].toString() + "|" + row[1].toString()] |= table < 2 ? 1 : 2;
  }
  const auto expected = std::ranges::count_if(seen, [](const auto& entry) { return entry.second == 1; });
  EXPECT_EQ(lines(run(plan.build(), catalog_)), std::vector<std::string>{std::to_string(expected) + "|"})
      << random_.seedText();
  const PlanBuilder few =
      PlanBuilder::scan("t0").combine({PlanBuilder::scan("t0")}, {Kind::Intersect, true}).limit(7, 90);
  EXPECT_EQ(run(few.build(), catalog_).size(), 7U);
}

TEST_P(SetOperationTest, Values) {
  ValuesNode values;
  values.columns = {{"n", {}}, {"price", Type::decimal(10, 2)}, {"text", {}}, {"day", {}}};
  values.rows = {{lit(std::int64_t{1}), sql("1.5"), sql("'a'"), sql("date '2020-02-29'")},
                 {sql("2 * 3 + 1"), sql("null"), sql("null"), sql("'2021-01-01'")},
                 {sql("null"), sql("7"), sql("concat('b', 'c')"), sql("null")}};
  const PlanBuilder plan = PlanBuilder::values(values);
  EXPECT_EQ(lines(run(plan.build(), catalog_)),
            (std::vector<std::string>{"1|1.50|a|2020-02-29|", "7|NULL|NULL|2021-01-01|", "NULL|7.00|bc|NULL|"}));
  EXPECT_EQ(lines(run(plan.filter(sql("n > 1")).project({{"m", sql("n + 1")}}).build(), catalog_)),
            std::vector<std::string>{"8|"});
  const PlanBuilder joined = PlanBuilder::scan("t0").hashJoin(
      PlanBuilder::values({{{"key", {}}}, {{sql("3")}, {sql("4")}, {sql("4")}}}), {col("n")}, {col("key")});
  const auto matches =
      std::ranges::count_if(tables_[0], [](const Row& row) { return !row[0].isNull() && row[0].asInt128() == 3; }) +
      2 * std::ranges::count_if(tables_[0], [](const Row& row) { return !row[0].isNull() && row[0].asInt128() == 4; });
  EXPECT_EQ(run(joined.build(), catalog_).size(), static_cast<std::size_t>(matches));
  EXPECT_TRUE(run(PlanBuilder::values({{{"x", Type::varchar()}}, {}}).build(), catalog_).empty());
  EXPECT_EQ(lines(run(PlanBuilder::values({{{"x", Type::integer()}}, {}}).aggregate({}, {{"n", "count", {}}}).build(),
                      catalog_)),
            std::vector<std::string>{"0|"});
}

TEST_P(SetOperationTest, ValuesThatMayNotBe) {
  const auto check = [&](ValuesNode values, const std::string& place) {
    const ExecutionError error = runExpectingError(PlanBuilder::values(std::move(values)).build(), catalog_);
    EXPECT_NE(std::string(error.what()).find(place), std::string::npos) << error.what();
  };
  const std::vector<ValuesNode::Column> two = {{"a", {}}, {"b", {}}};
  check({two, {{sql("1"), sql("2")}, {sql("1")}}}, "$.root.rows[1]");
  check({two, {{sql("1"), sql("2")}, {sql("1"), sql("date '2020-01-01'")}}}, "$.root.rows[1][1]");
  check({two, {{sql("1"), sql("x")}}}, "$.root.rows[0][1]");
  check({two, {{sql("1 % 0"), sql("2")}}}, "$.root.rows[0][0]");
  check({{{"a", Type::tinyInt()}}, {{sql("1")}, {sql("1000")}}}, "$.root.rows[1][0]");
  check({two, {}}, "$.root.columns[0]");
  check({{}, {}}, "$.root.columns");
}

INSTANTIATE_TEST_SUITE_P(Engines, SetOperationTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
