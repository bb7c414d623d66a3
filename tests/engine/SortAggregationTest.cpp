#include <algorithm>
#include <functional>
#include <optional>

#include "tests/engine/support/GeneratedTable.h"
#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {
namespace {

std::vector<Field> fieldsOfT() {
  return {{"a", Type::smallInt(), true},
          {"b", Type::varchar(), true},
          {"x", Type::integer(), true},
          {"s", Type::varchar(), true}};
}

class SortAggregationTest : public QueryTest {
 protected:
  SortAggregationTest() : random_(31337) {
    // Runs of equal keys, from one row to many morsels.
    while (rows_.size() < 1500) {
      const Value a =
          random_.chance(10) ? Value::null(Type::smallInt()) : Value::integer(Type::smallInt(), random_.integer(0, 4));
      const Value b = random_.chance(10) ? Value::null(Type::varchar()) : textValue(random_.text());
      const std::int64_t length = random_.chance(3) ? random_.integer(200, 450) : random_.integer(1, 5);
      for (std::int64_t row = 0; row < length; ++row) {
        rows_.push_back({a, b,
                         random_.chance(20) ? Value::null(Type::integer()) : integerValue(random_.integer(-50, 50)),
                         random_.chance(20) ? Value::null(Type::varchar()) : textValue(random_.text())});
      }
    }
    catalog_.add("t", fieldsOfT(), rows_);
    catalog_.add("empty", fieldsOfT(), {});
  }

  /// A group per run of equal keys: the keys, rows, sum of x, smallest s, sum of the positive x.
  static std::vector<std::string> runs(const Rows& rows, const std::vector<std::size_t>& keys) {
    std::vector<std::string> result;
    for (std::size_t begin = 0; begin < rows.size();) {
      std::size_t end = begin;
      const auto goesOn = [&](const Row& row) {
        return std::ranges::all_of(keys, [&](std::size_t key) { return row[key] == rows[begin][key]; });
      };
      std::optional<Int128> sum;
      std::optional<Int128> positive;
      std::optional<std::string> smallest;
      for (; end < rows.size() && goesOn(rows[end]); ++end) {
        const Row& row = rows[end];
        if (!row[2].isNull()) {
          sum = sum.value_or(0) + row[2].asInt128();
          if (row[2].asInt128() > 0) positive = positive.value_or(0) + row[2].asInt128();
        }
        if (!row[3].isNull()) smallest = smallest ? std::min(*smallest, row[3].asString()) : row[3].asString();
      }
      const auto text = [](const std::optional<Int128>& value) {
        return value ? Value::integer(Type::bigInt(), *value).toString() : std::string("NULL");
      };
      std::string line;
      for (const std::size_t key : keys) line += rows[begin][key].toString() + "|";
      result.push_back(line + std::to_string(end - begin) + "|" + text(sum) + "|" + smallest.value_or("NULL") + "|" +
                       text(positive) + "|");
      begin = end;
    }
    return result;
  }
  static PlanBuilder aggregate(const PlanBuilder& input, const std::vector<std::size_t>& keys) {
    std::vector<NamedExpr> groupBy;
    for (const std::size_t key : keys) groupBy.push_back({fieldsOfT()[key].name, col(fieldsOfT()[key].name)});
    return input.sortAggregate(groupBy, {{"n", "count", {}},
                                         {"sum", "sum", col("x")},
                                         {"m", "min", col("s")},
                                         {"p", "sum", col("x"), false, sql("x > 0")}});
  }

