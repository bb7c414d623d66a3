#include <array>
#include <map>
#include <string>

#include <fmt/format.h>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

constexpr Int128 kWhole = 10'000'000'000;

constexpr std::int64_t kFar = 5'000'000'000'000;

/// Columns that tables store in units, from a base, and both, of every width, with NULLs and without.
class StoredNumbersTest : public QueryTest {
 protected:
  StoredNumbersTest() {
    for (std::int64_t index = 0; index < 6000; ++index) {
      const std::int64_t mixed = index * 7919 % 6007;
      const auto orNull = [&](Value value) { return mixed % 11 == 0 ? Value::null(value.type()) : value; };
      rows_.push_back({integerValue(index), integerValue((mixed % 200 - 100) * 10),
                       decimalValue(15, 2, (mixed % 50 + 1) * 100), orNull(bigIntValue((mixed - 3000) * 1'000'000)),
                       orNull(Value::integer(Type::timestamp(), Int128{mixed - 7} * 86'400'000'000)),
                       orNull(Value::decimal(Type::decimal(38, 10), ((Int128{mixed} << 40) + mixed % 7) * kWhole)),
                       orNull(bigIntValue(kFar + index * 10 + mixed % 10)), bigIntValue(-kFar * index),
                       orNull(Value::integer(Type::timestamp(), kFar + Int128{index} * 86'400'000'000))});
    }
    catalog_.add("t",
                 {{"id", Type::integer(), false},
                  {"ten", Type::integer(), false},
                  {"quantity", Type::decimal(15, 2), false},
                  {"million", Type::bigInt(), true},
                  {"day", Type::timestamp(), true},
                  {"whole", Type::decimal(38, 10), true},
                  {"near", Type::bigInt(), true},
                  {"falling", Type::bigInt(), false},
                  {"nextDay", Type::timestamp(), true}},
                 rows_);
  }

  std::shared_ptr<const Table> table() const { return catalog_.find("t"); }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(StoredNumbersTest, LieInFewerBytes) {
  const auto expect = [&](std::size_t column, std::int64_t unit, unsigned width, unsigned valueWidth,
                          bool hasBase = false) {
    const ColumnEncoding encoding = table()->encoding(column);
    EXPECT_EQ(encoding.unit, unit) << column;
    EXPECT_EQ(encoding.width, width) << column;
    EXPECT_EQ(encoding.valueWidth(), valueWidth) << column;
    EXPECT_EQ(encoding.hasBase(), hasBase) << column;
  };
  expect(0, 1, 1, 2, true);
  expect(1, 10, 1, 2);
  expect(2, 100, 1, 2);
  expect(3, 1'000'000, 2, 8);
  expect(4, 86'400'000'000, 2, 8);
  expect(5, static_cast<std::int64_t>(kWhole), 8, 16);
  expect(6, 1, 2, 8, true);
  expect(7, kFar, 1, 8, true);
  expect(8, 1'600'000'000, 2, 8, true);
}

TEST_P(StoredNumbersTest, AreReadAsTheyWere) {
  EXPECT_EQ(sortedLines(run(PlanBuilder::scan("t").build(), catalog_)), sortedLines(rows_));
}

TEST_P(StoredNumbersTest, AreComparedWithAnyLiteral) {
  const auto holds = [](std::string_view comparison, Int128 left, Int128 right) {
    if (comparison == "=") return left == right;
    if (comparison == "<>") return left != right;
    if (comparison == "<") return left < right;
    if (comparison == "<=") return left <= right;
    return comparison == ">" ? left > right : left >= right;
  };
  struct Column {
    std::size_t index;
    const char* name;
    /// On a multiple of the unit, between two, and beyond what the stored bytes hold.
    std::array<std::int64_t, 4> literals;
    std::int64_t scale;
  };
  const std::array<Column, 6> columns = {{{1, "ten", {50, 55, -995, 40'000}, 1},
                                          {2, "quantity", {2400, 2450, 5000, -100'000'000}, 100},
                                          {3, "million", {2'000'000, 2'000'001, -1, 5'000'000'000}, 1},
                                          {0, "id", {0, 128, 5999, 100'000}, 1},
                                          {6, "near", {kFar, kFar + 30'005, kFar + 100'000, -3}, 1},
                                          {7, "falling", {0, -kFar * 3000, 1 - kFar * 3000, -kFar * 7000}, 1}}};
  for (const Column& column : columns) {
    for (const std::int64_t literal : column.literals) {
      for (const char* const comparison : {"=", "<>", "<", "<=", ">", ">="}) {
        const std::string text = column.scale == 1 ? std::to_string(literal)
                                                   : fmt::format("{}{}.{:02}", literal < 0 ? "-" : "",
                                                                 std::abs(literal) / 100, std::abs(literal) % 100);
        const std::string filter = fmt::format("{} {} {}", column.name, comparison, text);
        SCOPED_TRACE(filter);
        Rows expected;
        for (const Row& row : rows_) {
          const Value& value = row[column.index];
          if (!value.isNull() && holds(comparison, value.asInt128(), literal)) expected.push_back({row[0], row[5]});
        }
        EXPECT_EQ(sortedLines(run(PlanBuilder::scan("t", {"id", "whole"}, sql(filter)).build(), catalog_)),
                  sortedLines(expected));
      }
    }
  }
}

TEST_P(StoredNumbersTest, AreKeysAndArguments) {
  std::map<Int128, std::pair<Int128, Int128>> groups;
  for (const Row& row : rows_) {
    auto& [quantity, count] = groups[row[1].asInt128()];
    quantity += row[2].asInt128();
    ++count;
  }
  Rows expected;
  for (const auto& [ten, group] : groups) {
    expected.push_back({integerValue(static_cast<std::int32_t>(ten)),
                        Value::decimal(Type::decimal(38, 2), group.first * group.second)});
  }
  // Every row of a group meets all of it.
  const auto plan =
      PlanBuilder::scan("t", {"ten", "quantity"})
          .hashJoin(PlanBuilder::scan("t", {"ten"}).project({{"other", col("ten")}}), {col("ten")}, {col("other")})
          .aggregate({{"ten", col("ten")}}, {{"total", "sum", col("quantity")}})
          .build();
  EXPECT_EQ(sortedLines(run(plan, catalog_)), sortedLines(expected));
}

INSTANTIATE_TEST_SUITE_P(Engines, StoredNumbersTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
