#include <algorithm>
#include <map>

#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {
namespace {

/// Random tables through one plan that has every operator, against an oracle of nested loops and maps.
class RandomDataTest : public QueryTest {
 protected:
  static std::vector<Field> withPrefix(const std::string& prefix) {
    std::vector<Field> fields = allTypeFields();
    for (Field& field : fields) field.name = prefix + field.name;
    return fields;
  }
};

bool isEqual(const Value& left, const Value& right) {
  return !left.isNull() && !right.isNull() && compareValues(left, right) == 0;
}

TEST_P(RandomDataTest, SelectJoinGroupSort) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    RandomRows random(seed);
    SCOPED_TRACE(random.seedText());
    const Rows left = random.rows(withPrefix("l_"), static_cast<std::size_t>(random.integer(0, 900)));
    const Rows right = random.rows(withPrefix("r_"), static_cast<std::size_t>(random.integer(0, 250)));
    TestCatalog catalog;
    catalog.add("left", withPrefix("l_"), left, static_cast<std::uint32_t>(random.integer(1, 400)));
    catalog.add("right", withPrefix("r_"), right, static_cast<std::uint32_t>(random.integer(1, 400)));
    // Every type takes its turn as key of the join and of the groups.
    const auto key = static_cast<std::size_t>(random.integer(0, 11));
    const auto group = static_cast<std::size_t>(random.integer(0, 11));
    const std::string keyName = allTypeFields()[key].name;
    const std::string groupName = allTypeFields()[group].name;
    SCOPED_TRACE("key " + keyName + ", group " + groupName);

    std::map<std::string, std::pair<std::int64_t, std::optional<Int128>>> groups;
    std::map<std::string, Value> keyOf;
    for (const Row& l : left) {
      if (l[3].isNull() || l[3].asInt128() < -5) continue;
      for (const Row& r : right) {
        if (!isEqual(l[key], r[key])) continue;
        if (!l[5].isNull() && !r[5].isNull() && l[5].asInt128() > r[5].asInt128()) continue;
        if (l[5].isNull() != r[5].isNull()) continue;
        // Zeros of either sign are one group.
        std::string text = r[group].toString();
        if (text == "-0.0") text = "0.0";
        keyOf.emplace(text, r[group]);
        auto& [count, sum] = groups[text];
        ++count;
        if (!l[4].isNull()) sum = sum.value_or(0) + l[4].asInt128();
      }
    }
    Rows expected;
    for (const auto& [text, entry] : groups) {
      expected.push_back(
          {keyOf[text], bigIntValue(entry.first),
           entry.second ? Value::decimal(Type::decimal(38, 0), *entry.second) : Value::null(Type::decimal(38, 0))});
    }
    const PlanBuilder plan =
        PlanBuilder::scan("left", {}, sql("l_id >= -5"))
            .hashJoin(PlanBuilder::scan("right"), {col("l_" + keyName)}, {col("r_" + keyName)},
                      sql("l_price <= r_price or (l_price is null and r_price is null)"), {"r_" + groupName, "l_big"})
            .aggregate({{"g", col("r_" + groupName)}}, {{"n", "count", {}}, {"s", "sum", col("l_big")}})
            .sort({descending("n"), ascending("g")});
    Rows found = run(plan.build(), catalog);
    const auto normalised = [](Rows rows) {
      for (Row& row : rows) {
        if (row[0].toString() == "-0.0") row[0] = Value::floating(row[0].type(), 0.0);
      }
      return rows;
    };
    expectSorted(normalised(found), normalised(expected), {{1, true, true}, {0, false, false}});
  }
}

TEST_P(RandomDataTest, SkewedGroupsAndKeys) {
  for (std::uint64_t seed = 21; seed <= 23; ++seed) {
    RandomRows random(seed);
    SCOPED_TRACE(random.seedText());
    Rows rows;
    for (int row = 0; row < 1500; ++row) {
      rows.push_back({bigIntValue(random.skewed()), textValue(random.text()), integerValue(row)});
    }
    TestCatalog catalog;
    catalog.add("t", {{"k", Type::bigInt(), false}, {"s", Type::varchar(), false}, {"n", Type::integer(), false}}, rows,
                700);
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> largest;
    for (const Row& row : rows) {
      const auto number = static_cast<std::int64_t>(row[2].asInt128());
      const auto [entry, isNew] =
          largest.try_emplace({static_cast<std::int64_t>(row[0].asInt128()), row[1].asString()}, number);
      entry->second = std::max(entry->second, number);
    }
    // Joins the groups back to the rows that have the largest number of their group.
    Rows expected;
    for (const auto& [key, number] : largest)
      expected.push_back({bigIntValue(key.first), textValue(key.second), integerValue(number)});
    const PlanBuilder groups =
        PlanBuilder::scan("t").aggregate({{"gk", col("k")}, {"gs", col("s")}}, {{"m", "max", col("n")}});
    const PlanBuilder plan =
        PlanBuilder::scan("t")
            .hashJoin(groups, {col("s"), col("k")}, {col("gs"), col("gk")}, sql("n = m"), {"k", "s", "m"})
            .topN({ascending("s"), descending("k")}, 5000);
    expectSorted(run(plan.build(), catalog), expected, {{1, false, false}, {0, true, true}});
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, RandomDataTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
