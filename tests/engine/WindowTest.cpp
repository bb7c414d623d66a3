#include <algorithm>
#include <cmath>
#include <map>

#include "operators/KernelCatalog.h"
#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"
#include "tests/engine/support/WindowOracle.h"

namespace basalt::testing {
namespace {

using Kind = FrameBound::Kind;
using Unit = WindowFrame::Unit;

const std::vector<Field> kFields = {
    {"id", Type::bigInt(), false},        {"p", Type::integer(), true},
    {"k", Type::integer(), true},         {"d", Type::date(), true},
    {"x", Type::integer(), true},         {"price", Type::decimal(12, 2), true},
    {"m", Type::doublePrecision(), true}, {"s", Type::varchar(), true},
    {"b", Type::boolean(), true},         {"n", Type::bigInt(), true},
};
constexpr std::size_t kPartition = 1;
constexpr std::size_t kKey = 2;
constexpr std::size_t kDate = 3;
constexpr std::size_t kX = 4;
constexpr std::size_t kPrice = 5;
constexpr std::size_t kM = 6;
constexpr std::size_t kText = 7;
constexpr std::size_t kFlag = 8;
constexpr std::size_t kN = 9;

Expr number(std::int64_t value) { return lit(value); }

Rows windowRows(RandomRows& random, std::size_t count, std::int64_t partitions) {
  const auto orNull = [&](Value value) { return random.chance(15) ? Value::null(value.type()) : std::move(value); };
  Rows rows;
  for (std::size_t row = 0; row < count; ++row) {
    std::string text(static_cast<std::size_t>(random.integer(0, 3)), 'a');
    text += std::to_string(random.integer(0, 40));
    if (random.chance(50)) text = "a text of more than twelve bytes " + text;
    rows.push_back({bigIntValue(static_cast<std::int64_t>(row)), orNull(integerValue(random.integer(1, partitions))),
                    orNull(integerValue(random.integer(-10, 20))),
                    orNull(Value::date(Date{static_cast<std::int32_t>(random.integer(10000, 10060))})),
                    orNull(integerValue(random.integer(-1000, 1000))),
                    orNull(decimalValue(12, 2, random.integer(-50000, 50000))),
                    orNull(doubleValue(static_cast<double>(random.integer(-400, 400)) / 4)), orNull(textValue(text)),
                    orNull(booleanValue(random.chance(50))), orNull(bigIntValue(random.integer(1, 4)))});
  }
  return rows;
}

/// A plan's call and what the oracle makes of it.
struct Case {
  WindowCall call;
  OracleCall oracle;
};

/// Every function, some several times; `named` by position.
std::vector<Case> allFunctions(const WindowFrame& frame) {
  std::vector<Case> cases;
  const auto add = [&](WindowCall call, OracleCall oracle) {
    call.name = "f" + std::to_string(cases.size());
    call.frame = frame;
    oracle.ignoreNulls = call.ignoreNulls;
    cases.push_back({std::move(call), std::move(oracle)});
  };
  for (const char* rank : {"row_number", "rank", "dense_rank", "percent_rank", "cume_dist"}) {
    add({"", rank}, {.function = rank});
  }
  add({"", "ntile", {number(7)}}, {.function = "ntile", .number = 7});
  add({"", "ntile", {col("n")}}, {.function = "ntile", .numberColumn = kN});
  for (const bool ignoreNulls : {false, true}) {
    add({"", "lag", {col("x")}, {}, ignoreNulls}, {.function = "lag", .argument = kX});
    add({"", "lead", {col("s"), number(2)}, {}, ignoreNulls}, {.function = "lead", .argument = kText, .number = 2});
    add({"", "lag", {col("x"), col("n"), col("k")}, {}, ignoreNulls},
        {.function = "lag", .argument = kX, .numberColumn = kN, .defaultColumn = kKey});
    add({"", "lead", {col("price"), number(-1), col("price")}, {}, ignoreNulls},
        {.function = "lead", .argument = kPrice, .number = -1, .defaultColumn = kPrice});
    add({"", "lag", {col("b"), number(0)}, {}, ignoreNulls}, {.function = "lag", .argument = kFlag, .number = 0});
    add({"", "first_value", {col("s")}, {}, ignoreNulls}, {.function = "first_value", .argument = kText});
    add({"", "last_value", {col("x")}, {}, ignoreNulls}, {.function = "last_value", .argument = kX});
    add({"", "nth_value", {col("d"), number(3)}, {}, ignoreNulls},
        {.function = "nth_value", .argument = kDate, .number = 3});
    add({"", "nth_value", {col("m"), col("n")}, {}, ignoreNulls},
        {.function = "nth_value", .argument = kM, .numberColumn = kN});
  }
  const std::vector<std::pair<const char*, std::size_t>> aggregates = {
      {"sum", kX},    {"sum", kPrice}, {"sum", kM},     {"count", kText},  {"avg", kX},    {"avg", kM},   {"min", kX},
      {"max", kText}, {"min", kText},  {"max", kPrice}, {"any_value", kX}, {"min", kDate}, {"max", kFlag}};
  for (const auto& [name, column] : aggregates) {
    add({"", name, {col(kFields[column].name)}}, {.function = name, .argument = column});
  }
  add({"", "string_agg", {col("s"), lit("; ")}}, {.function = "string_agg", .argument = kText});
  add({"", "count"}, {.function = "count_rows"});
  add({.name = "", .function = "count", .filter = sql("b")}, {.function = "count_rows", .filter = kFlag});
  add({.name = "", .function = "sum", .arguments = {col("x")}, .filter = sql("b")},
      {.function = "sum", .argument = kX, .filter = kFlag});
  add({.name = "", .function = "max", .arguments = {col("s")}, .filter = sql("b")},
      {.function = "max", .argument = kText, .filter = kFlag});
  return cases;
}

FrameBound bound(Kind kind, std::optional<Expr> offset = {}) { return {kind, std::move(offset)}; }

/// Every pair of bounds that is allowed, with offsets of one and a few.
std::vector<std::pair<WindowFrame, OracleFrame>> allFrames(Unit unit) {
  std::vector<std::pair<FrameBound, OracleBound>> bounds = {
      {bound(Kind::UnboundedPreceding), {Kind::UnboundedPreceding, 0}},
      {bound(Kind::CurrentRow), {Kind::CurrentRow, 0}},
      {bound(Kind::UnboundedFollowing), {Kind::UnboundedFollowing, 0}}};
  for (const std::int64_t offset : {0, 1, 5, 40}) {
    for (const Kind kind : {Kind::Preceding, Kind::Following}) {
      bounds.push_back({bound(kind, lit(offset)), {kind, static_cast<double>(offset)}});
    }
  }
  std::vector<std::pair<WindowFrame, OracleFrame>> frames;
  for (const auto& [start, oracleStart] : bounds) {
    for (const auto& [end, oracleEnd] : bounds) {
      if (start.kind == Kind::UnboundedFollowing || end.kind == Kind::UnboundedPreceding || start.kind > end.kind)
        continue;
      frames.push_back({{unit, start, end}, {unit, oracleStart, oracleEnd}});
    }
  }
  return frames;
}

class WindowTest : public QueryTest {
 protected:
  /// Runs the functions over table "t" and compares them with the oracle, in the order of rows that was found.
  void check(const Rows& input, const std::vector<std::size_t>& partitionBy, const std::vector<OrderKey>& orderBy,
             const std::vector<Case>& cases, const OracleFrame& frame) {
    WindowNode window;
    std::vector<OrderKey> order;
    for (const std::size_t column : partitionBy) {
      window.partitionBy.push_back(col(kFields[column].name));
      order.push_back({column, false, false});
    }
    for (const OrderKey& key : orderBy) {
      window.orderBy.push_back({col(kFields[key.column].name), key.descending, key.nullsFirst});
      order.push_back(key);
    }
    for (const Case& each : cases) window.functions.push_back(each.call);
    const Rows found = run(PlanBuilder::scan("t").window(window).build(), catalog_);
    Rows passed;
    for (const Row& row : found)
      passed.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(kFields.size()));
    expectSorted(passed, input, order);
    std::vector<OracleCall> calls;
    for (const Case& each : cases) calls.push_back(each.oracle);
    const auto expected = WindowOracle(passed, partitionBy, orderBy).results(calls, frame);
    for (std::size_t row = 0; row < found.size(); ++row) {
      for (std::size_t index = 0; index < cases.size(); ++index) {
        ASSERT_EQ(found[row][kFields.size() + index].toString(), expected[row][index])
            << "row " << row << ", "
            << printPlan(
                   PlanBuilder::scan("t").window({window.partitionBy, window.orderBy, {cases[index].call}}).build());
      }
    }
  }
  Rows makeTable(RandomRows& random, std::size_t count, std::int64_t partitions) {
    Rows rows = windowRows(random, count, partitions);
    catalog_.add("t", kFields, rows, 60);
    return rows;
  }
  /// The error of a window with one function, at a place in the plan.
  void checkInvalid(const WindowNode& window, const std::string& place, const std::string& message) {
    const ExecutionError error = runExpectingError(PlanBuilder::scan("t").window(window).build(), catalog_);
    EXPECT_EQ(error.code(), ErrorCode::InvalidPlan) << error.what();
    EXPECT_EQ(error.place(), "$.root" + place) << error.what();
    EXPECT_NE(error.message().find(message), std::string::npos) << error.what();
  }

