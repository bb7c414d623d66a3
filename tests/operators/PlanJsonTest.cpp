#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/plan/PlanNode.h"
#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

using testing::HasSubstr;

struct Failure {
  std::string place;
  std::string message;
};

Failure failureOf(const std::string& json) {
  try {
    parsePlan(json);
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidPlan) << error.what();
    return {error.place(), error.message()};
  }
  return {"", "no error"};
}

/// A plan with this root.
std::string withRoot(const std::string& root) { return R"({"version": 1, "root": )" + root + "}"; }

constexpr const char* kScan = R"({"operator": "Scan", "table": "t"})";

PhysicalPlan fullPlan() {
  const PlanBuilder orders =
      PlanBuilder::scan("orders", {"o_orderkey", "o_custkey"}, sql("o_orderdate < date '1995-03-15'"));
  return PlanBuilder::scan("lineitem", {}, std::nullopt, {{0, 1000}, {2000, 3000}})
      .filter(sql("l_shipdate <= date '1998-12-01' - interval '90' day"))
      .hashJoin(orders, {col("l_orderkey")}, {col("o_orderkey")}, sql("l_tax > 0.02"), {"l_orderkey", "o_custkey"})
      .project({{"key", col("l_orderkey")}, {"odd \"name\" é", sql("o_custkey * 2")}})
      .aggregate({{"key", col("key")}}, {{"n", "count", std::nullopt}, {"s", "sum", col("key")}})
      .sort({{col("n"), true, false}, {col("s"), false, std::nullopt}})
      .topN({{col("n"), true, true}}, 10, 3)
      .limit(5)
      .build();
}

TEST(PlanJsonTest, RoundTrip) {
  const std::string printed = printPlan(fullPlan());
  EXPECT_EQ(printPlan(parsePlan(printed)), printed);
  EXPECT_THAT(printed, HasSubstr(R"("predicate": "l_shipdate <= date '1998-12-01' - interval '90' day")"));
}

TEST(PlanJsonTest, ReadsEveryField) {
  const PhysicalPlan plan = parsePlan(printPlan(fullPlan()));
  const auto& limit = std::get<LimitNode>(plan.root->content);
  EXPECT_EQ(limit.limit, 5U);
  const PlanNode& topNode = *plan.root->children.at(0);
  const auto& topN = std::get<TopNNode>(topNode.content);
  EXPECT_EQ(topN.limit, 10U);
  EXPECT_EQ(topN.offset, 3U);
  EXPECT_TRUE(topN.keys.at(0).descending);
  EXPECT_EQ(topN.keys.at(0).nullsFirst, true);
  const PlanNode& sortNode = *topNode.children.at(0);
  EXPECT_FALSE(std::get<SortNode>(sortNode.content).keys.at(1).nullsFirst.has_value());
  const PlanNode& aggregationNode = *sortNode.children.at(0);
  const auto& aggregation = std::get<HashAggregationNode>(aggregationNode.content);
  EXPECT_EQ(aggregation.groupBy.at(0).name, "key");
  EXPECT_FALSE(aggregation.aggregates.at(0).argument.has_value());
  EXPECT_TRUE(aggregation.aggregates.at(1).argument->sameAs(col("key")));
  const PlanNode& projectionNode = *aggregationNode.children.at(0);
  EXPECT_EQ(std::get<ProjectionNode>(projectionNode.content).expressions.at(1).name, "odd \"name\" é");
  const PlanNode& joinNode = *projectionNode.children.at(0);
  const auto& join = std::get<HashJoinNode>(joinNode.content);
  EXPECT_TRUE(join.condition->sameAs(sql("l_tax > 0.02")));
  EXPECT_EQ(join.output, (std::vector<std::string>{"l_orderkey", "o_custkey"}));
  EXPECT_EQ(std::get<ScanNode>(joinNode.children.at(1)->content).table, "orders");
  const PlanNode& selectionNode = *joinNode.children.at(0);
  EXPECT_EQ(operatorName(selectionNode), "Selection");
  const auto& scan = std::get<ScanNode>(selectionNode.children.at(0)->content);
  EXPECT_EQ(scan.ranges.at(1).second, 3000U);
}

