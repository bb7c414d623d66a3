#include <set>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

HashJoinNode fullJoin() {
  HashJoinNode join;
  join.type = JoinType::Full;
  join.keys = {{col("n"), sql("key + 500")}};
  return join;
}

/// Plans that between them have every kind of source and step.
std::vector<PhysicalPlan> allKinds() {
  const PlanBuilder scan = PlanBuilder::scan("t");
  const PlanBuilder other = scan.project({{"key", col("n")}, {"text", col("s")}});
  return {
      scan.filter(sql("n > 10")).project({{"m", sql("n * 2")}}).limit(500).build(),
      scan.hashJoin(other, {col("n")}, {col("key")}).build(),
      scan.join(other, fullJoin()).build(),
      scan.crossJoin(other.filter(sql("key < 3"))).build(),
      scan.aggregate({{"s", col("s")}}, {{"c", "count", {}}}).build(),
      scan.aggregate({{"s", col("s")}}, {{"c", "count", {}}, {"d", "count", col("n"), true}}).build(),
      scan.sortAggregate({{"n", col("n")}}, {{"c", "count", {}}}).build(),
      scan.expand({{{"v", col("n")}}, {{"v", sql("n + 1")}}}).build(),
      scan.combine({scan}, {SetOperationNode::Kind::Intersect, true}).build(),
      scan.sort({ascending("s")}).build(),
      scan.topN({descending("s")}, 5).build(),
      scan.window({{col("s")}, {ascending("n")}, {{"r", "rank"}}}).build(),
  };
}

class CompletenessTest : public QueryTest {
 protected:
  CompletenessTest() {
    Rows rows;
    for (int row = 0; row < 1000; ++row) rows.push_back({integerValue(row), textValue(std::to_string(row % 40))});
    catalog_.add("t", {{"n", Type::integer(), false}, {"s", Type::varchar(), false}}, rows);
  }
  TestCatalog catalog_;
};

TEST_P(CompletenessTest, EveryKindRunsInTheEngineThatWasAskedFor) {
  std::set<Pipeline::SourceKind> sources;
  std::set<Pipeline::StepKind> steps;
  for (const PhysicalPlan& plan : allKinds()) {
    SCOPED_TRACE(printPlan(plan));
    const auto result = GetParam().engine().execute(plan, catalog_, GetParam().options());
    while (result->nextBatch()) {
    }
    const ExecutionStatistics statistics = result->statistics();
    EXPECT_TRUE(statistics.warnings.empty()) << statistics.warnings.front();
    for (const Pipeline& pipeline : result->plan().pipelines) {
      sources.insert(pipeline.source.kind);
      for (const Pipeline::Step& step : pipeline.steps) steps.insert(step.kind);
      const PipelineStatistics& work = statistics.pipelines[pipeline.id];
      const bool isCompiled = GetParam().mode == EngineMode::Compiled;
      const bool isInterpreted = GetParam().mode == EngineMode::Interpreted;
      if (isCompiled) EXPECT_GT(work.compiled.morsels, 0U) << work.description;
      if (const auto switchAfter = GetParam().switchAfterMorsels) {
        // Few rows may be several morsels: groups lie with the workers that met them.
        const std::uint64_t morsels = work.interpreted.morsels + work.compiled.morsels;
        EXPECT_EQ(work.compiled.morsels > 0, morsels > *switchAfter) << work.description;
        if (work.sourceRows > 100) EXPECT_GT(work.compiled.morsels, 0U) << work.description;
      }
      if (isCompiled) EXPECT_EQ(work.interpreted.morsels, 0U) << work.description;
      if (isInterpreted) EXPECT_EQ(work.compiled.morsels, 0U) << work.description;
    }
  }
  // Fails to compile when a kind is added: give it a plan above, and both engines what they need for it.
  for (int kind = 0;; ++kind) {
    const auto source = static_cast<Pipeline::SourceKind>(kind);
    bool isLast = false;
    switch (source) {
      case Pipeline::SourceKind::TableScan:
        break;
      case Pipeline::SourceKind::Rows:
        isLast = true;
    }
    EXPECT_TRUE(sources.contains(source)) << "source kind " << kind;
    if (isLast) break;
  }
  for (int kind = 0;; ++kind) {
    const auto step = static_cast<Pipeline::StepKind>(kind);
    bool isLast = false;
    switch (step) {
      case Pipeline::StepKind::Select:
      case Pipeline::StepKind::Project:
      case Pipeline::StepKind::Probe:
      case Pipeline::StepKind::Limit:
      case Pipeline::StepKind::Expand:
      case Pipeline::StepKind::Repeat:
      case Pipeline::StepKind::SortAggregate:
      case Pipeline::StepKind::Deduplicate:
      case Pipeline::StepKind::JoinBuild:
      case Pipeline::StepKind::Aggregate:
      case Pipeline::StepKind::Sort:
      case Pipeline::StepKind::TopN:
      case Pipeline::StepKind::Window:
        break;
      case Pipeline::StepKind::Result:
        isLast = true;
    }
    EXPECT_TRUE(steps.contains(step)) << "step kind " << kind;
    if (isLast) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, CompletenessTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
