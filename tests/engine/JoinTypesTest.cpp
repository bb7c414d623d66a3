#include <algorithm>
#include <set>

#include "tests/engine/support/JoinOracle.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

const std::vector<Field> kLeftFields = {{"l_id", Type::integer(), true},
                                        {"l_name", Type::varchar(), true},
                                        {"l_v", Type::integer(), true},
                                        {"l_n", Type::integer(), false}};
const std::vector<Field> kRightFields = {{"r_id", Type::bigInt(), true},
                                         {"r_name", Type::varchar(), true},
                                         {"r_v", Type::integer(), true},
                                         {"r_n", Type::integer(), false}};

/// A join predicate: as a plan states it, and what it means.
struct Shape {
  std::string name;
  std::vector<JoinKey> keys;
  std::optional<Expr> condition;
  PairCondition meaning;
};

JoinKey key(const char* left, const char* right, bool nullSafe = false) { return {sql(left), sql(right), nullSafe}; }

/// x % 5, NULL of NULL.
Value modulo5(const Value& value) { return value.isNull() ? value : bigIntValue(std::int64_t(value.asInt128() % 5)); }

std::vector<Shape> hashShapes() {
  return {
      {"number", {key("l_id", "r_id")}, {}, [](auto& l, auto& r) { return equalValues(l[0], r[0]); }},
      {"text", {key("l_name", "r_name")}, {}, [](auto& l, auto& r) { return equalValues(l[1], r[1]); }},
      {"two keys",
       {key("l_id", "r_id"), key("l_name", "r_name")},
       {},
       [](auto& l, auto& r) { return both(equalValues(l[0], r[0]), equalValues(l[1], r[1])); }},
      {"expressions",
       {key("l_id % 5", "r_v % 5"), key("l_name || 'x'", "r_name || 'x'")},
       {},
       [](auto& l, auto& r) { return both(equalValues(modulo5(l[0]), modulo5(r[2])), equalValues(l[1], r[1])); }},
      {"null-safe", {key("l_id", "r_id", true)}, {}, [](auto& l, auto& r) { return notDistinct(l[0], r[0]); }},
      {"null-safe text and number",
       {key("l_name", "r_name", true), key("l_v", "r_v")},
       {},
       [](auto& l, auto& r) { return both(notDistinct(l[1], r[1]), equalValues(l[2], r[2])); }},
      {"null-safe with a key that cannot be NULL",
       {key("l_n % 9", "r_v", true)},
       {},
       [](auto& l, auto& r) { return notDistinct(integerValue(std::int64_t(l[3].asInt128() % 9)), r[2]); }},
      {"condition",
       {key("l_id", "r_id")},
       sql("l_v < r_v"),
       [](auto& l, auto& r) { return both(equalValues(l[0], r[0]), lessValues(l[2], r[2])); }},
      {"condition that no pair meets",
       {key("l_id", "r_id")},
       sql("l_n < 0 and r_n < 0"),
       [](auto& l, auto& r) { return both(equalValues(l[0], r[0]), false); }},
      {"condition on one side",
       {key("l_id", "r_id")},
       sql("l_v > 0"),
       [](auto& l, auto& r) { return both(equalValues(l[0], r[0]), lessValues(integerValue(0), l[2])); }},
      {"null-safe with condition",
       {key("l_id", "r_id", true)},
       sql("l_v < r_v and r_n <> 3"),
       [](auto& l, auto& r) {
         return both(notDistinct(l[0], r[0]), both(lessValues(l[2], r[2]), r[3].asInt128() != 3));
       }},
      {"unique numbers close together",
       {key("l_n", "r_n")},
       {},
       [](auto& l, auto& r) { return Truth(l[3].asInt128() == r[3].asInt128()); }},
      {"unique numbers close together with condition",
       {key("l_n", "r_n")},
       sql("l_v < r_v"),
       [](auto& l, auto& r) { return both(l[3].asInt128() == r[3].asInt128(), lessValues(l[2], r[2])); }},
      {"numbers far apart",
       {key("l_n * 1000003", "r_n * 1000003")},
       {},
       [](auto& l, auto& r) { return Truth(l[3].asInt128() == r[3].asInt128()); }},
      {"two numbers, the first repeated often",
       {key("l_n % 2", "r_n % 2"), key("l_n", "r_n")},
       {},
       [](auto& l, auto& r) { return Truth(l[3].asInt128() == r[3].asInt128()); }},
      {"two numbers, the first repeated",
       {key("l_n % 35", "r_n % 35"), key("l_n % 3", "r_n % 3")},
       {},
       [](auto& l, auto& r) {
         const Int128 left = l[3].asInt128();
         const Int128 right = r[3].asInt128();
         return Truth(left % 35 == right % 35 && left % 3 == right % 3);
       }},
      {"all match", {key("l_n * 0", "r_n * 0")}, {}, [](auto&, auto&) { return Truth(true); }},
      {"none match", {key("l_n", "r_n + 100000")}, {}, [](auto&, auto&) { return Truth(false); }},
  };
}