TEST(PlanJsonTest, EveryOperatorIsReadAsItWasPrinted) {
  const PlanBuilder left = PlanBuilder::scan("l");
  const PlanBuilder right = PlanBuilder::scan("r");
  HashJoinNode hashJoin{{JoinType::Mark, sql("a > 1"), JoinSide::Right, "found", {"a", "found"}},
                        {{col("a"), sql("b + 1"), true}, {col("c"), col("d"), false}}};
  NestedLoopJoinNode nestedLoop{{JoinType::LeftAnti, sql("a < b"), JoinSide::Left, "mark", {}}};
  AggregateCall call{"t", "string_agg", col("a"), true, sql("b > 2"), "; "};
  HashAggregationNode sets{{{{"a", col("a")}, {"b", col("b")}}, {call}}, {{0, 1}, {1}, {}}, "set"};
  WindowFrame frame{WindowFrame::Unit::Groups,
                    {FrameBound::Kind::Preceding, lit(std::int64_t{2})},
                    {FrameBound::Kind::UnboundedFollowing, {}}};
  WindowNode window{{col("a")},
                    {{col("b"), true, true}},
                    {{"w", "nth_value", {col("c"), lit(std::int64_t{2})}, frame, true, sql("d")}}};
  ValuesNode values{{{"x", Type::decimal(9, 2)}, {"y", {}}}, {{lit(std::int64_t{1}), lit("one")}}};
  const std::vector<PlanBuilder> plans = {
      left.join(right, hashJoin),
      left.join(right, nestedLoop),
      left.crossJoin(right, {JoinSide::Left, {"a"}}),
      left.aggregate(sets),
      left.sortAggregate({{"a", col("a")}}, {{"n", "count", {}}}),
      left.sort({{col("a"), false, {}}}, true),
      left.distinct(),
      left.combine({right, right}, {SetOperationNode::Kind::Except, true}),
      left.combine({right}, {SetOperationNode::Kind::Intersect, false}),
      left.combine({right.combine({left}, {SetOperationNode::Kind::Union, true})},
                   {SetOperationNode::Kind::Union, false}),
      PlanBuilder::values(values),
      left.expand({{{"x", col("a")}}, {{"x", lit(std::int64_t{1})}}}),
      left.window(window),
  };
  for (const PlanBuilder& plan : plans) {
    const std::string text = printPlan(plan.build());
    SCOPED_TRACE(text);
    const PhysicalPlan read = parsePlan(text);
    EXPECT_EQ(printPlan(read), text);
    EXPECT_EQ(operatorName(*read.root), operatorName(*plan.build().root));
  }
  const PhysicalPlan read = parsePlan(printPlan(plans[0].build()));
  const auto& join = std::get<HashJoinNode>(read.root->content);
  EXPECT_EQ(join.type, JoinType::Mark);
  EXPECT_EQ(join.build, JoinSide::Right);
  EXPECT_EQ(join.mark, "found");
  EXPECT_TRUE(join.keys.at(0).nullSafe);
  EXPECT_FALSE(join.keys.at(1).nullSafe);
  EXPECT_TRUE(join.keys.at(0).right.sameAs(sql("b + 1")));
}

TEST(PlanJsonTest, ReadsExpressionsAsObjects) {
  const PhysicalPlan plan =
      parsePlan(withRoot(R"json({"operator": "Projection", "input": {"operator": "Scan", "table": "t"},
    "expressions": [
      {"name": "a", "expression": {"call": "add", "arguments": [{"column": "x"}, "y + 1", {"literal": 5}]}},
      {"name": "b", "expression": {"cast": {"literal": "1.5", "type": "decimal(15,2)"}, "type": "double"}},
      {"name": "c", "expression": {"literal": null, "type": "date"}},
      {"name": "d", "expression": {"literal": 2.5}},
      {"name": "e", "expression": {"literal": "90 day", "type": "interval"}},
      {"name": "f", "expression": {"literal": true}},
      "g",
      {"name": "h", "expression": {"try_cast": "a", "type": "date"}}]})json"));
  const auto& expressions = std::get<ProjectionNode>(plan.root->content).expressions;
  EXPECT_TRUE(expressions.at(0).expression.sameAs(call("add", {col("x"), sql("y + 1"), lit(std::int64_t{5})})));
  EXPECT_TRUE(expressions.at(1).expression.sameAs(
      cast(lit(Value::decimal(Type::decimal(15, 2), 150)), Type::doublePrecision())));
  EXPECT_TRUE(expressions.at(2).expression.sameAs(lit(Value::null(Type::date()))));
  EXPECT_TRUE(expressions.at(3).expression.sameAs(lit(2.5)));
  EXPECT_TRUE(expressions.at(4).expression.sameAs(sql("interval '90' day")));
  EXPECT_TRUE(expressions.at(5).expression.sameAs(sql("true")));
  EXPECT_EQ(expressions.at(6).name, "g");
  EXPECT_TRUE(expressions.at(7).expression.sameAs(tryCast(col("a"), Type::date())));
}

