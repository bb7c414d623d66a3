#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "interpreter/Interpreter.h"
#include "runtime/ExecutionError.h"
#include "tests/interpreter/support/PipelineHarness.h"
#include "tests/interpreter/support/RandomTable.h"

namespace basalt::testing {
namespace {

/// Tables "t" and "u" of random rows, with batch sizes that do and do not divide them.
class PipelineTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  PipelineTest() : random_(printedSeed()), rows_(randomRows(random_, 2500)), others_(randomRows(random_, 300)) {
    catalog_.add(randomTable(rows_));
    catalog_.add(renamed(others_));
  }

  /// The rows as table "u", its columns prefixed by "u".
  static std::shared_ptr<const Table> renamed(const Rows& rows) {
    std::vector<Field> fields;
    for (const Field& field : randomSchema()) fields.push_back({"u" + field.name, field.type, field.nullable});
    return MemoryTable::fromRows("u", Schema(std::move(fields)), rows);
  }

  Rows run(const PlanBuilder& plan) { return PlanRun(plan.build(), catalog_, options()).run(); }
  PlanRun::Options options() const { return {.batchRows = GetParam(), .morselRows = 333, .resultBatchRows = 50}; }

  std::mt19937_64 random_;
  Rows rows_;
  Rows others_;
  TableCatalog catalog_;
};

TEST_P(PipelineTest, ScansAllColumnsInOrder) { EXPECT_EQ(textOf(run(PlanBuilder::scan("t"))), textOf(rows_)); }

TEST_P(PipelineTest, ScansWithFiltersOfAllSelectivities) {
  for (int bound = -21; bound <= 21; bound += 3) {
    Rows expected;
    for (const Row& row : rows_) {
      if (row[0].asInt128() < bound && !row[2].isNull() && row[2].asInt128() != 1 &&
          row[7].asString() > "text number 5") {
        expected.push_back({row[7], row[3], row[0], row[2], row[8]});
      }
    }
    const auto plan = PlanBuilder::scan("t", {"t", "d", "i", "n", "p"},
                                        sql("i < " + std::to_string(bound) + " and n <> 1 and t > 'text number 5'"));
    EXPECT_EQ(textOf(run(plan)), textOf(expected)) << bound;
  }
}

TEST_P(PipelineTest, SelectsProjectsAndLimits) {
  Rows expected;
  for (const Row& row : rows_) {
    if (row[0].asInt128() <= 0) continue;
    expected.push_back({row[7], Value::integer(Type::bigInt(), row[1].asInt128() + 1), row[7]});
  }
  expected.erase(expected.begin(), expected.begin() + 100);
  expected.resize(500);
  const auto plan =
      PlanBuilder::scan("t").filter(sql("i > 0")).project({{"a", col("t")}, {"x", sql("b + 1")}, {"c", col("t")}});
  EXPECT_EQ(textOf(run(plan.limit(500, 100))), textOf(expected));
  EXPECT_TRUE(run(plan.limit(0)).empty());
}

TEST_P(PipelineTest, JoinsOnOneKey) {
  Rows expected;
  for (const Row& left : rows_) {
    for (const Row& right : others_) {
      if (left[2].isNull() || right[2].isNull() || left[2].asInt128() != right[2].asInt128()) continue;
      if (left[0].asInt128() <= right[0].asInt128() + 15) continue;
      expected.push_back({left[0], left[6], right[7], right[3]});
    }
  }
  const auto plan = PlanBuilder::scan("t").hashJoin(PlanBuilder::scan("u"), {col("n")}, {col("un")}, sql("i > ui + 15"),
                                                    {"i", "s", "ut", "ud"});
  EXPECT_EQ(sortedTextOf(run(plan)), sortedTextOf(expected));
}

TEST_P(PipelineTest, JoinsOnKeysOfAllTypes) {
  // Every type as a key, next to a second one that keeps the result small; NaN equals NaN, -0 equals 0.
  const Schema schema = randomSchema();
  for (std::size_t key = 0; key < schema.size(); ++key) {
    std::map<std::string, std::uint64_t> counts;
    const auto textOfKey = [&](const Row& row) {
      const Value& value = row[key];
      const bool isZero = value.type().isFloating() && !value.isNull() && value.asDouble() == 0;
      return (isZero ? "0" : value.toString()) + "|" + row[0].toString();
    };
    for (const Row& row : others_) {
      if (!row[key].isNull()) ++counts[textOfKey(row)];
    }
    std::uint64_t expected = 0;
    for (const Row& row : rows_) {
      if (!row[key].isNull() && counts.contains(textOfKey(row))) expected += counts[textOfKey(row)];
    }
    const std::string& name = schema[key].name;
    const auto plan = PlanBuilder::scan("t").hashJoin(PlanBuilder::scan("u"), {col(name), col("i")},
                                                      {col("u" + name), col("ui")}, {}, {"b", "ub"});
    EXPECT_EQ(run(plan).size(), expected) << name;
  }
}

TEST_P(PipelineTest, GroupsByKeysOfAllTypes) {
  const Schema schema = randomSchema();
  for (std::size_t key = 0; key < schema.size(); ++key) {
    std::map<std::string, std::pair<std::uint64_t, Int128>> groups;
    for (const Row& row : rows_) {
      const Value& value = row[key];
      const bool isZero = value.type().isFloating() && !value.isNull() && value.asDouble() == 0;
      auto& group = groups[(isZero ? "0" : value.toString()) + "|" + row[8].toString()];
      ++group.first;
      group.second += row[1].asInt128();
    }
    const auto plan =
        PlanBuilder::scan("t").aggregate({{"k", col(schema[key].name)}, {"p", col("p")}},
                                         {{"c", "count", {}}, {"s", "sum", col("b")}, {"m", "min", col("d")}});
    const Rows result = run(plan);
    EXPECT_EQ(result.size(), groups.size()) << schema[key].name;
    for (const Row& row : result) {
      const bool isZero = row[0].type().isFloating() && !row[0].isNull() && row[0].asDouble() == 0;
      const auto& group = groups[(isZero ? "0" : row[0].toString()) + "|" + row[1].toString()];
      EXPECT_TRUE(row[2].asInt128() == group.first) << row[0].toString();
      EXPECT_TRUE(row[3].asInt128() == group.second) << row[0].toString();
    }
  }
}

TEST_P(PipelineTest, AggregatesWithoutKeys) {
  Int128 sum = 0;
  std::uint64_t count = 0;
  for (const Row& row : rows_) {
    if (row[3].isNull()) continue;
    ++count;
    sum += row[3].asInt128();
  }
  const auto calls = std::vector<AggregateCall>{{"c", "count", {}}, {"d", "count", col("d")}, {"s", "sum", col("d")}};
  const Rows result = run(PlanBuilder::scan("t").aggregate({}, calls));
  ASSERT_EQ(result.size(), 1U);
  EXPECT_TRUE(result[0][0].asInt128() == static_cast<Int128>(rows_.size()));
  EXPECT_TRUE(result[0][1].asInt128() == count);
  EXPECT_TRUE(result[0][2].asInt128() == sum);
  const Rows empty = run(PlanBuilder::scan("t", {}, sql("i > 1000")).aggregate({}, calls));
  ASSERT_EQ(empty.size(), 1U);
  EXPECT_EQ(textOf(empty)[0], "0|0|NULL|");
}

TEST_P(PipelineTest, SortsByAllTypesAndKeepsTheFirst) {
  for (const Field& field : randomSchema()) {
    for (const bool descending : {false, true}) {
      for (const bool nullsFirst : {false, true}) {
        const std::vector<SortKey> keys = {{col(field.name), descending, nullsFirst}, {sql("b - 1"), !descending, {}}};
        const Rows sorted = run(PlanBuilder::scan("t").sort(keys));
        ASSERT_EQ(sorted.size(), rows_.size());
        EXPECT_EQ(sortedTextOf(sorted), sortedTextOf(rows_));
        const std::size_t column = *randomSchema().find(field.name);
        const bool startsWithNull = sorted.front()[column].isNull();
        const bool hasNull = std::ranges::any_of(rows_, [&](const Row& row) { return row[column].isNull(); });
        EXPECT_EQ(startsWithNull, hasNull && nullsFirst) << field.name;
        Rows first = run(PlanBuilder::scan("t").topN(keys, 40, 5));
        EXPECT_EQ(textOf(first), textOf(Rows(sorted.begin() + 5, sorted.begin() + 45))) << field.name;
      }
    }
  }
}

TEST_P(PipelineTest, SortsNumbers) {
  std::vector<std::int64_t> expected;
  for (const Row& row : rows_) expected.push_back(static_cast<std::int64_t>(row[1].asInt128()));
  std::ranges::sort(expected);
  std::vector<std::int64_t> sorted;
  for (const Row& row : run(PlanBuilder::scan("t", {"b"}).sort({{col("b"), false, {}}}))) {
    sorted.push_back(static_cast<std::int64_t>(row[0].asInt128()));
  }
  EXPECT_EQ(sorted, expected);
}

TEST_P(PipelineTest, TheFirstFailingRowIsTheOneThatCounts) {
  // The filter lets rows of i <> 7 through; the projection behind it fails for n = 0 first of all.
  std::size_t first = 0;
  while (rows_[first][0].asInt128() == 7 || rows_[first][2].isNull() || rows_[first][2].asInt128() != 0) ++first;
  const std::string text = "b / n";
  PlanRun failing(
      PlanBuilder::scan("t", {}, sql("i <> 7")).project({{"x", sql(text)}, {"y", sql("b / (i - 7)")}}).build(),
      catalog_, options());
  try {
    failing.run();
    ADD_FAILURE();
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::DivisionByZero);
    EXPECT_NE(error.place().find("n"), std::string::npos) << error.place();
  }
  // What comes before the failing row is delivered when a limit stops there.
  std::size_t passed = 0;
  for (std::size_t i = 0; i < first; ++i) passed += rows_[i][0].asInt128() != 7 ? 1 : 0;
  EXPECT_EQ(run(PlanBuilder::scan("t", {}, sql("i <> 7")).project({{"x", sql(text)}}).limit(passed)).size(), passed);
  EXPECT_THROW(run(PlanBuilder::scan("t", {}, sql("i <> 7")).project({{"x", sql(text)}}).limit(passed + 1)),
               ExecutionError);
}