std::vector<Shape> loopShapes() {
  return {
      {"every pair", {}, {}, [](auto&, auto&) { return Truth(true); }},
      {"less", {}, sql("l_v < r_v"), [](auto& l, auto& r) { return lessValues(l[2], r[2]); }},
      {"less and text",
       {},
       sql("l_v < r_v and l_name <> r_name"),
       [](auto& l, auto& r) {
         const Truth equal = equalValues(l[1], r[1]);
         return both(lessValues(l[2], r[2]), equal ? Truth(!*equal) : equal);
       }},
      {"no pair", {}, sql("l_n + r_n < 0"), [](auto&, auto&) { return Truth(false); }},
      {"numbers",
       {},
       sql("l_n % 10 = r_n"),
       [](auto& l, auto& r) { return Truth(l[3].asInt128() % 10 == r[3].asInt128()); }},
  };
}

class JoinTypesTest : public QueryTest {
 protected:
  JoinTypesTest() {
    RandomRows random(31);
    seed_ = random.seedText();
    left_ = random.rows(kLeftFields, 230);
    right_ = random.rows(kRightFields, 140);
    for (std::size_t row = 0; row < left_.size(); ++row) left_[row][3] = integerValue(std::int64_t(row));
    for (std::size_t row = 0; row < right_.size(); ++row) right_[row][3] = integerValue(std::int64_t(row));
    addTables(left_, right_);
  }

  void addTables(const Rows& left, const Rows& right) {
    left_ = left;
    right_ = right;
    catalog_.add("l", kLeftFields, left_, 100);
    catalog_.add("r", kRightFields, right_, 100);
  }

  static PlanBuilder plan(const Shape& shape, JoinType type, std::optional<JoinSide> build,
                          std::vector<std::string> output = {}) {
    const auto fill = [&](JoinContent& content) {
      content.type = type;
      content.condition = shape.condition;
      content.build = build;
      content.output = std::move(output);
    };
    const PlanBuilder left = PlanBuilder::scan("l");
    if (shape.keys.empty()) {
      NestedLoopJoinNode join;
      fill(join);
      return left.join(PlanBuilder::scan("r"), join);
    }
    HashJoinNode join;
    fill(join);
    join.keys = shape.keys;
    return left.join(PlanBuilder::scan("r"), join);
  }

  /// A left row has two matches.
  bool hasSecondMatch(const PairCondition& matches) const {
    return std::ranges::any_of(left_, [&](const Row& l) {
      return std::ranges::count_if(right_, [&](const Row& r) { return matches(l, r) == Truth(true); }) > 1;
    });
  }

  void check(const Shape& shape) {
    for (const JoinType type : allJoinTypes()) {
      for (const JoinSide build : buildSides(type)) {
        SCOPED_TRACE(shape.name + ", " + std::string(name(type)) +
                     (build == JoinSide::Left ? ", builds left, " : ", builds right, ") + seed_);
        const PlanBuilder join = plan(shape, type, build);
        if (type == JoinType::Single && hasSecondMatch(shape.meaning)) {
          EXPECT_EQ(name(runExpectingError(join.build(), catalog_).code()), "CardinalityViolation");
          continue;
        }
        const Rows expected = joinRows(type, left_, 4, right_, 4, shape.meaning);
        const Rows found = run(join.build(), catalog_);
        EXPECT_EQ(sortedLines(found), sortedLines(expected));
        EXPECT_EQ(statistics().operators[0].rowsProduced, expected.size());
        // Keys that may be NULL make a loop of some mark joins.
        if (type != JoinType::Mark) {
          EXPECT_EQ(statistics().operators[0].innerScans.has_value(), shape.keys.empty());
        }
        if (shape.keys.empty()) {
          EXPECT_EQ(statistics().operators[0].innerScans, build == JoinSide::Left ? right_.size() : left_.size());
        }
      }
    }
  }

  TestCatalog catalog_;
  Rows left_;
  Rows right_;
  std::string seed_;
};

TEST_P(JoinTypesTest, HashJoins) {
  for (const Shape& shape : hashShapes()) check(shape);
}

TEST_P(JoinTypesTest, NestedLoopJoins) {
  for (const Shape& shape : loopShapes()) check(shape);
}

