#include <functional>

#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// The join of every probe row with every build row for which `matches` is true: the probe side's columns, then the
/// build side's.
Rows nestedLoop(const Rows& probe, const Rows& build, const std::function<bool(const Row&, const Row&)>& matches) {
  Rows joined;
  for (const Row& left : probe) {
    for (const Row& right : build) {
      if (!matches(left, right)) continue;
      joined.push_back(left);
      joined.back().insert(joined.back().end(), right.begin(), right.end());
    }
  }
  return joined;
}

bool equalKeys(const Value& left, const Value& right) {
  return !left.isNull() && !right.isNull() && left.toString() == right.toString();
}

/// Keeps these columns of every row.
Rows pick(const Rows& rows, const std::vector<std::size_t>& columns) {
  Rows picked;
  for (const Row& row : rows) {
    Row& values = picked.emplace_back();
    for (const std::size_t column : columns) values.push_back(row[column]);
  }
  return picked;
}

const std::vector<Field> kProbeFields = {{"p_id", Type::integer(), true},
                                         {"p_big", Type::bigInt(), true},
                                         {"p_price", Type::decimal(15, 2), true},
                                         {"p_name", Type::varchar(), true},
                                         {"p_day", Type::date(), true}};
const std::vector<Field> kBuildFields = {
    {"b_id", Type::integer(), true},   {"b_small", Type::smallInt(), true}, {"b_price", Type::decimal(10, 1), true},
    {"b_name", Type::varchar(), true}, {"b_day", Type::date(), true},       {"b_wide", Type::decimal(30, 3), true}};

/// Two tables of random rows in which keys repeat on both sides, and many are NULL.
class HashJoinTest : public QueryTest {
 protected:
  HashJoinTest() {
    RandomRows random(17);
    probe_ = random.rows(kProbeFields, 700);
    build_ = random.rows(kBuildFields, 300);
    catalog_.add("probe", kProbeFields, probe_);
    catalog_.add("build", kBuildFields, build_);
    catalog_.add("empty", kBuildFields, {});
  }

  PlanBuilder probe() const { return PlanBuilder::scan("probe"); }
  PlanBuilder build() const { return PlanBuilder::scan("build"); }

  TestCatalog catalog_;
  Rows probe_;
  Rows build_;
};

TEST_P(HashJoinTest, DuplicatesOnBothSidesMultiply) {
  const Rows expected = nestedLoop(probe_, build_, [](const Row& p, const Row& b) { return equalKeys(p[0], b[0]); });
  ASSERT_GT(expected.size(), 1000U);
  const Rows rows = run(probe().hashJoin(build(), {col("p_id")}, {col("b_id")}).build(), catalog_);
  EXPECT_EQ(sortedLines(rows), sortedLines(expected));
  EXPECT_EQ(statistics().operators[0].rowsProduced, expected.size());
  EXPECT_EQ(statistics().rows, expected.size());
}

TEST_P(HashJoinTest, NullKeysMatchNothing) {
  const PlanBuilder nullProbe = probe().filter(sql("p_id is null"));
  const PlanBuilder nullBuild = build().filter(sql("b_id is null"));
  EXPECT_TRUE(run(nullProbe.hashJoin(nullBuild, {col("p_id")}, {col("b_id")}).build(), catalog_).empty());
  EXPECT_TRUE(run(nullProbe.hashJoin(build(), {col("p_id")}, {col("b_id")}).build(), catalog_).empty());
}

TEST_P(HashJoinTest, StringKeys) {
  const Rows expected = nestedLoop(probe_, build_, [](const Row& p, const Row& b) { return equalKeys(p[3], b[3]); });
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(sortedLines(run(probe().hashJoin(build(), {col("p_name")}, {col("b_name")}).build(), catalog_)),
            sortedLines(expected));
}

TEST_P(HashJoinTest, SeveralKeysOfDifferentTypes) {
  // bigint with smallint, decimal(15,2) with decimal(10,1): compared as numbers.
  const Rows expected = nestedLoop(probe_, build_, [](const Row& p, const Row& b) {
    if (p[1].isNull() || b[1].isNull() || p[2].isNull() || b[2].isNull()) return false;
    return p[1].asInt128() == b[1].asInt128() && p[2].asInt128() == b[2].asInt128() * 10;
  });
  ASSERT_FALSE(expected.empty());
  const PlanBuilder plan = probe().hashJoin(build(), {col("p_big"), col("p_price")}, {col("b_small"), col("b_price")});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(expected));

  const Rows mixed = nestedLoop(
      probe_, build_, [](const Row& p, const Row& b) { return equalKeys(p[4], b[4]) && equalKeys(p[3], b[3]); });
  ASSERT_FALSE(mixed.empty());
  const PlanBuilder mixedPlan = probe().hashJoin(build(), {col("p_day"), col("p_name")}, {col("b_day"), col("b_name")});
  EXPECT_EQ(sortedLines(run(mixedPlan.build(), catalog_)), sortedLines(mixed));
}

