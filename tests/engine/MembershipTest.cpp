#include <algorithm>

#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {
namespace {

/// IN lists of every type and of lengths on both sides of the one from which a set is used, against comparing one by
/// one.
class MembershipTest : public QueryTest {
 protected:
  static std::string listOf(const std::vector<Value>& items) {
    std::string list;
    for (const Value& item : items) list += (list.empty() ? "" : ", ") + lit(item).toSql();
    return list;
  }

  /// TRUE, FALSE or NULL by SQL's three-valued logic.
  static std::string membership(const Value& value, const std::vector<Value>& items) {
    if (value.isNull()) return "NULL";
    bool sawNull = false;
    for (const Value& item : items) {
      if (item.isNull()) {
        sawNull = true;
      } else if (compareValues(value, item) == 0) {
        return "true";
      }
    }
    return sawNull ? "NULL" : "false";
  }
};

TEST_P(MembershipTest, EveryTypeAndLength) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    RandomRows random(seed);
    SCOPED_TRACE(random.seedText());
    const std::vector<Field> fields = allTypeFields();
    const Rows rows = random.rows(fields, 350);
    TestCatalog catalog;
    catalog.add("t", fields, rows, 120);
    for (std::size_t column = 0; column < fields.size(); ++column) {
      for (const std::int64_t length : {1, 8, 9, 60}) {
        std::vector<Value> items;
        for (std::int64_t i = 0; i < length; ++i) {
          // Half of them are in the table.
          Value item = i % 2 == 0 ? rows[static_cast<std::size_t>(random.integer(0, 349))][column]
                                  : random.value(fields[column]);
          if (item.isNull() && seed != 2) continue;
          items.push_back(item.isNull() ? Value::null(Type::boolean()) : item);
        }
        if (items.empty()) continue;
        const std::string list = listOf(items);
        SCOPED_TRACE(fields[column].name + " in (" + list + ")");
        Rows expected;
        for (const Row& row : rows) {
          const std::string in = membership(row[column], items);
          const std::string notIn = in == "NULL" ? in : in == "true" ? "false" : "true";
          expected.push_back({textValue(in), textValue(notIn)});
        }
        const PlanBuilder plan =
            PlanBuilder::scan("t").project({{"a", sql(fields[column].name + " in (" + list + ")")},
                                            {"b", sql(fields[column].name + " not in (" + list + ")")}});
        ASSERT_EQ(sortedLines(run(plan.build(), catalog)), sortedLines(expected));
        const auto count =
            std::ranges::count_if(rows, [&](const Row& row) { return membership(row[column], items) == "true"; });
        const PlanBuilder filter = PlanBuilder::scan("t", {}, sql(fields[column].name + " in (" + list + ")"));
        ASSERT_EQ(run(filter.build(), catalog).size(), static_cast<std::size_t>(count));
      }
    }
  }
}

TEST_P(MembershipTest, MixedItems) {
  Rows rows;
  for (int row = 0; row < 300; ++row) {
    rows.push_back({row % 13 == 0 ? Value::null(Type::integer()) : integerValue(row), integerValue(row % 50),
                    decimalValue(10, 2, row * 25)});
  }
  TestCatalog catalog;
  catalog.add(
      "t", {{"n", Type::integer(), true}, {"m", Type::integer(), false}, {"price", Type::decimal(10, 2), false}}, rows);
  const auto count = [&](const std::string& condition) {
    return run(PlanBuilder::scan("t", {}, sql(condition)).build(), catalog).size();
  };
  const std::string ten = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10";
  EXPECT_EQ(count("n in (" + ten + ")"), 10U);
  EXPECT_EQ(count("n in (" + ten + ", m)"), 46U);
  EXPECT_EQ(count("n in (" + ten + ", 3000000000, 2.5, 5.0, '12')"), 11U);
  EXPECT_EQ(count("price in (" + ten + ", 0.25, 0.333, 1e0)"), 11U);
  EXPECT_EQ(count("n + m in (" + ten + ")"), 5U);
  EXPECT_EQ(count("n + m in (2, 4, 6)"), 3U);
  EXPECT_EQ(count("n + m in (2)"), 1U);
  EXPECT_EQ(count("n + m not in (2, 4, null)"), 0U);
  EXPECT_EQ(count("n not in (" + ten + ", null)"), 0U);
  EXPECT_EQ(count("n in (" + ten + ", 1 % 0) or true"), 300U);
  EXPECT_EQ(count("5 in (" + ten + ", n)"), 300U);
}

INSTANTIATE_TEST_SUITE_P(Engines, MembershipTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
