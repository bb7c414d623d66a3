#include <algorithm>

#include "tests/engine/support/JoinOracle.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// Joins above and below other operators, and where their errors surface.
class JoinPipelinesTest : public QueryTest {
 protected:
  JoinPipelinesTest() {
    RandomRows random(8);
    for (auto* rows : {&a_, &b_, &c_}) {
      for (int row = 0; row < 260; ++row) {
        rows->push_back({random.chance(10) ? Value::null(Type::integer()) : integerValue(random.integer(0, 300)),
                         integerValue(row),
                         textValue(random.chance(50) ? "short" : "a text that is stored out of line")});
      }
    }
    const auto fields = [](const std::string& prefix) {
      return std::vector<Field>{{prefix + "k", Type::integer(), true},
                                {prefix + "n", Type::integer(), false},
                                {prefix + "t", Type::varchar(), false}};
    };
    catalog_.add("a", fields("a"), a_, 100);
    catalog_.add("b", fields("b"), b_, 100);
    catalog_.add("c", fields("c"), c_, 100);
    Rows few;
    for (int row = 0; row < 10; ++row) few.push_back({integerValue(7), integerValue(row)});
    catalog_.add("few", {{"fk", Type::integer(), false}, {"fn", Type::integer(), false}}, few);
  }

  static HashJoinNode hashJoin(JoinType type, const char* left, const char* right, JoinSide build = JoinSide::Right,
                               std::optional<Expr> condition = {}) {
    HashJoinNode join;
    join.type = type;
    join.build = build;
    join.keys = {{sql(left), sql(right)}};
    join.condition = std::move(condition);
    return join;
  }

  /// (a FULL JOIN b) FULL JOIN c, all on the first column of a or of b.
  static PlanBuilder fullJoins(JoinSide first, JoinSide second) {
    return PlanBuilder::scan("a")
        .join(PlanBuilder::scan("b"), hashJoin(JoinType::Full, "ak", "bk", first))
        .join(PlanBuilder::scan("c"), hashJoin(JoinType::Full, "bk", "ck", second));
  }
  Rows fullJoinRows() const {
    const auto ofFirst = [](const Row& l, const Row& r) { return equalValues(l[0], r[0]); };
    const auto ofSecond = [](const Row& l, const Row& r) { return equalValues(l[3], r[0]); };
    return joinRows(JoinType::Full, joinRows(JoinType::Full, a_, 3, b_, 3, ofFirst), 6, c_, 3, ofSecond);
  }

  template <typename Check>
  void forAllSides(const Check& check) {
    for (const JoinSide first : {JoinSide::Left, JoinSide::Right}) {
      for (const JoinSide second : {JoinSide::Left, JoinSide::Right}) check(first, second);
    }
  }

  TestCatalog catalog_;
  Rows a_;
  Rows b_;
  Rows c_;
};

TEST_P(JoinPipelinesTest, FullJoinsOfFullJoins) {
  forAllSides([&](JoinSide first, JoinSide second) {
    EXPECT_EQ(sortedLines(run(fullJoins(first, second).build(), catalog_)), sortedLines(fullJoinRows()));
  });
}

TEST_P(JoinPipelinesTest, FullJoinsUnderOtherOperators) {
  const Rows expected = fullJoinRows();
  Int128 sum = 0;
  std::size_t withC = 0;
  std::vector<std::string> numbers;
  for (const Row& row : expected) {
    if (row[7].isNull()) continue;
    ++withC;
    sum += row[7].asInt128();
    numbers.push_back(row[7].toString());
  }
  std::ranges::sort(numbers, [](const std::string& x, const std::string& y) { return std::stoi(x) < std::stoi(y); });
  forAllSides([&](JoinSide first, JoinSide second) {
    const PlanBuilder join = fullJoins(first, second);
    const Rows totals = run(
        join.aggregate({}, {{"n", "count", {}}, {"c", "count", col("cn")}, {"s", "sum", col("cn")}}).build(), catalog_);
    EXPECT_EQ(lines(totals), std::vector<std::string>{std::to_string(expected.size()) + "|" + std::to_string(withC) +
                                                      "|" + std::to_string(static_cast<long>(sum)) + "|"});
    const PlanBuilder withCs = join.filter(sql("cn is not null")).project({{"cn", col("cn")}});
    std::vector<std::string> sorted = lines(run(withCs.sort({ascending("cn")}).build(), catalog_));
    for (std::string& line : sorted) line.pop_back();
    EXPECT_EQ(sorted, numbers);
    std::vector<std::string> top = lines(run(withCs.topN({descending("cn")}, 5).build(), catalog_));
    for (std::string& line : top) line.pop_back();
    EXPECT_EQ(top, std::vector<std::string>(numbers.rbegin(), numbers.rbegin() + 5));
    EXPECT_EQ(run(join.limit(expected.size() - 3).build(), catalog_).size(), expected.size() - 3);
    EXPECT_EQ(run(join.limit(10, expected.size() - 4).build(), catalog_).size(), 4U);
    EXPECT_EQ(run(join.limit(7).build(), catalog_).size(), 7U);
  });
}

