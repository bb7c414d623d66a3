#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/jit/JitCompiler.h"
#include "runtime/ExecutionError.h"
#include "runtime/pipeline/ResultWriter.h"
#include "tests/codegen/support/TestPlans.h"

namespace basalt::codegen {

namespace {

using ::testing::HasSubstr;

const TestTables& tables() {
  static const TestTables tables;
  return tables;
}

/// Plans of which no two have the same signature.
PipelinePlan distinctPlan(int number) {
  std::vector<NamedExpr> expressions;
  for (int column = 0; column <= number; ++column) {
    expressions.push_back({"x" + std::to_string(column), sql("i_group + i_rating")});
  }
  return tables().pipelines(PlanBuilder::scan("items").project(expressions));
}

std::size_t countMappings() {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  std::size_t executable = 0;
  while (std::getline(maps, line)) {
    executable += line.find(" r-xp 00000000 00:00") != std::string::npos ? 1 : 0;
  }
  return executable;
}

/// Compiles without end on a thread of its own, and ends the process meanwhile.
[[noreturn]] void exitWhileCompiling() {
  // Never destroyed, as a host's engine may be.
  auto* const compiler = new JitCompiler;
  auto* const plans = new std::vector<PipelinePlan>;
  for (int number = 0; number < 20; ++number) plans->push_back(distinctPlan(number));
  std::thread([compiler, plans] {
    try {
      for (;;) {
        for (const PipelinePlan& plan : *plans) static_cast<void>(compiler->compile(plan.pipelines[0], {}));
        compiler->clearCache();
      }
    } catch (const ExecutionError&) {
      // The process is ending.
    }
  }).detach();
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  std::exit(0);
}

TEST(JitCompilerDeathTest, AProcessMayEndWhileSomethingIsCompiled) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (int time = 0; time < 8; ++time) EXPECT_EXIT(exitWhileCompiling(), ::testing::ExitedWithCode(0), "");
}

TEST(JitCompilerTest, EachSignatureIsCompiledOnce) {
  JitCompiler compiler;
  const PipelinePlan plan = distinctPlan(0);
  EXPECT_EQ(compiler.find(plan.pipelines[0].signature), nullptr);
  const auto first = compiler.compile(plan.pipelines[0], {});
  const auto second = compiler.compile(distinctPlan(0).pipelines[0], {});
  EXPECT_EQ(first, second);
  EXPECT_EQ(compiler.find(plan.pipelines[0].signature), first);
  EXPECT_EQ(compiler.cacheCounters().misses, 1U);
  EXPECT_EQ(compiler.cacheCounters().hits, 2U);
  EXPECT_EQ(compiler.cacheCounters().entries, 1U);
  EXPECT_EQ(compiler.cacheCounters().codeBytes, first->codeBytes());
  EXPECT_GT(first->instructionCount(), 10U);
}

TEST(JitCompilerTest, ThreadsThatAskAtOnceShareOneCompilation) {
  JitCompiler compiler;
  const PipelinePlan plan = distinctPlan(3);
  std::vector<std::shared_ptr<const CompiledPipeline>> codes(4);
  {
    std::vector<std::jthread> threads;
    for (auto& code : codes) {
      threads.emplace_back([&] { code = compiler.compile(plan.pipelines[0], {}); });
    }
  }
  for (const auto& code : codes) {
    EXPECT_EQ(code, codes[0]);
  }
  EXPECT_EQ(compiler.cacheCounters().misses, 1U);
}

TEST(JitCompilerTest, EvictedCodeIsUnmappedWhenNobodyHoldsIt) {
  JitOptions options;
  options.cacheBytes = 1;
  JitCompiler compiler(options);
  std::shared_ptr<const CompiledPipeline> held = compiler.compile(distinctPlan(0).pipelines[0], {});
  const std::size_t before = countMappings();
  for (int number = 1; number <= 10; ++number) {
    static_cast<void>(compiler.compile(distinctPlan(number).pipelines[0], {}));
  }
  EXPECT_EQ(compiler.cacheCounters().evictions, 10U);
  EXPECT_LE(countMappings(), before + 1);
  // Evicted, but still mapped: it can be run.
  EXPECT_EQ(compiler.find(distinctPlan(0).pipelines[0].signature), nullptr);
  PipelineState state{};
  WorkerState worker{};
  std::uint64_t counts[3] = {};
  worker.rowCounts = counts;
  void* local[2] = {};
  void* shared[2] = {};
  worker.local = local;
  state.shared = shared;
  std::uint32_t interrupt = 0;
  state.interrupt = &interrupt;
  ResultWriter writer{};
  local[1] = &writer;
  ColumnSlice columns[8] = {};
  Morsel morsel{5, 5, columns, nullptr, nullptr};
  EXPECT_EQ(held->function()(&state, &worker, &morsel), static_cast<std::int32_t>(MorselStatus::Done));
  held.reset();
}

TEST(JitCompilerTest, ClearDropsWhatNobodyHolds) {
  JitCompiler compiler;
  const auto held = compiler.compile(distinctPlan(0).pipelines[0], {});
  static_cast<void>(compiler.compile(distinctPlan(1).pipelines[0], {}));
  compiler.clearCache();
  EXPECT_EQ(compiler.cacheCounters().entries, 1U);
  EXPECT_NE(compiler.find(distinctPlan(0).pipelines[0].signature), nullptr);
}

TEST(JitCompilerTest, ALargePipelineIsRefusedWithTheReasonAndTheRefusalRemembered) {
  JitOptions options;
  options.maxInstructions = 300;
  JitCompiler compiler(options);
  const PipelinePlan plan = distinctPlan(20);
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      static_cast<void>(compiler.compile(plan.pipelines[0], {}));
      FAIL() << "the compilation was expected to fail";
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::CompilationFailed);
      EXPECT_THAT(error.what(), HasSubstr("more than are compiled"));
      EXPECT_THAT(error.what(), HasSubstr("Projection#0"));
    }
  }
  EXPECT_EQ(compiler.cacheCounters().misses, 1U);
}

