#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// Joins that few rows of the probe side survive, which compiled code finds before it looks at the rows one by one.
class SelectiveJoinTest : public QueryTest {
 protected:
  /// Keys are `step` apart, and of what the probe side looks for as many lie between them.
  explicit SelectiveJoinTest(std::int64_t step = 1) {
    for (std::int64_t row = 0; row < kRows; ++row) {
      const auto bits = static_cast<std::int64_t>(mix(static_cast<std::uint64_t>(row)) >> 1);
      // Keys lie on both sides of those of the build side.
      const std::int64_t between = row % 3 == 0 ? bits / kKeys % step : 0;
      probe_.push_back({bigIntValue((bits % kKeys - kKeys / 4) * step + between), integerValue(bits / kKeys % 100),
                        textValue("text " + std::to_string(row % 97))});
    }
    catalog_.add("probe", {{"k", Type::bigInt(), false}, {"v", Type::integer(), false}, {"s", Type::varchar(), false}},
                 probe_, 5000);
    Rows build;
    for (std::int64_t key = 3; key < kKeys / 2; key += 41) {
      build.push_back({integerValue(key * step), integerValue(key % 10)});
      keys_.insert(key * step);
    }
    catalog_.add("build", {{"b", Type::integer(), false}, {"w", Type::integer(), false}}, build);
    catalog_.add("nothing", {{"b", Type::integer(), false}, {"w", Type::integer(), false}}, {});
  }

  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 31)) * 0x9e3779b97f4a7c15;
    return value ^ (value >> 29);
  }

  using Filter = std::function<bool(const Row&)>;

  /// The joined rows' columns of the probe side, of rows that the filter lets through.
  Rows expected(const Filter& filter) const {
    Rows rows;
    for (const Row& row : probe_) {
      if (filter(row) && keys_.contains(static_cast<std::int64_t>(row[0].asInt128()))) rows.push_back(row);
    }
    return rows;
  }
  std::uint64_t passing(const Filter& filter) const {
    return static_cast<std::uint64_t>(std::ranges::count_if(probe_, filter));
  }

  PhysicalPlan plan(std::optional<Expr> filter, JoinType type, const std::string& build = "build") const {
    HashJoinNode join;
    join.type = type;
    join.build = JoinSide::Right;
    join.keys = {{col("k"), col("b")}};
    return PlanBuilder::scan("probe", {}, std::move(filter))
        .join(PlanBuilder::scan(build), join)
        .project({{"k", col("k")}, {"v", col("v")}, {"s", col("s")}})
        .build();
  }

  void check(const std::optional<Expr>& filter, const Filter& passes) {
    for (const JoinType type : {JoinType::Inner, JoinType::LeftSemi}) {
      EXPECT_EQ(sortedLines(run(plan(filter, type), catalog_)), sortedLines(expected(passes)));
      bool found = false;
      for (const OperatorStatistics& each : statistics().operators) {
        if (each.path.ends_with("input.input.left") || each.path.ends_with("input.left")) {
          found = true;
          EXPECT_EQ(each.rowsProduced, passing(passes)) << each.label;
        }
      }
      EXPECT_TRUE(found);
    }
  }

  static constexpr std::int64_t kRows = 20'000;
  static constexpr std::int64_t kKeys = 30'000;
  TestCatalog catalog_;
  Rows probe_;
  std::set<std::int64_t> keys_;
};

std::int64_t number(const Row& row, std::size_t column) { return static_cast<std::int64_t>(row[column].asInt128()); }

TEST_P(SelectiveJoinTest, WithoutAFilter) {
  check({}, [](const Row&) { return true; });
}

TEST_P(SelectiveJoinTest, BehindConditionsTestedInVectors) {
  check(sql("v < 60 and k > 100"), [](const Row& row) { return number(row, 1) < 60 && number(row, 0) > 100; });
}

TEST_P(SelectiveJoinTest, BehindConditionsTestedRowByRow) {
  check(sql("v < 60 and s like '%7%'"),
        [](const Row& row) { return number(row, 1) < 60 && row[2].toString().find('7') != std::string::npos; });
  check(sql("s like '%7%'"), [](const Row& row) { return row[2].toString().find('7') != std::string::npos; });
}

TEST_P(SelectiveJoinTest, BehindConditionsThatMayFail) {
  check(sql("1000 // (v + 1) > 20"), [](const Row& row) { return 1000 / (number(row, 1) + 1) > 20; });
}

TEST_P(SelectiveJoinTest, OtherTypesKeepTheirRows) {
  EXPECT_EQ(run(plan({}, JoinType::LeftAnti), catalog_).size() + expected([](const Row&) { return true; }).size(),
            std::size_t{kRows});
  EXPECT_EQ(run(plan({}, JoinType::Left), catalog_).size(), std::size_t{kRows});
}

