#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <set>

#include "tests/engine/support/GeneratedTable.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// An aggregate with what it means, row by row.
struct Wanted {
  std::string function;
  std::size_t column = 0;
  bool distinct = false;
  /// As SQL, and as what it is: true only for TRUE.
  std::string filter = {};
  std::function<bool(const Row&)> passes = [](const Row&) { return true; };
};

constexpr std::size_t kFlag = 0;
constexpr std::size_t kTiny = 1;
constexpr std::size_t kId = 2;
constexpr std::size_t kPrice = 3;
constexpr std::size_t kName = 4;
constexpr std::size_t kAlways = 5;

std::vector<Field> fieldsOfT() {
  return {{"flag", Type::boolean(), true},       {"tiny", Type::tinyInt(), true}, {"id", Type::integer(), true},
          {"price", Type::decimal(15, 2), true}, {"name", Type::varchar(), true}, {"always", Type::smallInt(), false}};
}

/// What the aggregate yields for these rows: NULLs do not count, and of equal values only one where it is distinct.
std::string resultOf(const Wanted& wanted, const Rows& rows) {
  std::vector<Value> values;
  std::set<std::string> seen;
  std::size_t rowCount = 0;
  for (const Row& row : rows) {
    if (!wanted.passes(row)) continue;
    ++rowCount;
    const Value& value = row[wanted.column];
    if (value.isNull() || (wanted.distinct && !seen.insert(value.toString()).second)) continue;
    values.push_back(value);
  }
  if (wanted.function == "count(*)") return std::to_string(rowCount);
  if (wanted.function == "count") return std::to_string(values.size());
  if (values.empty()) return "NULL";
  if (wanted.function == "min" || wanted.function == "max") {
    const auto less = [](const Value& left, const Value& right) {
      return left.type().isString() ? left.asString() < right.asString() : left.asInt128() < right.asInt128();
    };
    return (wanted.function == "min" ? std::ranges::min(values, less) : std::ranges::max(values, less)).toString();
  }
  Int128 sum = 0;
  for (const Value& value : values) sum += value.asInt128();
  const std::uint8_t scale = values.front().type().scale;
  if (wanted.function == "sum") return Value::decimal(Type::decimal(38, scale), sum).toString();
  return doubleValue(static_cast<double>(sum) / static_cast<double>(powerOfTen(scale)) /
                     static_cast<double>(values.size()))
      .toString();
}

class DistinctAggregateTest : public QueryTest {
 protected:
  DistinctAggregateTest() : random_(4711) {
    rows_ = random_.rows(fieldsOfT(), 1400);
    catalog_.add("t", fieldsOfT(), rows_);
    catalog_.add("empty", fieldsOfT(), {});
  }

  void check(const std::vector<std::size_t>& keys, const std::vector<Wanted>& wanted) {
    SCOPED_TRACE(random_.seedText());
    std::vector<NamedExpr> groupBy;
    for (const std::size_t key : keys) groupBy.push_back({fieldsOfT()[key].name, col(fieldsOfT()[key].name)});
    std::vector<AggregateCall> calls;
    for (const Wanted& each : wanted) {
      AggregateCall call{"a" + std::to_string(calls.size()), each.function, {}, each.distinct};
      if (each.function == "count(*)") {
        call.function = "count";
      } else {
        call.argument = col(fieldsOfT()[each.column].name);
      }
      if (!each.filter.empty()) call.filter = sql(each.filter);
      calls.push_back(std::move(call));
    }
    for (const std::string table : {"t", "empty"}) {
      SCOPED_TRACE(table);
      std::map<std::vector<std::string>, Rows> groups;
      if (keys.empty()) groups[{}] = {};
      for (const Row& row : table == "t" ? rows_ : Rows()) {
        std::vector<std::string> key;
        for (const std::size_t column : keys) key.push_back(row[column].toString());
        groups[key].push_back(row);
      }
      std::vector<std::string> expected;
      for (const auto& [key, rows] : groups) {
        std::string line;
        for (const std::string& part : key) line += part + "|";
        for (const Wanted& each : wanted) line += resultOf(each, rows) + "|";
        expected.push_back(line);
      }
      std::ranges::sort(expected);
      const PlanBuilder plan = PlanBuilder::scan(table).aggregate(groupBy, calls);
      EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
    }
  }

  RandomRows random_;
  TestCatalog catalog_;
  Rows rows_;
};

const std::vector<std::vector<std::size_t>> kKeyChoices = {{}, {kTiny}, {kFlag, kName}};

