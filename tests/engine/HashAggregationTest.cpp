#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// Rows by the text of their group.
using Groups = std::map<std::vector<std::string>, Rows>;

Groups groupBy(const Rows& rows, const std::function<Row(const Row&)>& keyOf) {
  Groups groups;
  for (const Row& row : rows) {
    std::vector<std::string> key;
    for (const Value& value : keyOf(row)) key.push_back(value.toString());
    groups[key].push_back(row);
  }
  return groups;
}

/// A column's values that are not NULL.
std::vector<Value> valuesOf(const Rows& rows, std::size_t column) {
  std::vector<Value> values;
  for (const Row& row : rows) {
    if (!row[column].isNull()) values.push_back(row[column]);
  }
  return values;
}

bool lessValue(const Value& left, const Value& right) {
  if (left.type().isFloating()) return left.asDouble() < right.asDouble();
  if (left.type().isString()) return left.asString() < right.asString();
  if (left.type() == Type::boolean()) return !left.asBool() && right.asBool();
  return left.asInt128() < right.asInt128();
}

std::string smallestText(const Rows& rows, std::size_t column) {
  const std::vector<Value> values = valuesOf(rows, column);
  return values.empty() ? "NULL" : std::ranges::min_element(values, lessValue)->toString();
}
std::string largestText(const Rows& rows, std::size_t column) {
  const std::vector<Value> values = valuesOf(rows, column);
  return values.empty() ? "NULL" : std::ranges::max_element(values, lessValue)->toString();
}
std::string countText(const Rows& rows, std::size_t column) { return std::to_string(valuesOf(rows, column).size()); }

std::optional<Int128> exactSum(const Rows& rows, std::size_t column) {
  std::optional<Int128> sum;
  for (const Value& value : valuesOf(rows, column)) sum = sum.value_or(0) + value.asInt128();
  return sum;
}
std::string sumText(const Rows& rows, std::size_t column) {
  const std::optional<Int128> sum = exactSum(rows, column);
  const std::uint8_t scale = rows.front()[column].type().scale;
  return sum ? Value::decimal(Type::decimal(38, scale), *sum).toString() : "NULL";
}

std::string lineOf(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += field + "|";
  return line;
}

/// Sums of these do not leave 128 bits, and floating sums are exact in any order.
std::vector<Field> summableFields() {
  return {
      {"flag", Type::boolean(), true},      {"tiny", Type::tinyInt(), true},      {"small", Type::smallInt(), true},
      {"id", Type::integer(), true},        {"big", Type::bigInt(), true},        {"price", Type::decimal(15, 2), true},
      {"wide", Type::decimal(30, 4), true}, {"day", Type::date(), true},          {"moment", Type::timestamp(), true},
      {"name", Type::varchar(), true},      {"required", Type::integer(), false}, {"clock", Type::time(), true}};
}
constexpr std::size_t kColumns = 12;