TEST(PlanJsonTest, BrokenJsonNamesLineAndColumn) {
  const Failure failure = failureOf("{\"version\": 1,\n  \"root\": oops}");
  EXPECT_EQ(failure.place, "line 2, column 11");
  EXPECT_THAT(failure.message, HasSubstr("not valid JSON"));
  EXPECT_EQ(failureOf("").place, "line 1, column 1");
  EXPECT_THAT(failureOf("{\"a\": 1e999}").message, HasSubstr("cannot be read"));
  EXPECT_THAT(failureOf(R"({"version": 1, "version": 1})").message, HasSubstr("twice: \"version\""));
  EXPECT_THAT(failureOf(std::string(1'000'000, '[')).message, HasSubstr("not valid JSON"));
}

TEST(PlanJsonTest, BadDocuments) {
  EXPECT_EQ(failureOf("[]").place, "$");
  EXPECT_THAT(failureOf("[]").message, HasSubstr("expected an object but found an array"));
  EXPECT_THAT(failureOf(R"({"root": {}})").message, HasSubstr("missing: \"version\""));
  EXPECT_EQ(failureOf(R"({"version": 2, "root": {}})").place, "$.version");
  EXPECT_THAT(failureOf(R"({"version": 1})").message, HasSubstr("missing: \"root\""));
  EXPECT_THAT(failureOf(R"({"version": 1, "root": {}, "rot": 1})").message,
              HasSubstr("allowed here are version, root; found: \"rot\""));
}

TEST(PlanJsonTest, BadOperators) {
  struct Case {
    std::string root;
    std::string place;
    std::string message;
  };
  const std::string input = std::string(R"("input": )") + kScan;
  const std::vector<Case> cases = {
      {"5", "$.root", "expected an operator (an object) but found a number"},
      {R"({"table": "t"})", "$.root", "missing: \"operator\""},
      {R"({"operator": 5})", "$.root.operator", "expected a string but found a number"},
      {R"({"operator": "Scam", "table": "t"})", "$.root.operator",
       "known are Scan, Selection, Projection, HashJoin, NestedLoopJoin, CrossJoin, HashAggregation, SortAggregation, "
       "Sort, TopN, Limit, Distinct, Union, Intersect, Except, Values, Expand, Window; found: \"Scam\""},
      {R"({"operator": "Scan"})", "$.root", "missing: \"table\""},
      {R"({"operator": "Scan", "table": "t", "filtr": "a"})", "$.root",
       "allowed here are operator, table, columns, filter, ranges; found: \"filtr\""},
      {R"({"operator": "Scan", "table": "t", "columns": "a"})", "$.root.columns",
       "expected an array but found a string"},
      {R"({"operator": "Scan", "table": "t", "columns": ["a", 1]})", "$.root.columns[1]", "expected a string"},
      {R"({"operator": "Scan", "table": "t", "ranges": [[0, 1], [2]]})", "$.root.ranges[1]", "[begin, end]"},
      {R"({"operator": "Scan", "table": "t", "ranges": [[3, 1]]})", "$.root.ranges[0]",
       "must not end before it begins"},
      {R"({"operator": "Scan", "table": "t", "filter": "a +"})", "$.root.filter", "at column 4"},
      {R"({"operator": "Selection", "predicate": "a"})", "$.root", "missing: \"input\""},
      {R"({"operator": "Selection", "predicate": 5, )" + input + "}", "$.root.predicate", "an expression"},
      {R"({"operator": "Selection", "predicate": {"colum": "a"}, )" + input + "}", "$.root.predicate",
       "one of the fields"},
      {R"({"operator": "Selection", "predicate": {"call": "f", "arguments": [{"column": 1}]}, )" + input + "}",
       "$.root.predicate.arguments[0].column", "expected a string"},
      {R"({"operator": "Selection", "predicate": {"literal": "x", "type": "date"}, )" + input + "}",
       "$.root.predicate.literal", "x"},
      {R"({"operator": "Selection", "predicate": {"literal": 1, "type": "dat"}, )" + input + "}",
       "$.root.predicate.type", "dat"},
      {R"({"operator": "Limit", "limit": -1, )" + input + "}", "$.root.limit", "found: -1"},
      {R"({"operator": "Limit", "limit": 1.5, )" + input + "}", "$.root.limit", "found: 1.5"},
      {R"({"operator": "Limit", "limit": "1", )" + input + "}", "$.root.limit", "a whole number but found a string"},
      {R"({"operator": "Sort", "keys": [{"expression": "a", "desc": true}], )" + input + "}", "$.root.keys[0]",
       "allowed here are expression, descending, nullsFirst"},
      {R"({"operator": "Sort", "keys": [{"expression": "a", "descending": 1}], )" + input + "}",
       "$.root.keys[0].descending", "true or false"},
      {R"({"operator": "TopN", "keys": ["a"], )" + input + "}", "$.root", "missing: \"limit\""},
      {R"({"operator": "HashAggregation", "groupBy": [], )" + input + "}", "$.root",
       "needs \"groupBy\" or \"aggregates\""},
      {R"({"operator": "HashAggregation", "aggregates": [{"name": "n"}], )" + input + "}", "$.root.aggregates[0]",
       "missing: \"function\""},
      {std::string(R"({"operator": "HashJoin", "type": "outer", "keys": [], "left": )") + kScan + R"(, "right": )" +
           kScan + "}",
       "$.root.type", "known are inner, left, right, full, leftSemi"},
      {std::string(R"({"operator": "HashJoin", "keys": [{"left": "a"}], "left": )") + kScan + R"(, "right": )" + kScan +
           "}",
       "$.root.keys[0]", "missing: \"right\""},
      {std::string(R"({"operator": "CrossJoin", "build": "probe", "left": )") + kScan + R"(, "right": )" + kScan + "}",
       "$.root.build", "known are left, right; found: \"probe\""},
      {std::string(R"({"operator": "HashJoin", "keys": [{"left": "a", "right": "b"}], "left": )") + kScan +
           R"(, "right": {"operator": "Limit", "limit": 1, "input": {"operator": "x"}}})",
       "$.root.right.input.operator", "unknown operator"},
      {std::string(R"({"operator": "Union", "inputs": [)") + kScan + "]}", "$.root.inputs", "at least two inputs"},
      {std::string(R"({"operator": "Except", "inputs": [)") + kScan + R"(, {"operator": "x"}]})",
       "$.root.inputs[1].operator", "unknown operator"},
      {R"({"operator": "HashAggregation", "groupBy": ["a"], "groupingSets": [["b"]], )" + input + "}",
       "$.root.groupingSets[0][0]", "name of a key in groupBy"},
      {R"({"operator": "Window", "functions": [{"name": "w", "function": "sum", "frame": {"unit": "rows",)"
       R"( "start": {"before": 1}, "end": "currentRow"}}], )" +
           input + "}",
       "$.root.functions[0].frame.start", ""},
      {R"({"operator": "Values", "columns": [{"name": "a", "type": "number"}], "rows": []})", "$.root.columns[0].type",
       "number"},
  };
  for (const Case& bad : cases) {
    const Failure failure = failureOf(withRoot(bad.root));
    EXPECT_EQ(failure.place, bad.place) << bad.root << "\n" << failure.message;
    EXPECT_THAT(failure.message, HasSubstr(bad.message)) << bad.root;
  }
}