TEST_P(PipelineTest, StopsAtFullOutputAndInterruptsAndGoesOnExactlyThere) {
  PlanRun plan(PlanBuilder::scan("t").filter(sql("i > 0")).build(), catalog_, options());
  PipelineStates& states = plan.prepareLast();
  const auto provider = interpreter::runners();
  auto runner = provider->create(states.context);
  std::uint64_t stops = 0;
  for (Morsel morsel : plan.morsels(plan.last())) {
    states.interrupt.cancel();
    const std::uint64_t before = morsel.position;
    EXPECT_EQ(runner->run(morsel), MorselStatus::Yield);
    EXPECT_EQ(morsel.position, before);
    const_cast<std::uint32_t&>(*states.pipelineState.interrupt) = 0;  // NOLINT
    while (runner->run(morsel) == MorselStatus::OutputFull) {
      ++stops;
      plan.takeResult(false);
      // Another runner can take over at any position.
      runner = provider->create(states.context);
    }
  }
  plan.takeResult(true);
  Rows expected;
  for (const Row& row : rows_) {
    if (row[0].asInt128() > 0) expected.push_back(row);
  }
  EXPECT_EQ(textOf(plan.rows()), textOf(expected));
  EXPECT_GT(stops, 0U);
  // The last one puts strings in place of codes.
  const std::size_t left = expected.size();
  EXPECT_EQ(plan.rowCounts(), (std::vector<std::uint64_t>{rows_.size(), left, left, left}));
  runner.reset();
}