class HashAggregationTest : public QueryTest {
 protected:
  HashAggregationTest() {
    RandomRows random(99);
    rows_ = random.rows(summableFields(), 1500);
    catalog_.add("t", summableFields(), rows_);
    catalog_.add("empty", summableFields(), {});
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(HashAggregationTest, EveryAggregateOfEveryType) {
  std::vector<AggregateCall> calls;
  const std::vector<Field> fields = summableFields();
  for (const Field& field : fields) {
    for (const char* function : {"count", "min", "max"}) {
      calls.push_back({std::string(function) + "_" + field.name, function, col(field.name)});
    }
  }
  for (const char* column : {"tiny", "small", "id", "big", "price", "wide", "required"}) {
    calls.push_back({std::string("sum_") + column, "sum", col(column)});
  }
  calls.push_back({"rows", "count", {}});
  const auto expectedLine = [&](const std::vector<std::string>& key, const Rows& rows) {
    std::vector<std::string> texts = key;
    for (std::size_t column = 0; column < kColumns; ++column) {
      texts.push_back(countText(rows, column));
      texts.push_back(smallestText(rows, column));
      texts.push_back(largestText(rows, column));
    }
    for (const std::size_t column : {1U, 2U, 3U, 4U, 5U, 6U, 10U}) texts.push_back(sumText(rows, column));
    texts.push_back(std::to_string(rows.size()));
    return lineOf(texts);
  };
  std::vector<std::string> expected;
  for (const auto& [key, rows] : groupBy(rows_, [](const Row& row) { return Row{row[1], row[0]}; })) {
    expected.push_back(expectedLine(key, rows));
  }
  std::ranges::sort(expected);
  const PlanBuilder grouped = PlanBuilder::scan("t").aggregate({{"tiny", col("tiny")}, {"flag", col("flag")}}, calls);
  EXPECT_EQ(sortedLines(run(grouped.build(), catalog_)), expected);
  const PlanBuilder whole = PlanBuilder::scan("t").aggregate({}, calls);
  EXPECT_EQ(lines(run(whole.build(), catalog_)), std::vector<std::string>{expectedLine({}, rows_)});
}

TEST_P(HashAggregationTest, NullIsAGroup) {
  const Groups groups = groupBy(rows_, [](const Row& row) { return Row{row[9]}; });
  std::vector<std::string> expected;
  for (const auto& [key, rows] : groups) expected.push_back(lineOf({key[0], std::to_string(rows.size())}));
  std::ranges::sort(expected);
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate({{"name", col("name")}}, {{"n", "count", {}}});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
  EXPECT_EQ(groups.count({"NULL"}), 1U);
}

TEST_P(HashAggregationTest, EveryTypeIsAKey) {
  for (std::size_t column = 0; column < kColumns; ++column) {
    const std::string name = summableFields()[column].name;
    SCOPED_TRACE(name);
    std::vector<std::string> expected;
    for (const auto& [key, rows] : groupBy(rows_, [&](const Row& row) { return Row{row[column]}; })) {
      expected.push_back(lineOf({key[0], sumText(rows, 10)}));
    }
    std::ranges::sort(expected);
    const PlanBuilder plan = PlanBuilder::scan("t").aggregate({{"k", col(name)}}, {{"s", "sum", col("required")}});
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
  }
}

TEST_P(HashAggregationTest, KeysAndArgumentsAreExpressions) {
  std::vector<std::string> expected;
  const Groups groups = groupBy(rows_, [](const Row& row) {
    const Value rest = row[2].isNull() ? row[2] : integerValue(static_cast<std::int64_t>(row[2].asInt128() % 3));
    return Row{rest, row[9].isNull() ? row[9] : textValue(row[9].asString() + "!")};
  });
  for (const auto& [key, rows] : groups) {
    std::optional<Int128> sum;
    for (const Row& row : rows) {
      if (!row[5].isNull() && !row[1].isNull()) sum = sum.value_or(0) + row[5].asInt128() * row[1].asInt128();
    }
    expected.push_back(lineOf({key[0], key[1], sum ? Value::decimal(Type::decimal(38, 2), *sum).toString() : "NULL"}));
  }
  std::ranges::sort(expected);
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate({{"rest", sql("small % 3")}, {"text", sql("name || '!'")}},
                                                            {{"s", "sum", sql("cast(price as decimal(30,2)) * tiny")}});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
}

TEST_P(HashAggregationTest, AverageIsSumOverCount) {
  std::vector<std::string> expected;
  for (const auto& [key, rows] : groupBy(rows_, [](const Row& row) { return Row{row[1]}; })) {
    const auto average = [&](std::size_t column, double scale) {
      const std::optional<Int128> sum = exactSum(rows, column);
      if (!sum) return std::string("NULL");
      return doubleValue(static_cast<double>(*sum) / scale / static_cast<double>(valuesOf(rows, column).size()))
          .toString();
    };
    expected.push_back(lineOf({key[0], average(5, 100), average(10, 1), average(3, 1), countText(rows, 3)}));
  }
  std::ranges::sort(expected);
  // The average shares the count and the sum that stand beside it.
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate(
      {{"tiny", col("tiny")}},
      {{"a", "avg", col("price")}, {"b", "avg", col("required")}, {"c", "avg", col("id")}, {"n", "count", col("id")}});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
}

TEST_P(HashAggregationTest, FloatingAggregates) {
  Rows rows;
  std::map<int, std::array<double, 3>> expectedByKey;
  for (int row = 0; row < 1200; ++row) {
    const double value = (row % 97 - 48) / 4.0;
    rows.push_back({integerValue(row % 10), doubleValue(value), Value::floating(Type::real(), value)});
    auto [entry, isNew] = expectedByKey.try_emplace(row % 10, std::array{0.0, value, value});
    entry->second[0] += value;
    entry->second[1] = std::min(entry->second[1], value);
    entry->second[2] = std::max(entry->second[2], value);
  }
  TestCatalog catalog;
  catalog.add("f", {{"k", Type::integer(), false}, {"d", Type::doublePrecision(), true}, {"r", Type::real(), true}},
              rows);
  std::vector<std::string> expected;
  for (const auto& [key, values] : expectedByKey) {
    std::vector<std::string> texts = {std::to_string(key)};
    for (const double value : values) texts.push_back(doubleValue(value).toString());
    for (const double value : values) texts.push_back(doubleValue(value).toString());
    expected.push_back(lineOf(texts));
  }
  std::ranges::sort(expected);
  std::vector<AggregateCall> calls;
  for (const char* column : {"d", "r"}) {
    for (const char* function : {"sum", "min", "max"}) {
      calls.push_back({std::string(function) + column, function, col(column)});
    }
  }
  const PlanBuilder plan = PlanBuilder::scan("f").aggregate({{"k", col("k")}}, calls);
  EXPECT_EQ(sortedLines(run(plan.build(), catalog)), expected);
}

TEST_P(HashAggregationTest, AnyValueAndBooleanAggregates) {
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate(
      {{"big", col("big")}},
      {{"name", "any_value", col("name")}, {"all", "bool_and", col("flag")}, {"some", "bool_or", col("flag")}});
  Groups groups = groupBy(rows_, [](const Row& row) { return Row{row[4]}; });
  for (const Row& row : run(plan.build(), catalog_)) {
    const auto group = groups.find({row[0].toString()});
    ASSERT_NE(group, groups.end());
    const std::vector<Value> names = valuesOf(group->second, 9);
    EXPECT_EQ(row[1].isNull(), names.empty());
    if (!names.empty()) EXPECT_NE(std::ranges::find(names, row[1]), names.end());
    const std::vector<Value> flags = valuesOf(group->second, 0);
    EXPECT_EQ(row[2].toString(), flags.empty()                                ? "NULL"
                                 : std::ranges::all_of(flags, &Value::asBool) ? "true"
                                                                              : "false");
    EXPECT_EQ(row[3].toString(), flags.empty()                                ? "NULL"
                                 : std::ranges::any_of(flags, &Value::asBool) ? "true"
                                                                              : "false");
    groups.erase(group);
  }
  EXPECT_TRUE(groups.empty());
}

TEST_P(HashAggregationTest, EmptyInput) {
  const std::vector<AggregateCall> calls = {{"n", "count", {}},
                                            {"c", "count", col("name")},
                                            {"s", "sum", col("required")},
                                            {"a", "avg", col("price")},
                                            {"m", "min", col("name")}};
  const PlanBuilder whole = PlanBuilder::scan("empty").aggregate({}, calls);
  EXPECT_EQ(lines(run(whole.build(), catalog_)), std::vector<std::string>{"0|0|NULL|NULL|NULL|"});
  const PlanBuilder filtered = PlanBuilder::scan("t").filter(sql("id is null and id = 1")).aggregate({}, calls);
  EXPECT_EQ(lines(run(filtered.build(), catalog_)), std::vector<std::string>{"0|0|NULL|NULL|NULL|"});
  const PlanBuilder grouped = PlanBuilder::scan("empty").aggregate({{"id", col("id")}}, calls);
  EXPECT_TRUE(run(grouped.build(), catalog_).empty());
}

TEST_P(HashAggregationTest, KeysOnlyAreDistinctRows) {
  const Groups groups = groupBy(rows_, [](const Row& row) { return Row{row[0], row[1], row[9]}; });
  std::vector<std::string> expected;
  for (const auto& [key, rows] : groups) expected.push_back(lineOf(key));
  std::ranges::sort(expected);
  const PlanBuilder plan =
      PlanBuilder::scan("t").aggregate({{"a", col("flag")}, {"b", col("tiny")}, {"c", col("name")}}, {});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
  EXPECT_EQ(statistics().operators[0].rowsProduced, groups.size());
}

TEST_P(HashAggregationTest, AggregationOfAnAggregation) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> expectedByTiny;  // groups, rows of the largest
  for (const auto& [key, rows] : groupBy(rows_, [](const Row& row) { return Row{row[1], row[9]}; })) {
    auto& [count, largest] = expectedByTiny[key[0]];
    ++count;
    largest = std::max(largest, rows.size());
  }
  std::vector<std::string> expected;
  for (const auto& [tiny, entry] : expectedByTiny) {
    expected.push_back(lineOf({tiny, std::to_string(entry.first), std::to_string(entry.second)}));
  }
  std::ranges::sort(expected);
  const PlanBuilder plan = PlanBuilder::scan("t")
                               .aggregate({{"tiny", col("tiny")}, {"name", col("name")}}, {{"n", "count", {}}})
                               .aggregate({{"tiny", col("tiny")}}, {{"groups", "count", {}}, {"m", "max", col("n")}});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
}

INSTANTIATE_TEST_SUITE_P(Engines, HashAggregationTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