std::string nestedSelections(std::size_t count) {
  std::string json;
  for (std::size_t i = 0; i < count; ++i) {
    json += R"({"operator": "Selection", "predicate": "a", "input": )";
  }
  return withRoot(json + kScan + std::string(count, '}'));
}

TEST(PlanJsonTest, DeepPlansWorkUpToTheLimit) {
  const PhysicalPlan plan = parsePlan(nestedSelections(1900));
  EXPECT_EQ(printPlan(parsePlan(printPlan(plan))), printPlan(plan));
  const Failure failure = failureOf(nestedSelections(5000));
  EXPECT_EQ(failure.place, "$.root");
  EXPECT_THAT(failure.message, HasSubstr("deeper than the limit of 2000"));
  EXPECT_THAT(failureOf(nestedSelections(200'000)).message, HasSubstr("deeper than the limit"));
}

TEST(PlanJsonTest, DeepExpressionObjectsMeetTheLimit) {
  std::string json;
  constexpr std::size_t kDepth = 50'000;
  for (std::size_t i = 0; i < kDepth; ++i) {
    json += R"({"cast": )";
  }
  json += "\"a\"";
  for (std::size_t i = 0; i < kDepth; ++i) {
    json += R"(, "type": "bigint"})";
  }
  const Failure failure =
      failureOf(withRoot(R"({"operator": "Selection", "predicate": )" + json + R"(, "input": )" + kScan + "}"));
  EXPECT_THAT(failure.message, HasSubstr("deeper than the limit of 1000"));
}

TEST(PlanJsonTest, BuilderRefusesTooDeepPlans) {
  PlanBuilder plan = PlanBuilder::scan("t");
  EXPECT_THROW(
      {
        for (int i = 0; i < 3000; ++i) {
          plan = plan.limit(1);
        }
      },
      ExecutionError);
}

}  // namespace
}  // namespace basalt