TEST_P(DistinctAggregateTest, OneDistinctArgumentAlone) {
  for (const auto& keys : kKeyChoices) {
    check(keys, {{"count", kId, true}});
    check(keys, {{"count", kPrice, true}, {"sum", kPrice, true}, {"avg", kPrice, true}});
    check(keys, {{"count", kAlways, true}, {"sum", kAlways, true}});
    check(keys, {{"count", kName, true}});
  }
}

TEST_P(DistinctAggregateTest, BesidePlainAggregates) {
  for (const auto& keys : kKeyChoices) {
    check(keys, {{"count(*)"}, {"count", kId, true}, {"sum", kId, false}, {"max", kName, false}});
    check(keys, {{"sum", kAlways, false}, {"sum", kAlways, true}, {"avg", kAlways, true}, {"avg", kAlways, false}});
    // The key itself, too.
    check(keys, {{"count", kTiny, true}, {"sum", kTiny, true}, {"count", kTiny, false}});
  }
}

TEST_P(DistinctAggregateTest, SeveralDistinctArguments) {
  for (const auto& keys : kKeyChoices) {
    check(keys, {{"count", kId, true}, {"count", kName, true}, {"sum", kPrice, true}, {"count", kFlag, true}});
    check(keys, {{"count", kName, true}, {"count(*)"}, {"avg", kId, true}, {"min", kPrice, false}, {"sum", kId, true}});
  }
}

TEST_P(DistinctAggregateTest, RepetitionMakesNoDifferenceToSome) {
  check({kTiny}, {{"min", kName, true}, {"max", kPrice, true}, {"count", kName, false}});
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate(
      {{"tiny", col("tiny")}}, {{"a", "bool_and", col("flag"), true}, {"b", "any_value", col("name"), true}});
  const auto result = GetParam().engine().execute(plan.build(), catalog_, GetParam().options());
  while (result->nextBatch()) {
  }
  EXPECT_EQ(result->plan().pipelines.size(), 2U) << "nothing to deduplicate";
}

TEST_P(DistinctAggregateTest, Filters) {
  const auto idIsSmall = [](const Row& row) { return !row[kId].isNull() && row[kId].asInt128() < 3; };
  const auto isFlagged = [](const Row& row) { return !row[kFlag].isNull() && row[kFlag].asBool(); };
  const auto isUnknown = [](const Row& row) { return row[kFlag].isNull(); };
  const std::vector<Wanted> wanted = {
      {"count(*)", 0, false, "id < 3", idIsSmall},
      {"sum", kAlways, false, "id < 3", idIsSmall},
      {"count", kName, false, "flag", isFlagged},
      {"avg", kPrice, false, "flag is null", isUnknown},
      {"max", kName, false, "null", [](const Row&) { return false; }},
      {"count(*)", 0, false, "1 = 1"},
      {"count(*)"},
  };
  const std::vector<Wanted> distinct = {
      {"count", kId, true, "flag", isFlagged},
      {"sum", kPrice, true, "id < 3", idIsSmall},
      {"count", kPrice, true},
      {"count(*)", 0, false, "flag", isFlagged},
  };
  for (const auto& keys : kKeyChoices) {
    check(keys, wanted);
    check(keys, distinct);
    check(keys, {distinct.front()});
  }
}

TEST_P(DistinctAggregateTest, AFilterKeepsItsArgumentFromFailing) {
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate(
      {}, {{"s", "sum", sql("1000 % id"), false, sql("id <> 0")}, {"n", "count", sql("1 % id"), true, sql("id > 0")}});
  EXPECT_EQ(run(plan.build(), catalog_).size(), 1U);
  const PlanBuilder failing = PlanBuilder::scan("t").aggregate(
      {{"k", col("tiny")}}, {{"n", "count", sql("1 % id"), true, sql("id >= 0")}, {"c", "count", {}}});
  const ExecutionError error = runExpectingError(failing.build(), catalog_);
  EXPECT_EQ(error.code(), ErrorCode::DivisionByZero);
  EXPECT_NE(std::string(error.what()).find("1 % id"), std::string::npos) << error.what();
}