TEST_P(HashJoinTest, FurtherKeysChooseAmongCandidates) {
  // Of the rows with the same first key none, one or several have the same second one; some twice.
  const std::vector<Field> fields = {{"k", Type::integer(), false},
                                     {"s", Type::smallInt(), false},
                                     {"name", Type::varchar(), false},
                                     {"v", Type::integer(), false}};
  RandomRows random(18);
  const auto rowsOf = [&](int rows) {
    Rows made;
    for (int row = 0; row < rows; ++row) {
      const std::int64_t second = random.integer(0, 5);
      made.push_back({integerValue(random.integer(0, 199)), Value::integer(Type::smallInt(), second),
                      textValue("name " + std::to_string(random.integer(0, 1))), integerValue(random.integer(0, 9))});
    }
    return made;
  };
  const Rows probe = rowsOf(600);
  const Rows build = rowsOf(700);
  catalog_.add("l", fields, probe);
  catalog_.add("r", fields, build);
  const PlanBuilder right =
      PlanBuilder::scan("r").project({{"rk", col("k")}, {"rs", col("s")}, {"rname", col("name")}, {"rv", col("v")}});
  const auto matches = [&](bool byName) {
    return [byName](const Row& l, const Row& r) {
      return equalKeys(l[0], r[0]) && equalKeys(l[1], r[1]) && (!byName || equalKeys(l[2], r[2]));
    };
  };
  const Rows expected = nestedLoop(probe, build, matches(false));
  ASSERT_GT(expected.size(), 300U);
  const PlanBuilder left = PlanBuilder::scan("l");
  EXPECT_EQ(sortedLines(run(left.hashJoin(right, {col("k"), col("s")}, {col("rk"), col("rs")}).build(), catalog_)),
            sortedLines(expected));
  EXPECT_EQ(sortedLines(run(
                left.hashJoin(right, {col("k"), col("s"), col("name")}, {col("rk"), col("rs"), col("rname")}).build(),
                catalog_)),
            sortedLines(nestedLoop(probe, build, matches(true))));
  // Not every match of a row satisfies the condition.
  const Rows satisfied = nestedLoop(probe, build, [&](const Row& l, const Row& r) {
    return matches(false)(l, r) && l[3].asInt128() < r[3].asInt128();
  });
  EXPECT_EQ(sortedLines(run(left.hashJoin(right, {col("k"), col("s")}, {col("rk"), col("rs")}, sql("v < rv")).build(),
                            catalog_)),
            sortedLines(satisfied));
}

TEST_P(HashJoinTest, KeysAreExpressions) {
  const Rows expected = nestedLoop(probe_, build_, [](const Row& p, const Row& b) {
    if (p[0].isNull() || b[1].isNull() || p[3].isNull() || b[3].isNull()) return false;
    return p[0].asInt128() % 5 == b[1].asInt128() % 5 && p[3].asString() + "x" == b[3].asString() + "x";
  });
  ASSERT_FALSE(expected.empty());
  const PlanBuilder plan =
      probe().hashJoin(build(), {sql("p_id % 5"), sql("p_name || 'x'")}, {sql("b_small % 5"), sql("b_name || 'x'")});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(expected));
}

TEST_P(HashJoinTest, ConditionSeesBothSides) {
  const Rows expected = nestedLoop(probe_, build_, [](const Row& p, const Row& b) {
    if (!equalKeys(p[0], b[0]) || p[2].isNull() || b[2].isNull()) return false;
    return p[2].asInt128() < b[2].asInt128() * 10 || (!b[3].isNull() && b[3].asString().empty());
  });
  ASSERT_FALSE(expected.empty());
  // What the condition alone reads is not in the output.
  const PlanBuilder plan =
      probe().hashJoin(build(), {col("p_id")}, {col("b_id")},
                       sql("p_price < b_price or (b_price is not null and p_price is not null and b_name = '')"),
                       {"b_wide", "p_name", "b_id"});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(pick(expected, {10, 3, 5})));
  const PlanBuilder none = probe().hashJoin(build(), {col("p_id")}, {col("b_id")}, sql("p_id <> b_id"));
  EXPECT_TRUE(run(none.build(), catalog_).empty());
}