TEST_P(JoinPipelinesTest, AJoinWithTwoPipelinesIsBuilt) {
  const auto ofFirst = [](const Row& l, const Row& r) { return equalValues(l[0], r[0]); };
  const Rows inner = joinRows(JoinType::Right, a_, 3, b_, 3, ofFirst);
  const PlanBuilder built = PlanBuilder::scan("a").join(PlanBuilder::scan("b"), hashJoin(JoinType::Right, "ak", "bk"));
  for (const JoinType type : {JoinType::LeftSemi, JoinType::LeftAnti, JoinType::RightSemi, JoinType::Left}) {
    SCOPED_TRACE(std::string(name(type)));
    const Rows expected =
        joinRows(type, c_, 3, inner, 6, [](const Row& l, const Row& r) { return equalValues(l[0], r[3]); });
    EXPECT_EQ(sortedLines(run(PlanBuilder::scan("c").join(built, hashJoin(type, "ck", "bk")).build(), catalog_)),
              sortedLines(expected));
  }
}

TEST_P(JoinPipelinesTest, ProbesKeepTheOrderOfTheirInput) {
  for (const JoinType type :
       {JoinType::Inner, JoinType::Left, JoinType::LeftSemi, JoinType::LeftAnti, JoinType::Mark}) {
    SCOPED_TRACE(std::string(name(type)));
    const PlanBuilder plan =
        PlanBuilder::scan("a").sort({descending("an")}).join(PlanBuilder::scan("b"), hashJoin(type, "ak", "bk"));
    const Rows rows = run(plan.build(), catalog_);
    ASSERT_GT(rows.size(), 50U);
    EXPECT_TRUE(
        std::ranges::is_sorted(rows, [](const Row& x, const Row& y) { return x[1].asInt128() > y[1].asInt128(); }));
  }
}

TEST_P(JoinPipelinesTest, OuterJoinsThatAConditionLeavesWithoutMatch) {
  const PlanBuilder plan = PlanBuilder::scan("a").join(
      PlanBuilder::scan("b"), hashJoin(JoinType::Left, "an", "bn", JoinSide::Right, sql("an + bn < 0")));
  const Rows rows = run(plan.build(), catalog_);
  ASSERT_EQ(rows.size(), a_.size());
  for (const Row& row : rows) EXPECT_TRUE(row[3].isNull() && row[4].isNull() && row[5].isNull());
}

TEST_P(JoinPipelinesTest, CandidatesBehindTheFirstMatchDoNotFail) {
  // Of the ten candidates, in the order of the chain: 9, 8, ..., 0.
  const PlanBuilder few = PlanBuilder::scan("few");
  const PlanBuilder a = PlanBuilder::scan("a");
  for (const JoinType type : {JoinType::LeftSemi, JoinType::LeftAnti, JoinType::Mark}) {
    SCOPED_TRACE(std::string(name(type)));
    const auto count = [&](const Expr& condition) {
      return run(a.join(few, hashJoin(type, "an * 0 + 7", "fk", JoinSide::Right, condition)).build(), catalog_).size();
    };
    const std::size_t rows = type == JoinType::LeftAnti ? 0 : a_.size();
    EXPECT_EQ(count(sql("100 / fn > 0")), rows);
    EXPECT_EQ(count(sql("100 / (fn - 3) > 0 and fn = 4")), rows);
    NestedLoopJoinNode loop;
    loop.type = type;
    loop.condition = sql("100 / fn + an > 0");
    EXPECT_EQ(run(a.join(few, loop).build(), catalog_).size(), rows);
    const ExecutionError error = runExpectingError(
        a.join(few, hashJoin(type, "an * 0 + 7", "fk", JoinSide::Right, sql("100 / fn < 0"))).build(), catalog_);
    EXPECT_EQ(name(error.code()), "DivisionByZero");
    EXPECT_NE(std::string(error.what()).find("HashJoin#0"), std::string::npos) << error.what();
  }
  EXPECT_EQ(name(runExpectingError(a.join(few, hashJoin(JoinType::RightSemi, "an * 0 + 7", "fk", JoinSide::Right,
                                                        sql("100 / fn > 0")))
                                       .build(),
                                   catalog_)
                     .code()),
            "DivisionByZero");
}