TEST_P(JoinTypesTest, EmptySides) {
  const Rows left = left_;
  const Rows right = right_;
  for (const auto& [l, r] : {std::pair{left, Rows{}}, std::pair{Rows{}, right}, std::pair{Rows{}, Rows{}}}) {
    addTables(l, r);
    SCOPED_TRACE(std::to_string(l.size()) + " with " + std::to_string(r.size()));
    for (const Shape& shape : hashShapes()) {
      if (shape.name == "number" || shape.name == "null-safe" || shape.name == "condition") check(shape);
    }
    for (const Shape& shape : loopShapes()) {
      if (shape.name == "every pair" || shape.name == "less") check(shape);
    }
  }
}

TEST_P(JoinTypesTest, OneSideHoldsNothingButNullKeys) {
  Rows left = left_;
  Rows right = right_;
  for (Row& row : right) row[0] = Value::null(Type::bigInt());
  addTables(left, right);
  check(hashShapes()[0]);
  check(hashShapes()[4]);
  right.resize(1);
  addTables(left, right);
  check(hashShapes()[0]);
  check(hashShapes()[4]);
}

TEST_P(JoinTypesTest, SingleJoinsOfUniqueKeys) {
  // Every right row once per key, so that no left row has two matches.
  std::set<std::string> seen;
  Rows unique;
  for (const Row& row : right_) {
    if (seen.insert(row[0].toString()).second) unique.push_back(row);
  }
  addTables(left_, unique);
  for (const Shape& shape : hashShapes()) {
    if (shape.keys[0].left.toSql() != "l_id") continue;
    ASSERT_FALSE(hasSecondMatch(shape.meaning)) << shape.name;
    check(shape);
  }
  addTables(left_, Rows(unique.begin(), unique.begin() + 1));
  for (const Shape& shape : loopShapes()) check(shape);
}

TEST_P(JoinTypesTest, OutputListsPickColumnsOfEitherSide) {
  const Shape shape = hashShapes()[7];
  for (const JoinType type : {JoinType::Left, JoinType::Right, JoinType::Full}) {
    for (const JoinSide build : buildSides(type)) {
      SCOPED_TRACE(std::string(name(type)));
      Rows expected;
      for (const Row& row : joinRows(type, left_, 4, right_, 4, shape.meaning)) {
        expected.push_back({row[5], row[3], row[7]});
      }
      EXPECT_EQ(sortedLines(run(plan(shape, type, build, {"r_name", "l_n", "r_n"}).build(), catalog_)),
                sortedLines(expected));
    }
  }
  Rows marks;
  for (const Row& row : joinRows(JoinType::Mark, left_, 4, right_, 4, shape.meaning)) marks.push_back({row[4], row[0]});
  EXPECT_EQ(sortedLines(run(plan(shape, JoinType::Mark, {}, {"mark", "l_id"}).build(), catalog_)), sortedLines(marks));
}

TEST_P(JoinTypesTest, TheSideIsChosenWhenThePlanDoesNotSay) {
  for (const JoinType type : {JoinType::Left, JoinType::Full, JoinType::RightAnti}) {
    const Shape shape = hashShapes()[0];
    EXPECT_EQ(sortedLines(run(plan(shape, type, {}).build(), catalog_)),
              sortedLines(joinRows(type, left_, 4, right_, 4, shape.meaning)));
  }
}

TEST_P(JoinTypesTest, CrossJoins) {
  const Rows expected = joinRows(JoinType::Inner, left_, 4, right_, 4, [](auto&, auto&) { return Truth(true); });
  for (const JoinSide build : {JoinSide::Left, JoinSide::Right}) {
    const PlanBuilder cross = PlanBuilder::scan("l").crossJoin(PlanBuilder::scan("r"), {build, {}});
    EXPECT_EQ(sortedLines(run(cross.build(), catalog_)), sortedLines(expected));
    EXPECT_EQ(statistics().operators[0].innerScans, build == JoinSide::Left ? right_.size() : left_.size());
  }
  const PlanBuilder three = PlanBuilder::scan("l", {"l_n"}, sql("l_n < 20"))
                                .crossJoin(PlanBuilder::scan("r", {"r_n"}, sql("r_n < 30")), {JoinSide::Right, {}})
                                .crossJoin(PlanBuilder::scan("r", {"r_v"}), {JoinSide::Right, {}})
                                .aggregate({}, {{"n", "count", {}}, {"s", "sum", sql("l_n * r_n")}});
  const Rows rows = run(three.build(), catalog_);
  EXPECT_EQ(lines(rows),
            std::vector<std::string>{std::to_string(20 * 30 * 140) + "|" + std::to_string(190LL * 435 * 140) + "|"});
  EXPECT_EQ(statistics().operators[2].innerScans, 20U);
  EXPECT_EQ(statistics().operators[1].innerScans, 600U);
}

INSTANTIATE_TEST_SUITE_P(Engines, JoinTypesTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