TEST_P(DistinctAggregateTest, StringAggregates) {
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate({{"tiny", col("tiny")}},
                                                            {{"all", "string_agg", col("id"), false, {}, "; \u00e9 "},
                                                             {"none", "string_agg", col("name"), false, sql("null")},
                                                             {"once", "string_agg", col("flag"), true, {}, ""},
                                                             {"n", "count", {}}});
  std::map<std::string, std::vector<std::string>> ids;
  for (const Row& row : rows_) {
    std::vector<std::string>& group = ids[row[kTiny].toString()];
    if (!row[kId].isNull()) group.push_back(row[kId].toString());
  }
  const auto split = [](std::string text, const std::string& separator) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; (end = text.find(separator)) != std::string::npos;
         text.erase(0, end + separator.size())) {
      parts.push_back(text.substr(0, end));
    }
    parts.push_back(text);
    std::ranges::sort(parts);
    return parts;
  };
  const Rows rows = run(plan.build(), catalog_);
  EXPECT_EQ(rows.size(), ids.size());
  for (const Row& row : rows) {
    std::vector<std::string>& expected = ids[row[0].toString()];
    std::ranges::sort(expected);
    EXPECT_EQ(row[1].isNull(), expected.empty());
    if (!row[1].isNull()) EXPECT_EQ(split(row[1].asString(), "; \u00e9 "), expected) << random_.seedText();
    EXPECT_TRUE(row[2].isNull());
    if (!row[3].isNull()) EXPECT_LE(row[3].asString().size(), 9U);
  }
  // In order, from one worker.
  const PlanBuilder ordered = PlanBuilder::values({{{"k", {}}, {"v", {}}},
                                                   {{sql("1"), sql("'a'")},
                                                    {sql("1"), sql("null")},
                                                    {sql("1"), sql("''")},
                                                    {sql("1"), sql("'c, d'")},
                                                    {sql("2"), sql("null")}}})
                                  .sortAggregate({{"k", col("k")}}, {{"s", "string_agg", col("v"), false, {}, ", "}});
  EXPECT_EQ(lines(run(ordered.build(), catalog_)), (std::vector<std::string>{"1|a, , c, d|", "2|NULL|"}));
}

/// A predicate that is NULL is not TRUE, wherever it stands, and nothing fails.
TEST_P(DistinctAggregateTest, PredicatesThatAreNull) {
  const PlanBuilder scan = PlanBuilder::scan("t");
  const std::vector<AggregateCall> calls = {{"n", "count", {}}, {"m", "max", col("id"), false, sql("id is null")}};
  EXPECT_TRUE(run(scan.filter(sql("null")).build(), catalog_).empty());
  EXPECT_TRUE(run(PlanBuilder::scan("t", {}, sql("null")).build(), catalog_).empty());
  EXPECT_TRUE(run(scan.filter(sql("id > null")).build(), catalog_).empty());
  // The maximum is NULL in all groups.
  const PlanBuilder groups = scan.aggregate({{"tiny", col("tiny")}}, calls);
  EXPECT_TRUE(run(groups.filter(sql("m > 0")).build(), catalog_).empty());
  EXPECT_TRUE(run(groups.filter(sql("not m > 0")).build(), catalog_).empty());
  EXPECT_FALSE(run(groups.filter(sql("m > 0 or n > 0")).build(), catalog_).empty());
}

TEST_P(DistinctAggregateTest, DistinctRows) {
  for (const std::vector<std::string>& columns :
       {std::vector<std::string>{"flag", "tiny"}, {"name"}, {"flag", "tiny", "id", "price", "name", "always"}}) {
    std::set<std::string> expected;
    for (const Row& row : rows_) {
      std::string line;
      for (const std::string& column : columns) {
        for (std::size_t index = 0; index < fieldsOfT().size(); ++index) {
          if (fieldsOfT()[index].name == column) line += row[index].toString() + "|";
        }
      }
      expected.insert(line);
    }
    const PlanBuilder plan = PlanBuilder::scan("t", columns).distinct();
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), std::vector<std::string>(expected.begin(), expected.end()))
        << random_.seedText();
    EXPECT_TRUE(run(PlanBuilder::scan("empty", columns).distinct().build(), catalog_).empty());
  }
}

TEST_P(DistinctAggregateTest, OverAUnionOfInputs) {
  // Several pipelines pass through one deduplication.
  const PlanBuilder scan = PlanBuilder::scan("t", {"tiny", "id"});
  const PlanBuilder both = scan.filter(sql("id > 0")).combine({scan, scan.filter(sql("tiny < 0"))}, {{}, true});
  std::map<std::string, std::pair<std::size_t, std::set<std::string>>> groups;
  for (const Row& row : rows_) {
    auto& [count, ids] = groups[row[kTiny].toString()];
    count += 1;
    if (!row[kId].isNull() && row[kId].asInt128() > 0) ++count;
    if (!row[kTiny].isNull() && row[kTiny].asInt128() < 0) ++count;
    if (!row[kId].isNull()) ids.insert(row[kId].toString());
  }
  std::vector<std::string> expected;
  for (const auto& [tiny, group] : groups) {
    expected.push_back(tiny + "|" + std::to_string(group.first) + "|" + std::to_string(group.second.size()) + "|");
  }
  std::ranges::sort(expected);
  const PlanBuilder plan =
      both.aggregate({{"tiny", col("tiny")}}, {{"n", "count", {}}, {"d", "count", col("id"), true}});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected) << random_.seedText();
}