  RandomRows random_;
  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(SortAggregationTest, AGroupPerRun) {
  for (const std::vector<std::size_t>& keys : {std::vector<std::size_t>{0}, {1}, {0, 1}, {1, 0}}) {
    // Groups come in the order of the input.
    EXPECT_EQ(lines(run(aggregate(PlanBuilder::scan("t"), keys).build(), catalog_)), runs(rows_, keys))
        << random_.seedText();
    EXPECT_TRUE(run(aggregate(PlanBuilder::scan("empty"), keys).build(), catalog_).empty());
  }
}

TEST_P(SortAggregationTest, AfterASort) {
  const Rows sorted = sortRows(rows_, {{0, true, true}, {1, false, false}});
  const PlanBuilder input = PlanBuilder::scan("t").sort({descending("a"), ascending("b")});
  EXPECT_EQ(lines(run(aggregate(input, {0, 1}).build(), catalog_)), runs(sorted, {0, 1})) << random_.seedText();
  EXPECT_EQ(lines(run(aggregate(input, {0}).build(), catalog_)), runs(sorted, {0})) << random_.seedText();
}

TEST_P(SortAggregationTest, WithoutKeysThereIsOneGroup) {
  EXPECT_EQ(run(aggregate(PlanBuilder::scan("t"), {}).build(), catalog_).size(), 1U);
  EXPECT_EQ(lines(run(aggregate(PlanBuilder::scan("empty"), {}).build(), catalog_)),
            std::vector<std::string>{"0|NULL|NULL|NULL|"});
}

TEST_P(SortAggregationTest, AmongOtherOperators) {
  const std::vector<std::string> groups = runs(rows_, {0});
  const PlanBuilder scan = PlanBuilder::scan("t");
  // A filter before and behind, several inputs, a limit.
  Rows kept;
  std::ranges::copy_if(rows_, std::back_inserter(kept), [](const Row& row) { return !row[2].isNull(); });
  EXPECT_EQ(lines(run(aggregate(scan.filter(sql("x is not null")), {0}).build(), catalog_)), runs(kept, {0}));
  Rows twice = rows_;
  twice.insert(twice.end(), rows_.begin(), rows_.end());
  EXPECT_EQ(lines(run(aggregate(scan.combine({scan}, {SetOperationNode::Kind::Union, true}), {0}).build(), catalog_)),
            runs(twice, {0}));
  EXPECT_EQ(lines(run(aggregate(scan, {0}).limit(5, 2).build(), catalog_)),
            std::vector<std::string>(groups.begin() + 2, groups.begin() + 7));
  // Of one into another: how many groups there are.
  const PlanBuilder nested =
      aggregate(scan, {0, 1}).sortAggregate({{"a", col("a")}}, {{"groups", "count", {}}, {"rows", "sum", col("n")}});
  std::int64_t rows = 0;
  for (const Row& row : run(nested.build(), catalog_)) rows += static_cast<std::int64_t>(row[2].asInt128());
  EXPECT_EQ(rows, static_cast<std::int64_t>(rows_.size()));
  // Into a hash aggregation, on the build side of a join.
  const PlanBuilder counted = aggregate(scan, {0}).aggregate({}, {{"groups", "count", {}}, {"rows", "sum", col("n")}});
  EXPECT_EQ(lines(run(counted.build(), catalog_)),
            std::vector<std::string>{std::to_string(groups.size()) + "|" + std::to_string(rows_.size()) + "|"});
  const PlanBuilder joined =
      PlanBuilder::scan("t", {"x"}, sql("x = 3"))
          .hashJoin(aggregate(scan, {0}).project({{"n3", sql("n * 0 + 3")}}), {col("x")}, {col("n3")});
  const auto threes =
      std::ranges::count_if(rows_, [](const Row& row) { return !row[2].isNull() && row[2].asInt128() == 3; });
  EXPECT_EQ(run(joined.build(), catalog_).size(), static_cast<std::size_t>(threes) * groups.size());
}

TEST_P(SortAggregationTest, FailuresNameOperatorAndExpression) {
  Rows rows;
  const Type wide = Type::decimal(38, 0);
  for (int row = 0; row < 700; ++row) rows.push_back({integerValue(row / 3), Value::decimal(wide, powerOfTen(38) - 1)});
  for (int row = 0; row < 7; ++row) rows.push_back({integerValue(1000), Value::decimal(wide, powerOfTen(38) - 1)});
  TestCatalog catalog;
  catalog.add("w", {{"k", Type::integer(), false}, {"v", wide, false}}, rows);
  const PlanBuilder plan = PlanBuilder::scan("w").sortAggregate({{"k", col("k")}}, {{"s", "sum", col("v")}});
  const ExecutionError error = runExpectingError(plan.build(), catalog);
  EXPECT_EQ(error.code(), ErrorCode::NumericOverflow);
  EXPECT_NE(std::string(error.what()).find("SortAggregation#"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find("in v"), std::string::npos) << error.what();
  const PlanBuilder bad = PlanBuilder::scan("w").sortAggregate({{"k", col("k")}}, {{"s", "max", sql("7 % (k - 150)")}});
  EXPECT_NE(std::string(runExpectingError(bad.build(), catalog).what()).find("7 % (k - 150)"), std::string::npos);
  const PlanBuilder distinct =
      PlanBuilder::scan("w").sortAggregate({{"k", col("k")}}, {{"s", "count", col("v"), true}});
  EXPECT_NE(std::string(runExpectingError(distinct.build(), catalog).what()).find("$.root.aggregates[0].distinct"),
            std::string::npos);
}

TEST_P(SortAggregationTest, AStableSortKeepsTheOrderOfEqualRows) {
  EXPECT_EQ(lines(run(PlanBuilder::scan("t").sort({ascending("a")}, true).build(), catalog_)),
            lines(sortRows(rows_, {{0, false, false}})))
      << random_.seedText();
  EXPECT_EQ(lines(run(PlanBuilder::scan("t").sort({descending("b"), ascending("a")}, true).build(), catalog_)),
            lines(sortRows(rows_, {{1, true, true}, {0, false, false}})))
      << random_.seedText();
  // By one key after the other, and input by input.
  EXPECT_EQ(lines(run(PlanBuilder::scan("t")
                          .sort({ascending("b")})
                          .sort({ascending("a")}, true)
                          .project({{"a", col("a")}, {"b", col("b")}})
                          .build(),
                      catalog_)),
            lines(run(PlanBuilder::scan("t")
                          .sort({ascending("a"), ascending("b")})
                          .project({{"a", col("a")}, {"b", col("b")}})
                          .build(),
                      catalog_)));
  const PlanBuilder scan = PlanBuilder::scan("t");
  Rows both = rows_;
  both.insert(both.end(), rows_.begin(), rows_.end());
  EXPECT_EQ(lines(run(scan.combine({scan}, {SetOperationNode::Kind::Union, true}).sort({descending("a")}, true).build(),
                      catalog_)),
            lines(sortRows(both, {{0, true, true}})))
      << random_.seedText();
}

INSTANTIATE_TEST_SUITE_P(Engines, SortAggregationTest, ::testing::ValuesIn(allVariants()), variantName);

/// Groups of three rows each, with keys and states that own long strings.
class ManySortedGroupsTest : public QueryTest {
 protected:
  static const Catalog& catalog() {
    static const GeneratedCatalog kCatalog = [] {
      GeneratedCatalog catalog;
      for (const std::uint64_t rows : {60'000U, 1'200'000U}) {
        catalog.add(generateTable(
            "t" + std::to_string(rows),
            {{"k", Type::bigInt(), false}, {"name", Type::varchar(), false}, {"v", Type::integer(), false}}, rows,
            [](std::uint64_t row, ChunkBuffer& chunk) {
              chunk.column(0).appendInteger(static_cast<std::int64_t>(row / 3));
              chunk.column(1).appendString("a name that does not fit a row " + std::to_string(row % 1000));
              chunk.column(2).appendInteger(static_cast<std::int64_t>(row % 7));
            }));
      }
      return catalog;
    }();
    return kCatalog;
  }

  std::uint64_t peakOf(std::uint64_t rows) {
    const PlanBuilder plan =
        PlanBuilder::scan("t" + std::to_string(rows))
            .project(
                {{"k", sql("concat('group number ', cast(k as varchar))")}, {"name", col("name")}, {"v", col("v")}})
            .sortAggregate({{"k", col("k")}}, {{"n", "count", {}}, {"m", "max", col("name")}, {"s", "sum", col("v")}})
            .aggregate({}, {{"groups", "count", {}}, {"rows", "sum", col("n")}, {"last", "max", col("m")}});
    EXPECT_EQ(lines(run(plan.build(), catalog())),
              std::vector<std::string>{std::to_string(rows / 3) + "|" + std::to_string(rows) +
                                       "|a name that does not fit a row 999|"});
    return statistics().peakMemoryBytes;
  }
};

TEST_P(ManySortedGroupsTest, TakeNoMoreMemoryThanFew) {
  const std::uint64_t few = peakOf(60'000);
  const std::uint64_t many = peakOf(1'200'000);
  // Twenty times the groups, of more than a hundred bytes each: 40 MB if they were kept.
  EXPECT_LE(many, few + (std::uint64_t{1} << 20));
  EXPECT_LE(many, std::uint64_t{8} << 20);
}

INSTANTIATE_TEST_SUITE_P(Engines, ManySortedGroupsTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