TEST_P(JoinPipelinesTest, TheFirstFailingRowIsReported) {
  // With several workers either may be met first.
  if (GetParam().workers > 1) return;
  const auto errorOf = [&](JoinType type, int badCondition, int badAbove) {
    const std::string never = type == JoinType::LeftSemi || type == JoinType::Inner ? " >= 0" : " < 0";
    const PlanBuilder plan = PlanBuilder::scan("a")
                                 .join(PlanBuilder::scan("few"),
                                       hashJoin(type, "an * 0 + 7", "fk", JoinSide::Right,
                                                sql("abs(an / (an - " + std::to_string(badCondition) + "))" + never)))
                                 .project({{"v", sql("cast(case when an = " + std::to_string(badAbove) +
                                                     " then 'none' else '1' end as integer)")}});
    return std::string(name(runExpectingError(plan.build(), catalog_).code()));
  };
  for (const JoinType type :
       {JoinType::Inner, JoinType::Left, JoinType::LeftSemi, JoinType::LeftAnti, JoinType::Mark}) {
    SCOPED_TRACE(std::string(name(type)));
    EXPECT_EQ(errorOf(type, 150, 120), "InvalidCast");
    EXPECT_EQ(errorOf(type, 120, 150), "DivisionByZero");
    EXPECT_EQ(errorOf(type, 120, 120), "DivisionByZero");
    EXPECT_EQ(errorOf(type, 0, 1), "DivisionByZero");
    EXPECT_EQ(errorOf(type, 1, 0), "InvalidCast");
  }
}

TEST_P(JoinPipelinesTest, EveryKeyOfARowIsEvaluated) {
  HashJoinNode join = hashJoin(JoinType::Inner, "ak", "bk");
  join.keys.push_back({sql("100 / (an - 50)"), sql("bn")});
  Rows rows = a_;
  rows[50][0] = Value::null(Type::integer());
  catalog_.add("a", {{"ak", Type::integer(), true}, {"an", Type::integer(), false}, {"at", Type::varchar(), false}},
               rows);
  for (const JoinSide build : {JoinSide::Left, JoinSide::Right}) {
    join.build = build;
    EXPECT_EQ(
        name(runExpectingError(PlanBuilder::scan("a").join(PlanBuilder::scan("b"), join).build(), catalog_).code()),
        "DivisionByZero");
  }
}

TEST_P(JoinPipelinesTest, ASecondMatchOfASingleJoinIsAnError) {
  const PlanBuilder few = PlanBuilder::scan("few");
  const PlanBuilder plan = PlanBuilder::scan("a").join(
      few, hashJoin(JoinType::Single, "an * 0 + 7", "fk", JoinSide::Right, sql("fn < 2 or an = 200")));
  const ExecutionError error = runExpectingError(plan.build(), catalog_);
  EXPECT_EQ(name(error.code()), "CardinalityViolation");
  EXPECT_EQ(error.place(), "HashJoin#0");
  EXPECT_NE(std::string(error.what()).find("more than one row in a scalar subquery"), std::string::npos)
      << error.what();
  EXPECT_NE(std::string(error.what()).find("fk"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find("an = 200"), std::string::npos) << error.what();
  EXPECT_FALSE(error.isCallerError());

  const PlanBuilder good =
      PlanBuilder::scan("a").join(few, hashJoin(JoinType::Single, "an * 0 + 7", "fk", JoinSide::Right, sql("fn = an")));
  const Rows rows = run(good.build(), catalog_);
  ASSERT_EQ(rows.size(), a_.size());
  for (const Row& row : rows) {
    EXPECT_EQ(row[4].toString(), row[1].asInt128() < 10 ? row[1].toString() : Value::null(Type::integer()).toString());
  }

  NestedLoopJoinNode loop;
  loop.type = JoinType::Single;
  EXPECT_EQ(name(runExpectingError(PlanBuilder::scan("a").join(few, loop).build(), catalog_).code()),
            "CardinalityViolation");
  EXPECT_EQ(
      run(PlanBuilder::scan("a").join(few.aggregate({}, {{"m", "max", col("fn")}}), loop).build(), catalog_).size(),
      a_.size());
}

INSTANTIATE_TEST_SUITE_P(Engines, JoinPipelinesTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