INSTANTIATE_TEST_SUITE_P(Engines, DistinctAggregateTest, ::testing::ValuesIn(allVariants()), variantName);

/// More groups, and more distinct values, than a worker's own table holds.
class ManyDistinctTest : public QueryTest {
 protected:
  static constexpr std::uint64_t kRows = 900'000;
  static constexpr std::uint64_t kGroups = 60'000;
  static constexpr std::uint64_t kValues = 23;

  static std::uint64_t groupOf(std::uint64_t row) { return mixBits(row) % kGroups; }
  static std::uint64_t valueOf(std::uint64_t row) { return mixBits(row ^ 0x5555) % kValues; }

  static const Catalog& catalog() {
    static const GeneratedCatalog kCatalog = [] {
      GeneratedCatalog catalog;
      catalog.add(generateTable("t", {{"g", Type::bigInt(), false}, {"v", Type::integer(), true}}, kRows,
                                [](std::uint64_t row, ChunkBuffer& chunk) {
                                  chunk.column(0).appendInteger(static_cast<std::int64_t>(groupOf(row)));
                                  if (valueOf(row) == 7) {
                                    chunk.column(1).appendNull();
                                  } else {
                                    chunk.column(1).appendInteger(static_cast<std::int64_t>(valueOf(row)));
                                  }
                                }));
      return catalog;
    }();
    return kCatalog;
  }

  struct Group {
    std::int64_t rows = 0;
    std::uint32_t values = 0;
  };
  static std::vector<Group> groups() {
    std::vector<Group> groups(kGroups);
    for (std::uint64_t row = 0; row < kRows; ++row) {
      Group& group = groups[groupOf(row)];
      ++group.rows;
      if (valueOf(row) != 7) group.values |= 1U << valueOf(row);
    }
    return groups;
  }

  void check(const std::vector<AggregateCall>& calls, bool hasRows) {
    const std::vector<Group> expected = groups();
    std::vector<bool> seen(kGroups);
    const Rows rows = run(PlanBuilder::scan("t").aggregate({{"g", col("g")}}, calls).build(), catalog());
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(
                               std::ranges::count_if(expected, [](const Group& group) { return group.rows != 0; })));
    for (const Row& row : rows) {
      const auto number = static_cast<std::size_t>(row[0].asInt128());
      ASSERT_FALSE(seen.at(number)) << "group " << number << " came twice";
      seen[number] = true;
      std::int64_t sum = 0;
      for (std::uint32_t value = 0; value < kValues; ++value) {
        if ((expected[number].values >> value & 1) != 0) sum += value;
      }
      ASSERT_TRUE(row[1].asInt128() == std::popcount(expected[number].values)) << "group " << number;
      if (expected[number].values != 0) ASSERT_TRUE(row[2].asInt128() == sum) << "group " << number;
      if (hasRows) ASSERT_TRUE(row[3].asInt128() == expected[number].rows) << "group " << number;
    }
  }
};

TEST_P(ManyDistinctTest, Alone) { check({{"d", "count", col("v"), true}, {"s", "sum", col("v"), true}}, false); }

TEST_P(ManyDistinctTest, BesideACountOfRows) {
  check({{"d", "count", col("v"), true}, {"s", "sum", col("v"), true}, {"n", "count", {}}}, true);
}

TEST_P(ManyDistinctTest, WithoutKeys) {
  const PlanBuilder plan = PlanBuilder::scan("t").aggregate(
      {}, {{"g", "count", col("g"), true}, {"v", "count", col("v"), true}, {"n", "count", {}}});
  const auto filled = std::ranges::count_if(groups(), [](const Group& group) { return group.rows != 0; });
  EXPECT_EQ(lines(run(plan.build(), catalog())),
            std::vector<std::string>{std::to_string(filled) + "|" + std::to_string(kValues - 1) + "|" +
                                     std::to_string(kRows) + "|"});
}

INSTANTIATE_TEST_SUITE_P(Engines, ManyDistinctTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