TEST(JitCompilerTest, TheEstimateFollowsWhatCompilationsTake) {
  JitCompiler compiler;
  const PipelinePlan small = distinctPlan(0);
  const PipelinePlan large = distinctPlan(40);
  EXPECT_LT(compiler.estimateMilliseconds(small.pipelines[0], {}),
            compiler.estimateMilliseconds(large.pipelines[0], {}));
}

TEST(CompileEstimateTest, AnOperatorIsMoreWorkThanManyExpressions) {
  const auto workOfLast = [](const PlanBuilder& plan) {
    return compilingWork(tables().pipelines(plan).pipelines.back());
  };
  const PlanBuilder scan = PlanBuilder::scan("items", {"i_id", "i_group"});
  std::vector<NamedExpr> sums;
  for (int column = 0; column < 40; ++column) sums.push_back({"x" + std::to_string(column), sql("i_id + i_group")});
  const std::uint64_t expressions = workOfLast(scan.project(sums));
  EXPECT_GT(expressions, workOfLast(scan));
  EXPECT_GT(workOfLast(scan.hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")})), expressions);
  EXPECT_GT(workOfLast(PlanBuilder::scan("items")), workOfLast(scan));
  EXPECT_GT(CompileEstimate().milliseconds(4 * expressions), CompileEstimate().milliseconds(expressions));
}

TEST(CompileEstimateTest, FollowsWhatCompilationsTake) {
  CompileEstimate estimate;
  for (int round = 0; round < 200; ++round) {
    estimate.learn(10, 100);
    estimate.learn(20, 200);
  }
  EXPECT_NEAR(estimate.milliseconds(15), 150, 5);
}

TEST(JitCompilerTest, CompilesForTheProcessorThatIsAskedFor) {
  JitOptions options;
  options.processor = "x86-64-v2";
  JitCompiler older(options);
  options.processor = "x86-64-v3";
  JitCompiler newer(options);
  const PipelinePlan plan = tables().pipelines(PlanBuilder::scan("items", {"i_id"}, sql("i_id < 100")));
  EXPECT_THAT(older.print(plan.pipelines[0], {}, IrStage::Assembly), testing::Not(HasSubstr("%ymm")));
  EXPECT_THAT(newer.print(plan.pipelines[0], {}, IrStage::Assembly), HasSubstr("%ymm"));
}

TEST(JitCompilerTest, CodeIsNeverWritableAndExecutable) {
  JitCompiler compiler;
  const auto code = compiler.compile(distinctPlan(0).pipelines[0], {});
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    EXPECT_EQ(line.find(" rwx"), std::string::npos) << line;
  }
}

}  // namespace

}  // namespace basalt::codegen