TEST_P(SelectiveJoinTest, HalfOfTheRowsAreLeftWhereTheKeyAloneDecides) {
  Rows even;
  for (std::int64_t key = 0; key < kKeys / 2; key += 2) even.push_back({bigIntValue(key)});
  catalog_.add("even", {{"b", Type::bigInt(), false}}, even);
  Rows found;
  Rows others;
  for (const Row& row : probe_) {
    const std::int64_t key = number(row, 0);
    if (number(row, 1) < 60) (key >= 0 && key < kKeys / 2 && key % 2 == 0 ? found : others).push_back(row);
  }
  EXPECT_EQ(sortedLines(run(plan(sql("v < 60"), JoinType::LeftSemi, "even"), catalog_)), sortedLines(found));
  EXPECT_EQ(sortedLines(run(plan(sql("v < 60"), JoinType::LeftAnti, "even"), catalog_)), sortedLines(others));
}

TEST_P(SelectiveJoinTest, WithNothingToFind) {
  EXPECT_TRUE(run(plan({}, JoinType::Inner, "nothing"), catalog_).empty());
  EXPECT_TRUE(run(plan(sql("v < 50"), JoinType::LeftSemi, "nothing"), catalog_).empty());
}

TEST_P(SelectiveJoinTest, AProjectionThatFailsDoesSoForRowsWithoutAMatch) {
  const PhysicalPlan plan = PlanBuilder::scan("probe")
                                .project({{"k", col("k")}, {"q", sql("100 // v")}})
                                .hashJoin(PlanBuilder::scan("build"), {col("k")}, {col("b")})
                                .build();
  EXPECT_EQ(runExpectingError(plan, catalog_).code(), ErrorCode::DivisionByZero);
}

/// A join behind the first one, on a column of the scan, that few rows survive, too.
class SeveralSelectiveJoinsTest : public SelectiveJoinTest {
 protected:
  SeveralSelectiveJoinsTest() {
    for (const std::int64_t copies : {1, 300}) {
      Rows rows;
      for (const std::int64_t v : kSecondKeys) {
        for (std::int64_t copy = 0; copy < copies; ++copy) rows.push_back({integerValue(v), integerValue(copy)});
      }
      catalog_.add("second" + std::to_string(copies), {{"c", Type::integer(), false}, {"x", Type::integer(), false}},
                   rows);
    }
    Rows repeated;
    for (const std::int64_t key : keys_) {
      for (std::int64_t copy = 0; copy < 3; ++copy) repeated.push_back({integerValue(key), integerValue(key % 10)});
    }
    catalog_.add("repeated", {{"b", Type::integer(), false}, {"w", Type::integer(), false}}, repeated);
  }

  struct Case {
    std::string build = "build";
    JoinType type = JoinType::Inner;
    std::optional<Expr> filter = std::nullopt;
    Filter passes = [](const Row&) { return true; };
    /// That the first build side has for a key; the second one.
    std::int64_t rowsPerMatch = 1;
    std::int64_t copies = 1;
  };

  void checkBoth(const Case& test) {
    HashJoinNode first;
    first.type = test.type;
    first.build = JoinSide::Right;
    first.keys = {{col("k"), col("b")}};
    const PhysicalPlan plan =
        PlanBuilder::scan("probe", {}, test.filter)
            .join(PlanBuilder::scan(test.build), first)
            .project({{"key", col("k")}, {"u", col("v")}, {"s", col("s")}})
            .hashJoin(PlanBuilder::scan("second" + std::to_string(test.copies)), {col("u")}, {col("c")})
            .project({{"k", col("key")}, {"v", col("u")}, {"s", col("s")}})
            .build();
    const Rows found = run(plan, catalog_);
    const Rows afterFirst = expected(test.passes);
    Rows afterBoth;
    for (const Row& row : afterFirst) {
      const bool isMatch = std::ranges::find(kSecondKeys, number(row, 1)) != kSecondKeys.end();
      if (isMatch) afterBoth.insert(afterBoth.end(), static_cast<std::size_t>(test.rowsPerMatch * test.copies), row);
    }
    EXPECT_EQ(sortedLines(found), sortedLines(afterBoth));
    EXPECT_EQ(produced("input.left.input"), afterFirst.size() * static_cast<std::size_t>(test.rowsPerMatch));
    EXPECT_EQ(produced("input.left.input.left"), passing(test.passes));
  }

  std::uint64_t produced(const std::string& path) {
    for (const OperatorStatistics& each : statistics().operators) {
      if (each.path.ends_with(path)) return each.rowsProduced;
    }
    ADD_FAILURE() << "no operator at " << path;
    return 0;
  }