INSTANTIATE_TEST_SUITE_P(BatchSizes, PipelineTest, ::testing::Values(1U, 7U, 64U, 2048U));

TEST(DeepPipelineTest, ManyProjectionsRun) {
  std::mt19937_64 random(1);
  TableCatalog catalog;
  catalog.add(randomTable(randomRows(random, 100)));
  PlanBuilder plan = PlanBuilder::scan("t", {"b"});
  for (int i = 0; i < 1000; ++i) plan = plan.project({{"b", sql("b + 1")}});
  EXPECT_EQ(PlanRun(plan.build(), catalog).run().size(), 100U);
}

TEST(ManyGroupsTest, GroupsSurviveAGrowingAndAnEmptiedDirectory) {
  constexpr std::int64_t kGroups = 300'000;
  Rows rows;
  for (std::int64_t i = 0; i < kGroups; ++i) rows.push_back({Value::integer(Type::bigInt(), i * 7919 % kGroups)});
  for (std::int64_t i = 0; i < kGroups; ++i) rows.push_back({Value::integer(Type::bigInt(), i)});
  TableCatalog catalog;
  catalog.add(MemoryTable::fromRows("g", Schema({{"k", Type::bigInt(), false}}), rows));
  PlanRun plan(PlanBuilder::scan("g").aggregate({{"k", col("k")}}, {{"c", "count", {}}}).build(), catalog,
               {.batchRows = 2048, .morselRows = 20000, .resultBatchRows = 2048});
  const Rows result = plan.run();
  EXPECT_EQ(result.size(), static_cast<std::size_t>(kGroups));
  EXPECT_TRUE(std::ranges::all_of(result, [](const Row& row) { return row[1].asInt128() == 2; }));
}

}  // namespace
}  // namespace basalt::testing
