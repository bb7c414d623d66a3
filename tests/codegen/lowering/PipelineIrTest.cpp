#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/jit/JitCompiler.h"
#include "codegen/lowering/LoweringRegistry.h"
#include "tests/codegen/support/FileCheck.h"
#include "tests/codegen/support/TestPlans.h"

namespace basalt::codegen {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PipelineIrTest : public ::testing::Test {
 protected:
  std::string print(const PlanBuilder& plan, IrStage stage, std::size_t pipeline = 0, const PipelineFacts& facts = {}) {
    const PipelinePlan pipelines = tables().pipelines(plan);
    return compiler().print(pipelines.pipelines.at(pipeline), facts, stage);
  }
  std::string optimised(const PlanBuilder& plan, std::size_t pipeline = 0, const PipelineFacts& facts = {}) {
    return print(plan, IrStage::Optimised, pipeline, facts);
  }

  static const TestTables& tables() {
    static const TestTables tables;
    return tables;
  }
  static JitCompiler& compiler() {
    static JitCompiler compiler;
    return compiler;
  }
};

PlanBuilder filtered(const std::string& condition) {
  return PlanBuilder::scan("items", {"i_id", "i_price"}, sql(condition));
}

/// One plan per operator and kind of expression.
std::vector<PlanBuilder> manyPlans() {
  const PlanBuilder items = PlanBuilder::scan("items");
  return {
      filtered("i_id < 100 and i_price > 1.00"),
      items.filter(sql("i_rating > 3 or i_note like '%7%'")),
      items.filter(sql("i_id in (1, 2, 3, 4, 5, 6, 7, 8, 9) or regexp_matches(i_note, '7+')")),
      items.project({{"x", sql("try_cast(i_rating as tinyint)")}, {"y", sql("try_cast(i_id as decimal(4,2))")}}),
      items.project({{"x", sql("case when i_rating is null then i_group + 1 else i_rating * 2 end")},
                     {"y", sql("i_rating > 3 and i_group > 2")}}),
      items.hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")}),
      items.hashJoin(PlanBuilder::scan("groups"), {col("i_rating")}, {col("g_id")}, sql("i_id > 10")),
      items.aggregate({{"flag", col("i_flag")}}, {{"total", "sum", col("i_price")}, {"n", "count", {}}}),
      items.aggregate({{"rating", col("i_rating")}, {"note", col("i_note")}}, {{"total", "avg", col("i_price")}}),
      items.aggregate({}, {{"total", "sum", sql("i_price * 2")}, {"least", "min", col("i_rating")}}),
      items.sort({{col("i_rating"), true, {}}, {col("i_note"), false, {}}}),
      items.topN({{col("i_price"), true, {}}, {col("i_rating"), false, {}}}, 10),
      items.limit(10, 5),
  };
}

TEST_F(PipelineIrTest, CheapConditionsAreTestedInBlocksByVectorCode) {
  EXPECT_TRUE(matches(optimised(filtered("i_id < 100 and i_price > 1.00")), R"(
CHECK: define i32 @pipeline(ptr %state, ptr %worker, ptr %morsel)
CHECK: load atomic i32, ptr %interrupt monotonic
CHECK: vector.body:
CHECK: load <[[WIDTH:[0-9]+]] x i16>, {{.*}}!invariant.load
CHECK: store <[[WIDTH]] x i8>
CHECK: call noundef i64 @_ZN6basalt15selectPositionsEPKhmjPj(
CHECK: "Scan#0.match" =
)"));
}

TEST_F(PipelineIrTest, WhatOnlyMatchesNeedIsAskedForPartByPart) {
  EXPECT_TRUE(matches(optimised(filtered("i_id < 100")), R"(
CHECK: "Scan#0.parts.body":
CHECK: "Scan#0.dense.then":
CHECK: call void @llvm.prefetch{{.*}}i_price.prefetched
CHECK: call {{.*}}selectPositions
CHECK: "Scan#0.prefetchMatches.loop.body":
CHECK: call void @llvm.prefetch{{.*}}i_price.prefetched
CHECK: "Scan#0.parts.end":
CHECK: row.body:
)"));
}

TEST_F(PipelineIrTest, OtherConditionsReadEachColumnWhereItIsNeeded) {
  EXPECT_TRUE(matches(optimised(filtered("i_note like '%7%' and i_flag < i_note")), R"(
CHECK: "Scan#0.refine.loop.body":
CHECK: br i1 {{.*}}label %"Scan#0.filter.then
CHECK: "Scan#0.i_flag.code" = load i8, {{.*}}!invariant.load
CHECK: br i1 {{.*}}label %"Scan#0.filter.then
CHECK: row.body:
CHECK: "Scan#0.i_price.narrow" = load i16
)"));
}

TEST_F(PipelineIrTest, ConditionsOnStringsWithCodesCompareStoredCodes) {
  EXPECT_TRUE(matches(optimised(filtered("i_flag = 'A'")), R"(
CHECK: vector.body
CHECK: load <[[LANES:[0-9]+]] x i8>
CHECK-NOT: sext
CHECK: icmp eq <[[LANES]] x i8>
CHECK: call {{.*}}selectPositions
)"));
}

TEST_F(PipelineIrTest, PlainStringsAreComparedByTheirHandlesInVectorCode) {
  const auto filtered = [](const std::string& condition) {
    return PlanBuilder::scan("plain_items", {"i_id"}, sql(condition));
  };
  EXPECT_TRUE(matches(optimised(filtered("i_flag in ('A', 'B')")), R"(
CHECK: icmp eq <[[LANES:[0-9]+]] x i64>
CHECK: store <[[LANES]] x i8>
CHECK-NOT: refine
CHECK: row.body:
)"));
  // What handles leave open is tested further, one by one where few rows are left.
  EXPECT_TRUE(matches(optimised(filtered("i_id < 7 and i_flag = 'longer than a handle'")), R"(
CHECK: "Scan#0.texts.then":
CHECK: icmp eq <[[LANES:[0-9]+]] x i64>
CHECK: "Scan#0.refine.loop.body":
CHECK: "Scan#0.refine.loop.body{{[0-9]+}}":
CHECK: row.body:
)"));
}

TEST_F(PipelineIrTest, ASingleGroupStaysInRegisters) {
  const PlanBuilder plan = filtered("i_id < 100").aggregate({}, {{"total", "sum", col("i_price")}});
  EXPECT_TRUE(matches(optimised(plan), R"(
CHECK: call {{.*}}groupTableSingleRow
CHECK: row.body:
CHECK-NOT: store
CHECK: block.end:
CHECK: store
)"));
}

TEST_F(PipelineIrTest, FewGroupsAreUpdatedByVectorCode) {
  // A sum is a vector of sums, in registers, for the rows of one group after the other; the next block's rows come
  // meanwhile.
  const PlanBuilder plan =
      PlanBuilder::scan("items", {"i_flag", "i_price"}, sql("i_id < 2000"))
          .aggregate({{"flag", col("i_flag")}}, {{"total", "sum", col("i_price")}, {"rows", "count", {}}});
  EXPECT_TRUE(matches(optimised(plan), R"(
CHECK: vector.body
CHECK: call i32 @llvm.vector.reduce.or.
CHECK: "HashAggregation#0.place
CHECK: phi <[[LANES:[0-9]+]] x i64>
CHECK: load <[[LANES]] x i8>
CHECK-NOT: store
CHECK: call void @llvm.prefetch.p0(ptr %stream.address
CHECK-NOT: store
CHECK: call i64 @llvm.vector.reduce.add.
CHECK: row.body:
)"));
}

TEST_F(PipelineIrTest, TheLeastAndGreatestOfFewGroupsAreFoundByVectorCode) {
  const PlanBuilder plan = PlanBuilder::scan("items", {"i_flag", "i_price", "i_group"}, sql("i_id < 2000"))
                               .aggregate({{"flag", col("i_flag")}},
                                          {{"least", "min", col("i_group")}, {"greatest", "max", col("i_price")}});
  EXPECT_TRUE(matches(optimised(plan), R"(
CHECK: "HashAggregation#0.place
CHECK: call <{{[0-9]+}} x i32> @llvm.smin.
CHECK-NOT: store
CHECK: call i32 @llvm.vector.reduce.smin.
CHECK: row.body:
)"));
}

TEST_F(PipelineIrTest, WhereFewGroupsAreGuessedTheirKeysAreComparedByVectorCode) {
  const PlanBuilder plan =
      PlanBuilder::scan("plain_items", {"i_flag", "i_price"})
          .project({{"flag", col("i_flag")}, {"squared", sql("i_price * i_price")}})
          .aggregate({{"flag", col("flag")}}, {{"total", "sum", col("squared")}, {"rows", "count", {}}});
  const PipelineFacts facts{.guesses = {{.width = 0, .hasFewValues = true}, {.width = 3, .hasFewValues = false}}};
  const std::string guessed = optimised(plan, 0, facts);
  EXPECT_TRUE(matches(guessed, R"(
CHECK: or <[[LANES:[0-9]+]] x i64>
CHECK: call i64 @llvm.vector.reduce.or.
CHECK: br i1 {{.*}}label %"Projection#1.asGuessed.end"
CHECK: icmp eq <[[LANES]] x i64>
CHECK: store <[[LANES]] x i8>
CHECK: mul {{.*}}<[[LANES]] x i64>
CHECK: phi <[[LANES]] x i64>
CHECK: call i64 @llvm.vector.reduce.add.
CHECK: row.body:
CHECK: call { i64, i1 } @llvm.smul.with.overflow.i64
)"));
  // Without a guess no block can be taken: any product may overflow.
  EXPECT_THAT(optimised(plan), Not(HasSubstr("vector.reduce.add")));
  // What is guessed is part of what code is found by.
  const PipelinePlan pipelines = tables().pipelines(plan);
  const Pipeline& pipeline = pipelines.pipelines.front();
  EXPECT_NE(facts.signatureOf(pipeline), PipelineFacts{}.signatureOf(pipeline));
  const PipelineFacts none{.guesses = std::vector<ColumnGuess>(2)};
  EXPECT_EQ(none.signatureOf(pipeline), PipelineFacts{}.signatureOf(pipeline));
}

TEST_F(PipelineIrTest, AProbeWalksTheCandidates) {
  const PlanBuilder plan = PlanBuilder::scan("items", {"i_id", "i_group"})
                               .hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")});
  EXPECT_TRUE(matches(optimised(plan, 1), R"(
CHECK: "HashJoin#0.probe.body":
CHECK: "HashJoin#0.key0
CHECK: br i1 {{.*}}label %"HashJoin#0.equal.then"
CHECK: "HashJoin#0.equal.then":
CHECK: "HashJoin#0.g_name
)"));
}

TEST_F(PipelineIrTest, WhereKeysAreSparseTheCoarseBitmapIsAskedInVectorCodeAndTheOtherOfWhatIsLeft) {
  const PlanBuilder plan = PlanBuilder::scan("items", {"i_id", "i_group"})
                               .hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")});
  const JoinFacts selective{.isRanked = true, .isSelective = true, .isNarrow = true};
  JoinFacts sparse = selective;
  sparse.isSparse = true;
  const auto emitted = [&](const JoinFacts& facts) {
    return print(plan, IrStage::Unoptimised, 1, {.joins = {facts, {}}});
  };
  EXPECT_TRUE(matches(emitted(sparse), R"(
CHECK: "Scan#1.test.next":
CHECK: call {{.*}}joinTableMayHaveNarrowKey
CHECK: call {{.*}}selectPositions
CHECK: "Scan#1.testOneByOne.loop.body":
CHECK: call {{.*}}joinTableHasNarrowKey
)"));
  EXPECT_THAT(emitted(selective), Not(HasSubstr("joinTableMayHaveNarrowKey")));
}

TEST_F(PipelineIrTest, WhileMatchesAreTestedOneByOneWhatThoseFoundNeedIsAskedForButNotWhatTheTestHasRead) {
  const PlanBuilder plan = PlanBuilder::scan("items", {"i_price", "i_group"}, sql("i_id < 100"))
                               .hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")});
  const JoinFacts selective{.isRanked = true, .isSelective = true, .isNarrow = true};
  EXPECT_TRUE(matches(print(plan, IrStage::Unoptimised, 1, {.joins = {selective, {}}}), R"(
CHECK: "Scan#1.stretches
CHECK: "Scan#1.testOneByOne.loop.body":
CHECK: call void @llvm.prefetch{{.*}}i_group.prefetched
CHECK: call {{.*}}joinTableHasNarrowKey
CHECK: "Scan#1.prefetchMatches.loop.body{{[0-9]*}}":
CHECK-NOT: call void @llvm.prefetch{{.*}}i_group.prefetched
CHECK: call void @llvm.prefetch{{.*}}i_price.prefetched
CHECK: "Scan#1.prefetchMatches.loop.end
)"));
}

TEST_F(PipelineIrTest, RowsWithoutAMatchInALaterJoinAreDismissedByTheScanWhereTheFirstMakesOneRowOfEach) {
  const PlanBuilder others = PlanBuilder::scan("groups", {"g_id"}).project({{"other", col("g_id")}});
  const PlanBuilder plan = PlanBuilder::scan("items", {"i_id", "i_group"})
                               .hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")})
                               .hashJoin(others, {col("i_id")}, {col("other")});
  const JoinFacts selective{.isRanked = true, .isUnique = true, .isSelective = true, .isNarrow = true};
  JoinFacts repeated = selective;
  repeated.isUnique = false;
  const auto emitted = [&](const JoinFacts& first) {
    return print(plan, IrStage::Unoptimised, 2, {.joins = {first, selective, {}}});
  };
  EXPECT_TRUE(matches(emitted(selective), R"(
CHECK: "Scan#2.test.next":
CHECK: call {{.*}}joinTableHasNarrowKey{{.*}}HashJoin#1
CHECK: call {{.*}}selectPositions
CHECK: "Scan#2.testOneByOne.loop.body":
CHECK: call {{.*}}joinTableHasNarrowKey{{.*}}HashJoin#0
)"));
  EXPECT_THAT(emitted(repeated), Not(HasSubstr("testOneByOne")));
}

TEST_F(PipelineIrTest, NoKernelCallSurvives) {
  for (const PlanBuilder& plan : manyPlans()) {
    const PipelinePlan pipelines = tables().pipelines(plan);
    for (const Pipeline& pipeline : pipelines.pipelines) {
      const std::string text = compiler().print(pipeline, {}, IrStage::Optimised);
      // What is inlined is dropped; what remains defined besides the pipeline would be a prelude function.
      EXPECT_THAT(text, Not(HasSubstr("define internal"))) << pipeline.describe();
    }
  }
}

TEST_F(PipelineIrTest, PrintedIrCanBeReadBack) {
  for (const PlanBuilder& plan : manyPlans()) {
    const PipelinePlan pipelines = tables().pipelines(plan);
    for (const Pipeline& pipeline : pipelines.pipelines) {
      EXPECT_TRUE(isValidIr(compiler().print(pipeline, {}, IrStage::Unoptimised))) << pipeline.describe();
      EXPECT_TRUE(isValidIr(compiler().print(pipeline, {}, IrStage::Optimised))) << pipeline.describe();
    }
  }
}

TEST_F(PipelineIrTest, LiteralsAreNoPartOfTheCode) {
  EXPECT_EQ(optimised(filtered("i_id < 41 and i_price > 1.00")), optimised(filtered("i_id < 73 and i_price > 5.50")));
  const TestTables& catalog = tables();
  const auto signature = [&](const std::string& condition) {
    return catalog.pipelines(filtered(condition)).pipelines.at(0).signature;
  };
  EXPECT_EQ(signature("i_id < 41"), signature("i_id < 73"));
  EXPECT_NE(signature("i_id < 41"), signature("i_id > 41"));
  // The form of a constant counts, what it holds does not.
  EXPECT_EQ(signature("i_note like '%1%'"), signature("i_note ilike 'abc#_' escape '#'"));
  EXPECT_NE(signature("i_note like '%1%'"), signature("i_note like i_note"));
  EXPECT_EQ(signature("regexp_matches(i_note, '1')"), signature("regexp_matches(i_note, '[a-z]+', 'i')"));
  EXPECT_EQ(signature("i_id in (1, 2, 3, 4, 5, 6, 7, 8, 9)"), signature("i_id in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1)"));
  EXPECT_NE(signature("i_id in (1, 2, 3, 4, 5, 6, 7, 8, 9)"), signature("i_id in (1, 2, 3)"));
  EXPECT_NE(signature("cast(i_id as tinyint) = 1"), signature("try_cast(i_id as tinyint) = 1"));
}

TEST_F(PipelineIrTest, AssemblyNamesTheFunctionAndQuotesItsIr) {
  EXPECT_TRUE(matches(print(filtered("i_id < 100"), IrStage::Assembly), R"(
CHECK: pipeline:
CHECK: # define i32 @pipeline(
CHECK: # %"Scan#0.blockRows" = sub i64
CHECK-NOT: .loc
)"));
}

TEST_F(PipelineIrTest, EveryKindHasALowering) {
  for (const auto kind : {Pipeline::SourceKind::TableScan, Pipeline::SourceKind::Rows}) {
    EXPECT_TRUE(hasLowering(kind)) << static_cast<int>(kind);
  }
  // Result is the last of the kinds.
  for (int kind = 0; kind <= static_cast<int>(Pipeline::StepKind::Result); ++kind) {
    EXPECT_TRUE(hasLowering(static_cast<Pipeline::StepKind>(kind))) << kind;
  }
}

}  // namespace

}  // namespace basalt::codegen