  static constexpr std::array<std::int64_t, 4> kSecondKeys = {0, 17, 43, 99};
};

TEST_P(SeveralSelectiveJoinsTest, WithoutAFilter) {
  checkBoth({});
  checkBoth({.type = JoinType::LeftSemi});
}

TEST_P(SeveralSelectiveJoinsTest, BehindConditions) {
  for (const JoinType type : {JoinType::Inner, JoinType::LeftSemi}) {
    checkBoth({.type = type, .filter = sql("k > 100"), .passes = [](const Row& row) { return number(row, 0) > 100; }});
    checkBoth({.type = type, .filter = sql("v < 20"), .passes = [](const Row& row) { return number(row, 1) < 20; }});
    checkBoth({.type = type, .filter = sql("s like '%7%'"), .passes = [](const Row& row) {
                 return row[2].toString().find('7') != std::string::npos;
               }});
  }
}

TEST_P(SeveralSelectiveJoinsTest, WhereBlocksEndEarlyNoRowIsCountedTwice) { checkBoth({.copies = 300}); }

TEST_P(SeveralSelectiveJoinsTest, WhereTheFirstMultipliesRows) { checkBoth({.build = "repeated", .rowsPerMatch = 3}); }

TEST_P(SeveralSelectiveJoinsTest, WhatTheFirstMakesOfARowMayBeTheKeyOfTheSecond) {
  const PhysicalPlan plan = PlanBuilder::scan("probe")
                                .hashJoin(PlanBuilder::scan("build"), {col("k")}, {col("b")})
                                .hashJoin(PlanBuilder::scan("second1"), {col("w")}, {col("c")})
                                .project({{"k", col("k")}, {"v", col("v")}, {"s", col("s")}})
                                .build();
  Rows rows;
  for (const Row& row : expected([](const Row&) { return true; })) {
    if (number(row, 0) % 10 == 0) rows.push_back(row);
  }
  EXPECT_EQ(sortedLines(run(plan, catalog_)), sortedLines(rows));
}

TEST_P(SeveralSelectiveJoinsTest, AConditionOfTheFirstFailsForRowsThatTheSecondWouldDrop) {
  // All rows with v = 1 fail, and none of them has a match in the second.
  HashJoinNode first;
  first.build = JoinSide::Right;
  first.keys = {{col("k"), col("b")}};
  first.condition = sql("100 // (v - 1) < 1000");
  const PhysicalPlan plan = PlanBuilder::scan("probe")
                                .join(PlanBuilder::scan("build"), first)
                                .hashJoin(PlanBuilder::scan("second1"), {col("v")}, {col("c")})
                                .build();
  EXPECT_EQ(runExpectingError(plan, catalog_).code(), ErrorCode::DivisionByZero);
}

/// So few keys so far apart that a coarse bitmap is asked before the one of all numbers.
class SparseJoinTest : public SelectiveJoinTest {
 protected:
  SparseJoinTest() : SelectiveJoinTest(50) {}
};

TEST_P(SparseJoinTest, WithoutAFilter) {
  check({}, [](const Row&) { return true; });
}

TEST_P(SparseJoinTest, BehindConditionsThatManyRowsMeet) {
  check(sql("v < 60 and k > 5000"), [](const Row& row) { return number(row, 1) < 60 && number(row, 0) > 5000; });
}

TEST_P(SparseJoinTest, BehindConditionsThatFewRowsMeet) {
  check(sql("v < 10"), [](const Row& row) { return number(row, 1) < 10; });
  check(sql("v < 60 and s like '%7%'"),
        [](const Row& row) { return number(row, 1) < 60 && row[2].toString().find('7') != std::string::npos; });
}

TEST_P(SparseJoinTest, BehindAProjection) {
  const PhysicalPlan plan = PlanBuilder::scan("probe")
                                .project({{"key", sql("k")}, {"v", col("v")}, {"s", col("s")}})
                                .hashJoin(PlanBuilder::scan("build"), {col("key")}, {col("b")})
                                .project({{"k", col("key")}, {"v", col("v")}, {"s", col("s")}})
                                .build();
  EXPECT_EQ(sortedLines(run(plan, catalog_)), sortedLines(expected([](const Row&) { return true; })));
}

INSTANTIATE_TEST_SUITE_P(Engines, SeveralSelectiveJoinsTest, ::testing::ValuesIn(allVariants()), variantName);
INSTANTIATE_TEST_SUITE_P(Engines, SparseJoinTest, ::testing::ValuesIn(allVariants()), variantName);
INSTANTIATE_TEST_SUITE_P(Engines, SelectiveJoinTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