  TestCatalog catalog_;
};

class WindowFrameTest : public WindowTest {
 protected:
  void checkFrames(Unit unit) {
    RandomRows random(static_cast<std::uint64_t>(11 + static_cast<int>(unit)));
    SCOPED_TRACE(random.seedText());
    const Rows rows = makeTable(random, 150, 3);
    for (const auto& [frame, oracle] : allFrames(unit)) {
      const OrderKey key{kKey, random.chance(50), random.chance(50)};
      const std::vector<std::size_t> partitionBy =
          random.chance(60) ? std::vector{kPartition} : std::vector<std::size_t>{};
      check(rows, partitionBy, {key}, allFunctions(frame), oracle);
      if (HasFatalFailure()) return;
    }
  }
};

TEST_P(WindowFrameTest, EveryFunctionOverEveryFrameOfRows) { checkFrames(Unit::Rows); }
TEST_P(WindowFrameTest, EveryFunctionOverEveryFrameOfRange) { checkFrames(Unit::Range); }
TEST_P(WindowFrameTest, EveryFunctionOverEveryFrameOfGroups) { checkFrames(Unit::Groups); }

INSTANTIATE_TEST_SUITE_P(Engines, WindowFrameTest, ::testing::ValuesIn(allVariants()), variantName);

TEST_P(WindowTest, WithoutOrderAllRowsArePeers) {
  RandomRows random(21);
  SCOPED_TRACE(random.seedText());
  const Rows rows = makeTable(random, 150, 2);
  check(rows, {kPartition}, {}, allFunctions({}), {});
  check(rows, {}, {}, allFunctions({}), {});
  const WindowFrame groups{Unit::Groups, bound(Kind::Preceding, number(1)), bound(Kind::CurrentRow)};
  check(rows, {}, {}, allFunctions(groups), {Unit::Groups, {Kind::Preceding, 1}, {Kind::CurrentRow, 0}});
}

TEST_P(WindowTest, SeveralKeysAndKeysThatAreExpressions) {
  RandomRows random(22);
  SCOPED_TRACE(random.seedText());
  const Rows rows = makeTable(random, 250, 3);
  check(rows, {kPartition, kFlag}, {{kText, true, true}, {kKey, false, false}}, allFunctions({}), {});
  check(rows, {kText}, {{kM, false, true}}, allFunctions({}), {});

  const Rows found = run(PlanBuilder::scan("t")
                             .window({{sql("id % 3")},
                                      {{sql("0 - id"), false, {}}},
                                      {{"r", "row_number"},
                                       {"s", "sum", {sql("id * 2")}},
                                       {"before", "lag", {sql("id + 1"), number(1), number(-7)}}}})
                             .build(),
                         catalog_);
  ASSERT_EQ(found.size(), 250U);
  std::map<std::int64_t, std::vector<std::int64_t>> before;
  for (const Row& row : found) {
    ASSERT_EQ(row.size(), kFields.size() + 3);
    const auto id = static_cast<std::int64_t>(row[0].asInt128());
    std::vector<std::int64_t>& ids = before[id % 3];
    std::int64_t sum = id * 2;
    for (const std::int64_t other : ids) sum += other * 2;
    EXPECT_EQ(row[kFields.size()].toString(), std::to_string(ids.size() + 1));
    EXPECT_EQ(row[kFields.size() + 1].toString(), std::to_string(sum));
    EXPECT_EQ(row[kFields.size() + 2].toString(), std::to_string(ids.empty() ? -7 : ids.back() + 1));
    ids.push_back(id);
  }
}

TEST_P(WindowTest, PartitionsOfEverySize) {
  RandomRows random(23);
  SCOPED_TRACE(random.seedText());
  const WindowFrame sliding{Unit::Rows, bound(Kind::Preceding, number(20)), bound(Kind::Following, number(3))};
  const OracleFrame oracle{Unit::Rows, {Kind::Preceding, 20}, {Kind::Following, 3}};
  for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 31U, 33U, 256U, 257U, 300U}) {
    SCOPED_TRACE(count);
    check(makeTable(random, count, 1), {}, {{kKey, false, false}}, allFunctions(sliding), oracle);
    if (HasFatalFailure()) return;
  }
  check(makeTable(random, 400, 100'000), {kPartition}, {{kKey, false, false}}, allFunctions(sliding), oracle);
}

TEST_P(WindowTest, RangeOfEveryTypeOfKey) {
  RandomRows random(24);
  SCOPED_TRACE(random.seedText());
  const Rows rows = makeTable(random, 200, 2);
  const auto checkRange = [&](std::size_t column, const Expr& offset, double distance) {
    SCOPED_TRACE(kFields[column].name + " " + offset.toSql());
    for (const bool descending : {false, true}) {
      for (const Kind start : {Kind::UnboundedPreceding, Kind::Preceding, Kind::Following}) {
        const WindowFrame frame{
            Unit::Range, bound(start, start == Kind::UnboundedPreceding ? std::optional<Expr>() : offset),
            start == Kind::Following ? bound(Kind::UnboundedFollowing) : bound(Kind::Following, offset)};
        const OracleFrame oracle{Unit::Range,
                                 {start, distance},
                                 {start == Kind::Following ? Kind::UnboundedFollowing : Kind::Following, distance}};
        check(rows, {kPartition}, {{column, descending, descending}}, allFunctions(frame), oracle);
      }
    }
  };
  checkRange(kDate, sql("interval '7' day"), 7);
  checkRange(kDate, sql("interval '36' hour"), 1.5);
  checkRange(kPrice, sql("100.5"), 10050);
  checkRange(kPrice, number(50), 5000);
  checkRange(kM, lit(12.25), 12.25);
  checkRange(kM, number(3), 3);
  checkRange(kX, sql("99.5"), 99.5);
  checkRange(kX, number(INT64_MAX), 9.3e18);
  checkRange(0, number(INT64_MAX), 9.3e18);
}

TEST_P(WindowTest, MonthsBeforeTheEndsOfMonths) {
  // A month before the 30th at noon and before the 31st in the morning is a day of February: frames may end earlier
  // than those of rows before.
  const std::vector<Field> fields = {{"t", Type::timestamp(), false}};
  Rows rows;
  for (const char* text : {"2023-02-28 06:00:00", "2023-02-28 09:00:00", "2023-02-28 15:00:00", "2023-03-30 12:00:00",
                           "2023-03-31 08:00:00", "2023-03-31 16:00:00"}) {
    rows.push_back({Value::parse(Type::timestamp(), text)});
  }
  catalog_.add("m", fields, rows);
  const WindowFrame frame{Unit::Range, bound(Kind::UnboundedPreceding),
                          bound(Kind::Preceding, sql("interval '1' month"))};
  const Rows found =
      run(PlanBuilder::scan("m").window({{}, {ascending("t")}, {{"n", "count", {}, frame}}}).build(), catalog_);
  std::vector<std::string> counts;
  for (const Row& row : found) counts.push_back(row[1].toString());
  EXPECT_EQ(counts, (std::vector<std::string>{"0", "0", "0", "2", "1", "3"}));
}

/// Every aggregate of the catalog on every column that it takes: whole partitions as groups have it, and states that go
/// on as those that are put together.
TEST_P(WindowTest, EveryAggregateOfTheCatalog) {
  RandomRows random(25);
  SCOPED_TRACE(random.seedText());
  makeTable(random, 260, 4);
  std::vector<std::string> names;
  for (const AggregateInfo& aggregate : aggregateCatalog()) {
    const bool isInner =
        aggregate.name == "count_star" || aggregate.name == "sum_not_null" || aggregate.name.ends_with("_bounded");
    if (!isInner && (names.empty() || names.back() != aggregate.name)) names.emplace_back(aggregate.name);
  }
  const WindowFrame whole{Unit::Rows, bound(Kind::UnboundedPreceding), bound(Kind::UnboundedFollowing)};
  const WindowFrame growing{Unit::Rows, bound(Kind::UnboundedPreceding), bound(Kind::CurrentRow)};
  const WindowFrame together{Unit::Rows, bound(Kind::Preceding, number(100000)), bound(Kind::CurrentRow)};
  const auto expectSame = [](const Value& left, const Value& right, std::size_t row) {
    // Sums of parts are rounded otherwise than sums of rows.
    if (!left.isNull() && !right.isNull() && left.type().isFloating()) {
      ASSERT_NEAR(left.asDouble(), right.asDouble(), 1e-9 * std::max(1.0, std::abs(left.asDouble()))) << "row " << row;
    } else {
      ASSERT_EQ(left.toString(), right.toString()) << "row " << row;
    }
  };
  std::size_t taken = 0;
  for (const std::string& name : names) {
    for (const Field& field : kFields) {
      const PlanBuilder scan = PlanBuilder::scan("t");
      const WindowNode window{{col("p")},
                              {ascending("id")},
                              {{"whole", name, {col(field.name)}, whole},
                               {"growing", name, {col(field.name)}, growing},
                               {"together", name, {col(field.name)}, together}}};
      const PlanBuilder groups =
          scan.sort({ascending("id")}).aggregate({{"p", col("p")}}, {{"v", name, col(field.name)}});
      try {
        validatePlan(groups.build(), catalog_);
      } catch (const ExecutionError&) {
        continue;
      }
      SCOPED_TRACE(name + " of " + field.name);
      ++taken;
      std::map<std::string, Value> expected;
      for (const Row& row : run(groups.build(), catalog_)) expected[row[0].toString()] = row[1];
      const Rows found = run(scan.window(window).build(), catalog_);
      for (std::size_t row = 0; row < found.size(); ++row) {
        const Value* const results = &found[row][kFields.size()];
        expectSame(results[1], results[2], row);
        const std::string partition = found[row][kPartition].toString();
        expectSame(results[0], expected[partition], row);
        const bool isLast = row + 1 == found.size() || found[row + 1][kPartition].toString() != partition;
        if (isLast) expectSame(results[1], expected[partition], row);
      }
    }
  }
  EXPECT_GT(taken, 30U);
}

TEST_P(WindowTest, OfAWindowOfAnAggregationAndUnderOthers) {
  RandomRows random(26);
  SCOPED_TRACE(random.seedText());
  const Rows rows = makeTable(random, 300, 5);
  // The share of each partition in the whole, and the best of them.
  const PlanBuilder plan =
      PlanBuilder::scan("t")
          .aggregate({{"p", col("p")}}, {{"total", "count", {}}})
          .window({{}, {}, {{"all", "sum", {col("total")}}}})
          .window({{},
                   {descending("total"), ascending("p")},
                   {{"place", "rank"},
                    {"a",
                     "avg",
                     {col("total")},
                     {Unit::Rows, bound(Kind::UnboundedPreceding), bound(Kind::UnboundedFollowing)}}}})
          .filter(sql("place <= 2"))
          .project(
              {{"p", col("p")}, {"share", sql("total * 1.0 / \"all\"")}, {"a", col("a")}, {"place", col("place")}});
  std::map<std::string, int> counts;
  for (const Row& row : rows) ++counts[row[kPartition].toString()];
  std::vector<int> sizes;
  for (const auto& [partition, count] : counts) sizes.push_back(count);
  std::ranges::sort(sizes, std::greater());
  const Rows found = run(plan.build(), catalog_);
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(found[0][3].toString(), "1");
  EXPECT_NEAR(found[0][1].asDouble(), sizes[0] / 300.0, 1e-12);
  EXPECT_NEAR(found[1][1].asDouble(), sizes[1] / 300.0, 1e-12);
  EXPECT_NEAR(found[0][2].asDouble(), 300.0 / static_cast<double>(sizes.size()), 1e-9);
  // An average next to a sum of the same, which it shares; names in order.
  const Rows few = run(
      PlanBuilder::scan("t")
          .window(
              {{}, {ascending("id")}, {{"a", "avg", {col("x")}}, {"s", "sum", {col("x")}}, {"n", "count", {col("x")}}}})
          .topN({ascending("id")}, 20)
          .build(),
      catalog_);
  for (const Row& row : few) {
    const Value* const results = &row[kFields.size()];
    if (results[1].isNull()) continue;
    EXPECT_DOUBLE_EQ(results[0].asDouble(),
                     static_cast<double>(results[1].asInt128()) / static_cast<double>(results[2].asInt128()));
  }
}

TEST_P(WindowTest, WhatIsWrongIsSaidWhenBinding) {
  RandomRows random(27);
  makeTable(random, 10, 2);
  const auto call = [](WindowCall content) {
    content.name = "f";
    return content;
  };
  const auto framed = [&](Unit unit, FrameBound start, FrameBound end) {
    return call({"", "sum", {col("x")}, {unit, std::move(start), std::move(end)}});
  };
  const std::string f = ".functions[0]";
  checkInvalid({{}, {}, {}}, ".functions", "at least one function");
  checkInvalid({{}, {}, {call({"", "rnak"})}}, f + ".function", "no aggregate function 'rnak'");
  checkInvalid({{}, {}, {call({"", "sum_bounded"})}}, f + ".function", "no aggregate function 'sum_bounded'");
  checkInvalid({{}, {}, {call({"", "rank", {col("x")}})}}, f + ".arguments", "rank takes 0 arguments but was given 1");
  checkInvalid({{}, {}, {call({"", "nth_value", {col("x")}})}}, f + ".arguments", "takes 2 arguments");
  checkInvalid({{}, {}, {call({"", "lag", {col("x"), col("s")}})}}, f + ".arguments[1]", "expected an integer");
  checkInvalid({{}, {}, {call({"", "lag", {col("x"), number(1), col("s")}})}}, f + ".arguments", "");
  checkInvalid({{}, {}, {call({"", "ntile", {number(0)}})}}, f + ".arguments[0]", "at least 1");
  checkInvalid({{}, {}, {call({"", "nth_value", {col("x"), number(-1)}})}}, f + ".arguments[1]", "at least 1");
  checkInvalid({{}, {}, {call({"", "sum", {col("s")}})}}, f + ".arguments",
               "does not take an argument of type varchar");
  checkInvalid({{}, {}, {call({"", "string_agg", {col("s"), col("s")}})}}, f + ".arguments[1]", "constant text");
  checkInvalid({{}, {}, {call({"", "sum"})}}, f + ".arguments", "needs an argument");
  checkInvalid({{}, {}, {call({"", "rank", {}, {}, true})}}, f + ".ignoreNulls", "rank");
  checkInvalid({{}, {}, {call({"", "sum", {col("x")}, {}, true})}}, f + ".ignoreNulls", "sum");
  checkInvalid({{}, {}, {call({"", "lag", {col("x")}, {}, false, sql("b")})}}, f + ".filter", "only aggregates");
  checkInvalid({{}, {}, {call({"", "sum", {col("x")}, {}, false, sql("x")})}}, f + ".filter", "condition");
  checkInvalid({{col("nix")}, {}, {call({"", "rank"})}}, ".partitionBy[0]", "nix");
  checkInvalid({{}, {ascending("nix")}, {call({"", "rank"})}}, ".orderBy[0].expression", "nix");

  const FrameBound current = bound(Kind::CurrentRow);
  const FrameBound one = bound(Kind::Preceding, number(1));
  checkInvalid({{}, {}, {framed(Unit::Rows, current, one)}}, f + ".frame", "starts after its end");
  checkInvalid({{}, {}, {framed(Unit::Rows, bound(Kind::UnboundedFollowing), current)}}, f + ".frame.start",
               "cannot start");
  checkInvalid({{}, {}, {framed(Unit::Rows, current, bound(Kind::UnboundedPreceding))}}, f + ".frame.end",
               "cannot end");
  checkInvalid({{}, {}, {framed(Unit::Rows, bound(Kind::Preceding), current)}}, f + ".frame.start",
               "expected an offset");
  for (const Unit unit : {Unit::Rows, Unit::Groups, Unit::Range}) {
    const std::string offset = f + ".frame.start.offset";
    const std::vector<SortKey> order{ascending("k")};
    checkInvalid({{}, order, {framed(unit, bound(Kind::Preceding, number(-1)), current)}}, offset, "negative");
    checkInvalid({{}, order, {framed(unit, bound(Kind::Preceding, sql("null")), current)}}, offset, "NULL");
    checkInvalid({{}, order, {framed(unit, bound(Kind::Preceding, col("x")), current)}}, offset, "x");
    checkInvalid({{}, order, {framed(unit, bound(Kind::Preceding, sql("'a'")), current)}}, offset, "varchar");
  }
  checkInvalid({{}, {}, {framed(Unit::Rows, bound(Kind::Preceding, sql("1.5")), current)}}, f + ".frame.start.offset",
               "integers");
  checkInvalid({{}, {}, {framed(Unit::Range, one, current)}}, f + ".frame", "exactly one order key, there are 0");
  checkInvalid({{}, {ascending("k"), ascending("x")}, {framed(Unit::Range, one, current)}}, f + ".frame",
               "exactly one");
  checkInvalid({{}, {ascending("s")}, {framed(Unit::Range, one, current)}}, f + ".frame.start.offset", "varchar");
  checkInvalid({{}, {ascending("d")}, {framed(Unit::Range, one, current)}}, f + ".frame.start.offset", "an interval");
  checkInvalid({{}, {ascending("k")}, {framed(Unit::Range, bound(Kind::Preceding, sql("interval '1' day")), current)}},
               f + ".frame.start.offset", "numeric");
  checkInvalid({{}, {ascending("d")}, {framed(Unit::Range, bound(Kind::Preceding, sql("interval '-1' day")), current)}},
               f + ".frame.start.offset", "negative");
}

TEST_P(WindowTest, WhatRowsCauseIsSaidWhenRunning) {
  const Type wide = Type::decimal(38, 0);
  Rows rows;
  for (int row = 0; row < 300; ++row) {
    rows.push_back({bigIntValue(row), Value::decimal(wide, powerOfTen(37) * 9), bigIntValue(row % 100 - 1)});
  }
  catalog_.add("w", {{"id", Type::bigInt(), false}, {"wide", wide, false}, {"n", Type::bigInt(), false}}, rows);
  const PlanBuilder scan = PlanBuilder::scan("w");
  const auto checkFailure = [&](const WindowCall& call, ErrorCode code, const std::string& text) {
    const ExecutionError error = runExpectingError(scan.window({{}, {ascending("id")}, {call}}).build(), catalog_);
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_EQ(error.place(), "Window#0") << error.what();
    EXPECT_NE(error.message().find(text), std::string::npos) << error.what();
  };
  checkFailure({"f", "sum", {col("wide")}}, ErrorCode::NumericOverflow, "sum(wide)");
  const WindowFrame sliding{Unit::Rows, bound(Kind::Preceding, number(1)), bound(Kind::CurrentRow)};
  checkFailure({"f", "sum", {col("wide")}, sliding}, ErrorCode::NumericOverflow, "sum(wide) rows between 1 preceding");
  checkFailure({"f", "ntile", {col("n")}}, ErrorCode::InvalidArgument, "ntile(n)");
  checkFailure({"f", "nth_value", {col("wide"), col("n")}}, ErrorCode::InvalidArgument, "nth_value(wide, n)");
  checkFailure({"f", "sum", {sql("id / n")}}, ErrorCode::DivisionByZero, "id / n");
  const WindowFrame range{Unit::Range, bound(Kind::Preceding, number(5)), bound(Kind::CurrentRow)};
  EXPECT_EQ(run(scan.window({{}, {ascending("wide")}, {{"f", "count", {}, range}}}).build(), catalog_).size(), 300U);
  // States over more rows than any frame has may overflow.
  const WindowFrame single{Unit::Rows, bound(Kind::CurrentRow), bound(Kind::CurrentRow)};
  for (const Row& row :
       run(scan.window({{}, {ascending("id")}, {{"f", "sum", {col("wide")}, single}}}).build(), catalog_)) {
    ASSERT_EQ(row[3].toString(), row[1].toString());
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, WindowTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