TEST_P(HashJoinTest, OutputListsPickAndRepeatColumns) {
  const Rows joined = nestedLoop(probe_, build_, [](const Row& p, const Row& b) { return equalKeys(p[0], b[0]); });
  const auto check = [&](const std::vector<std::string>& output, const std::vector<std::size_t>& columns) {
    const PlanBuilder plan = probe().hashJoin(build(), {col("p_id")}, {col("b_id")}, {}, output);
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(pick(joined, columns)));
  };
  check({"b_name"}, {8});
  check({"p_day"}, {4});
  check({"b_id", "p_id", "b_wide", "b_day"}, {5, 0, 10, 9});
}

TEST_P(HashJoinTest, EmptySides) {
  const PlanBuilder nothing = PlanBuilder::scan("empty");
  EXPECT_TRUE(run(probe().hashJoin(nothing, {col("p_id")}, {col("b_id")}).build(), catalog_).empty());
  EXPECT_TRUE(run(nothing.hashJoin(probe(), {col("b_id")}, {col("p_id")}).build(), catalog_).empty());
  EXPECT_TRUE(run(probe().filter(sql("p_id = 5 and p_id = 6")).hashJoin(build(), {col("p_id")}, {col("b_id")}).build(),
                  catalog_)
                  .empty());
}

TEST_P(HashJoinTest, ChainsProbeInOnePipeline) {
  // probe x build on the number, then the same build side renamed, on the text.
  const PlanBuilder second =
      build()
          .filter(sql("b_name is not null"))
          .project({{"c_name", col("b_name")}, {"c_wide", col("b_wide")}, {"c_small", col("b_small")}});
  const PlanBuilder plan =
      probe()
          .hashJoin(build(), {col("p_id")}, {col("b_id")}, {}, {"p_id", "p_name", "b_day", "b_small"})
          .hashJoin(second, {col("p_name"), col("b_small")}, {col("c_name"), col("c_small")}, {},
                    {"p_id", "b_day", "c_wide"});
  const Rows first =
      pick(nestedLoop(probe_, build_, [](const Row& p, const Row& b) { return equalKeys(p[0], b[0]); }), {0, 3, 9, 6});
  const Rows both = nestedLoop(first, build_, [](const Row& left, const Row& b) {
    return equalKeys(left[1], b[3]) && equalKeys(left[3], b[1]);
  });
  ASSERT_FALSE(both.empty());
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(pick(both, {0, 2, 9})));
  EXPECT_EQ(statistics().pipelines.size(), 3U);
}

TEST_P(HashJoinTest, BuildSidesAreJoinsThemselves) {
  const PlanBuilder inner = build().hashJoin(PlanBuilder::scan("probe", {"p_big", "p_day"}), {col("b_small")},
                                             {col("p_big")}, {}, {"b_id", "p_day"});
  const Rows built = nestedLoop(build_, probe_, [](const Row& b, const Row& p) {
    return !b[1].isNull() && !p[1].isNull() && b[1].asInt128() == p[1].asInt128();
  });
  const Rows probed = pick(probe_, {0, 2});
  const Rows expected = nestedLoop(Rows(probed.begin(), probed.begin() + 60), pick(built, {0, 10}),
                                   [](const Row& p, const Row& b) { return equalKeys(p[0], b[0]); });
  const PlanBuilder plan = PlanBuilder::scan("probe", {"p_id", "p_price"}, {}, {{0, 60}})
                               .hashJoin(inner, {col("p_id")}, {col("b_id")}, {}, {"p_price", "p_day"});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(pick(expected, {1, 3})));
}

TEST_P(HashJoinTest, OneHotKeyAmongMany) {
  RandomRows random(4);
  SCOPED_TRACE(random.seedText());
  Rows left;
  Rows right;
  for (int row = 0; row < 3000; ++row) {
    left.push_back({integerValue(random.chance(20) ? 7 : random.integer(0, 100000)), integerValue(row)});
    right.push_back(
        {integerValue(row < 50 ? 7 : random.integer(0, 100000)), textValue("build row " + std::to_string(row))});
  }
  TestCatalog catalog;
  catalog.add("l", {{"k", Type::integer(), false}, {"n", Type::integer(), false}}, left, 1000);
  catalog.add("r", {{"key", Type::integer(), false}, {"t", Type::varchar(), false}}, right, 1000);
  std::multimap<std::int64_t, const Row*> index;
  for (const Row& row : right) index.emplace(static_cast<std::int64_t>(row[0].asInt128()), &row);
  Rows expected;
  for (const Row& row : left) {
    const auto [first, last] = index.equal_range(static_cast<std::int64_t>(row[0].asInt128()));
    for (auto match = first; match != last; ++match) expected.push_back({row[1], (*match->second)[1]});
  }
  const PlanBuilder plan =
      PlanBuilder::scan("l").hashJoin(PlanBuilder::scan("r"), {col("k")}, {col("key")}, {}, {"n", "t"});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog)), sortedLines(expected));
}

INSTANTIATE_TEST_SUITE_P(Engines, HashJoinTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
