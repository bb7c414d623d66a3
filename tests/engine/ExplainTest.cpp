#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/Explain.h"
#include "engine/explain/QuantityText.h"
#include "operators/spec/PlanBinder.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt {
namespace {

using testing::HasSubstr;
using testing::Not;

class TestCatalog final : public Catalog {
 public:
  void add(std::shared_ptr<const Table> table) { tables_[table->name()] = std::move(table); }
  std::shared_ptr<const Table> find(std::string_view name) const override {
    const auto found = tables_.find(std::string(name));
    return found == tables_.end() ? nullptr : found->second;
  }
  std::vector<std::string> tableNames() const override {
    std::vector<std::string> names;
    for (const auto& [name, table] : tables_) names.push_back(name);
    return names;
  }

 private:
  std::map<std::string, std::shared_ptr<const Table>> tables_;
};

std::shared_ptr<const Table> makeTable(std::string name, const std::string& prefix, int rows) {
  std::vector<std::vector<Value>> values;
  for (int row = 0; row < rows; ++row) {
    values.push_back({Value::integer(Type::integer(), row), Value::integer(Type::bigInt(), row * 10)});
  }
  values.front()[1] = Value::null(Type::bigInt());
  return MemoryTable::fromRows(
      std::move(name), Schema({{prefix + "_key", Type::integer(), false}, {prefix + "_value", Type::bigInt(), true}}),
      values);
}

PipelinePlan joinPlan() {
  TestCatalog catalog;
  catalog.add(makeTable("items", "i", 1200));
  catalog.add(makeTable("groups", "g", 3));
  const PhysicalPlan plan =
      PlanBuilder::scan("items", {}, sql("i_value > 7"))
          .hashJoin(PlanBuilder::scan("groups"), {col("i_key")}, {col("g_key")}, {}, {"g_value", "i_value"})
          .aggregate({{"g_value", col("g_value")}}, {{"total", "sum", col("i_value")}})
          .topN({{col("total"), true, {}}, {col("g_value"), false, true}}, 10, 5)
          .build();
  return buildPipelines(bindPlan(plan, catalog));
}

std::uint32_t idOf(const OperatorSpec& spec, OperatorKind kind) {
  if (spec.kind == kind) return spec.id;
  for (const SpecPointer& child : spec.children) {
    if (const std::uint32_t id = idOf(*child, kind); id != UINT32_MAX) return id;
  }
  return UINT32_MAX;
}

TEST(Explain, ShowsOperatorsWithTheirExpressions) {
  const std::string text = explain(joinPlan());
  EXPECT_THAT(text, HasSubstr("TopN#0\n"));
  EXPECT_THAT(text, HasSubstr("limit: 10, after skipping 5\n"));
  EXPECT_THAT(text, HasSubstr("keys: total desc, g_value nulls first\n"));
  EXPECT_THAT(text, HasSubstr("on: i_key = g_key\n"));
  EXPECT_THAT(text, HasSubstr("build: Scan#"));
  EXPECT_THAT(text, HasSubstr(" groups  (table of 3 rows)\n"));
  EXPECT_THAT(text, HasSubstr(" items  (table of 1,200 rows)\n"));
  EXPECT_THAT(text, HasSubstr("filter: i_value > 7\n"));
}

TEST(Explain, ShowsDeduplicationsListsAndValues) {
  TestCatalog catalog;
  catalog.add(makeTable("items", "i", 12));
  const auto textOf = [&](const PlanBuilder& plan) { return explain(buildPipelines(bindPlan(plan.build(), catalog))); };
  const std::string distinct = textOf(PlanBuilder::scan("items").aggregate(
      {},
      {{"n", "count", {}}, {"d", "count", col("i_value"), true}, {"s", "sum", col("i_key"), false, sql("i_key > 3")}}));
  EXPECT_THAT(distinct, HasSubstr("deduplicates: i_value\n"));
  EXPECT_THAT(distinct, HasSubstr("count(distinct i_value)"));
  EXPECT_THAT(distinct, HasSubstr("(deduplicate)"));
  EXPECT_THAT(distinct, HasSubstr("filter (where i_key > 3)"));
  HashAggregationNode sets;
  sets.groupBy = {{"k", col("i_key")}};
  sets.aggregates = {{"n", "count", {}}};
  sets.groupingSets = {{0}, {}};
  const std::string expanded = textOf(PlanBuilder::scan("items").aggregate(sets));
  EXPECT_THAT(expanded, HasSubstr("Expand#"));
  EXPECT_THAT(expanded, HasSubstr("list: i_key, 0\n"));
  const std::string values =
      textOf(PlanBuilder::values({{{"a", {}}}, {{sql("1")}, {sql("2")}}})
                 .combine({PlanBuilder::scan("items", {"i_key"})}, {SetOperationNode::Kind::Except, true}));
  EXPECT_THAT(values, HasSubstr("Values#"));
  EXPECT_THAT(values, HasSubstr("Repeat#0\n"));
  const std::string sorted =
      textOf(PlanBuilder::scan("items").sortAggregate({{"k", col("i_key")}}, {{"n", "count", {}}}));
  EXPECT_THAT(sorted, HasSubstr("SortAggregation#0\n"));
}

TEST(Explain, ShowsPipelinesWithWhatTheyWaitFor) {
  const std::string text = explain(joinPlan());
  EXPECT_THAT(text, HasSubstr("Pipeline 0: Scan#"));
  EXPECT_THAT(text, HasSubstr(" groups > HashJoin#"));
  EXPECT_THAT(text, HasSubstr("(build)\n"));
  EXPECT_THAT(text, HasSubstr("    after pipeline 0\n"));
  EXPECT_THAT(text, HasSubstr("> Result\n"));
}

TEST(Explain, ShowsWindowsWithTheirFunctions) {
  TestCatalog catalog;
  catalog.add(makeTable("items", "i", 10));
  const WindowFrame frame{
      WindowFrame::Unit::Rows, {FrameBound::Kind::Preceding, lit(std::int64_t{3})}, {FrameBound::Kind::CurrentRow, {}}};
  const PhysicalPlan plan = PlanBuilder::scan("items")
                                .window({{sql("i_key % 2")},
                                         {{col("i_value"), true, {}}},
                                         {{"r", "rank"}, {"a", "avg", {col("i_value")}, frame}, {"n", "count"}}})
                                .build();
  const std::string text = explain(buildPipelines(bindPlan(plan, catalog)));
  EXPECT_THAT(text, HasSubstr("partition by: i_key % 2\n"));
  EXPECT_THAT(text, HasSubstr("order by: i_value desc\n"));
  EXPECT_THAT(text, HasSubstr("functions: rank(), sum(i_value) rows between 3 preceding and current row, "));
  EXPECT_THAT(text, HasSubstr("rank() as r, sum(i_value) rows between 3 preceding and current row / "
                              "count(i_value) rows between 3 preceding and current row as a, count(*) as n"));
}

TEST(Explain, AnalyzeShowsWhatHappened) {
  const PipelinePlan plan = joinPlan();
  ExecutionStatistics statistics;
  statistics.rows = 3;
  statistics.milliseconds = 12.34;
  statistics.peakMemoryBytes = 3 << 20;
  statistics.warnings = {"pipeline 1 stays interpreted"};
  statistics.operators.push_back({idOf(*plan.plan.root, OperatorKind::HashJoin), "", "", 1234567});
  PipelineStatistics pipeline;
  pipeline.id = 1;
  pipeline.sourceRows = 1200;
  pipeline.chunksSkipped = 1;
  pipeline.guesses = {"a in 2 bytes", "b of few values"};
  pipeline.chunksTotal = 4;
  pipeline.interpreted = {.morsels = 1, .rows = 200, .cpuMilliseconds = 0.02};
  pipeline.compiled = {.morsels = 9, .rows = 1000, .cpuMilliseconds = 0.01};
  pipeline.switchedAfterMorsels = 1;
  pipeline.switchMilliseconds = 0.5;
  pipeline.compileMilliseconds = 4.2;
  pipeline.instructions = 321;
  pipeline.codeBytes = 2048;
  pipeline.tierReason = "compiled: worth it";
  statistics.pipelines.push_back(pipeline);

  const std::string text = explainAnalyze(plan, statistics);
  EXPECT_THAT(text, HasSubstr("(1,234,567 rows)\n"));
  EXPECT_THAT(text, HasSubstr("1,200 rows; 1 of 4 chunks skipped by zone maps\n"));
  EXPECT_THAT(text, HasSubstr("guessed:     a in 2 bytes; b of few values\n"));
  EXPECT_THAT(text, HasSubstr("interpreted: 1 morsel, 200 rows, 100.00 ns/row"));
  EXPECT_THAT(text, HasSubstr("compiled:    9 morsels, 1,000 rows, 10.00 ns/row"));
  EXPECT_THAT(text, HasSubstr("switched:    after 1 morsel, at 0.500 ms\n"));
  EXPECT_THAT(text, HasSubstr("4.20 ms of compiling, 321 instructions, 2.0 KiB\n"));
  EXPECT_THAT(text, HasSubstr("decision:    compiled: worth it\n"));
  EXPECT_THAT(text, HasSubstr("Query: 3 rows in 12.3 ms"));
  EXPECT_THAT(text, HasSubstr("3.0 MiB of memory"));
  EXPECT_THAT(text, HasSubstr("Warning: pipeline 1 stays interpreted\n"));
}

TEST(Explain, AnalyzeShowsHowOftenALoopReadItsBuildSide) {
  TestCatalog catalog;
  catalog.add(makeTable("items", "i", 1200));
  catalog.add(makeTable("groups", "g", 3));
  NestedLoopJoinNode loop;
  loop.type = JoinType::LeftAnti;
  loop.condition = sql("i_value < g_value");
  const PlanBuilder anti = PlanBuilder::scan("items").join(PlanBuilder::scan("groups"), loop);
  const PipelinePlan plan = buildPipelines(bindPlan(anti.build(), catalog));
  ExecutionStatistics statistics;
  statistics.operators = {{0, "NestedLoopJoin#0", "$.root", 1190, 1200}};
  const std::string text = explainAnalyze(plan, statistics);
  EXPECT_THAT(text, HasSubstr("NestedLoopJoin#0  (1,190 rows, 1,200 scans of the build side)"));
  EXPECT_THAT(text, HasSubstr("type: leftAnti"));
  EXPECT_THAT(text, HasSubstr("condition: "));
}

TEST(Explain, ADeepPlanGivesAShortText) {
  TestCatalog catalog;
  catalog.add(makeTable("items", "i", 1));
  PlanBuilder plan = PlanBuilder::scan("items");
  for (int depth = 0; depth < 1000; ++depth) plan = plan.limit(5);
  const std::string text = explain(buildPipelines(bindPlan(plan.build(), catalog)));
  EXPECT_THAT(text, HasSubstr("Limit#999"));
  EXPECT_LT(text.size(), 2'000'000);
}

TEST(Explain, ALongListIsCut) {
  TestCatalog catalog;
  catalog.add(makeTable("items", "i", 1));
  std::string list = "1";
  for (int number = 2; number < 900; ++number) list += fmt::format(", {}", number);
  const PhysicalPlan plan = PlanBuilder::scan("items", {}, sql("i_key in (" + list + ")")).build();
  const std::string text = explain(buildPipelines(bindPlan(plan, catalog)));
  EXPECT_THAT(text, HasSubstr("...\n"));
  EXPECT_THAT(text, Not(HasSubstr("899")));
}

TEST(QuantityText, GroupsDigitsAndPicksUnits) {
  EXPECT_EQ(countText(0), "0");
  EXPECT_EQ(countText(999), "999");
  EXPECT_EQ(countText(1000), "1,000");
  EXPECT_EQ(countText(6001215, "row"), "6,001,215 rows");
  EXPECT_EQ(countText(1, "row"), "1 row");
  EXPECT_EQ(millisecondsText(0.0421), "0.042 ms");
  EXPECT_EQ(millisecondsText(12.34), "12.3 ms");
  EXPECT_EQ(millisecondsText(4312.4), "4,312 ms");
  EXPECT_EQ(bytesText(812), "812 bytes");
  EXPECT_EQ(bytesText(51170508), "48.8 MiB");
}

}  // namespace
}  // namespace basalt
