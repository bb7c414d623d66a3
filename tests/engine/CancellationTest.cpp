#include <algorithm>
#include <chrono>
#include <thread>

#include "runtime/ExecutionError.h"
#include "tests/engine/support/LongRunning.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class CancellationTest : public QueryTest {
 protected:
  /// Starts the plan, cancels it from another thread after `delay`, and checks that it stops in time with nothing left.
  /// In time at least once in a few attempts: the first may have to wait for a compilation, and any of them for a
  /// processor.
  static void check(const PlanBuilder& plan, milliseconds delay = milliseconds(60), bool mayEndBefore = false) {
    std::chrono::duration<double> least = kStopWithin;
    for (int attempt = 0; attempt < kAttempts && least >= kStopWithin; ++attempt) {
      least = std::min(least, cancel(plan, delay, mayEndBefore));
      EXPECT_EQ(GetParam().engine().memory().current(), 0U);
    }
    EXPECT_LT(least, kStopWithin);
  }

  static constexpr int kAttempts = 5;

 private:
  /// How long the plan goes on after it was cancelled.
  static std::chrono::duration<double> cancel(const PlanBuilder& plan, milliseconds delay, bool mayEndBefore) {
    QueryOptions options = GetParam().options();
    // Usual morsels: what must look for cancelling is the loop inside.
    options.morselRows = 0;
    const auto result = GetParam().engine().execute(plan.build(), longRunningCatalog(), options);
    Clock::time_point cancelled;
    std::thread canceller([&] {
      std::this_thread::sleep_for(delay);
      cancelled = Clock::now();
      result->cancel();
    });
    std::string error = "no error";
    try {
      while (result->nextBatch()) {
      }
    } catch (const ExecutionError& failure) {
      error = name(failure.code());
    }
    const Clock::time_point stopped = Clock::now();
    canceller.join();
    if (error != "Cancelled" && mayEndBefore) return {};
    EXPECT_EQ(error, "Cancelled");
    EXPECT_THROW(result->nextBatch(), ExecutionError);
    return stopped - cancelled;
  }
};

TEST_P(CancellationTest, AFilterThatRejectsEveryRow) { check(PlanBuilder::scan("endless").filter(sql("x * 7 = 13"))); }

TEST_P(CancellationTest, AScanFilterThatRejectsEveryRow) {
  check(PlanBuilder::scan("endless", {"y"}, sql("x * 7 = 13")));
}

TEST_P(CancellationTest, AResultThatIsReadOn) { check(PlanBuilder::scan("endless")); }

TEST_P(CancellationTest, AnAggregation) {
  check(PlanBuilder::scan("endless").aggregate({{"x", col("x")}}, {{"s", "sum", col("y")}, {"m", "max", col("name")}}));
}

TEST_P(CancellationTest, AProbeWithLongChains) {
  const PlanBuilder chain = PlanBuilder::scan("chain").project({{"key", col("k")}, {"m", col("n")}});
  check(PlanBuilder::scan("chain").hashJoin(chain, {col("k")}, {col("key")}, sql("n + m < 0")));
  check(PlanBuilder::scan("chain").hashJoin(chain, {col("k")}, {col("key")}).aggregate({}, {{"s", "sum", col("m")}}));
}

TEST_P(CancellationTest, AProbeThatFindsNothing) {
  const PlanBuilder block = PlanBuilder::scan("block", {"y"}).project({{"key", sql("y + 1000000")}});
  check(PlanBuilder::scan("endless").hashJoin(block, {col("y")}, {col("key")}));
}

TEST_P(CancellationTest, OneProbeRowWithBillionsOfCandidates) {
  const PlanBuilder one = PlanBuilder::scan("block", {"x"}, {}, {{0, 1}});
  const PlanBuilder many = PlanBuilder::scan("block", {"y"}).project({{"many", col("y")}});
  const PlanBuilder chain = PlanBuilder::scan("chain", {"n"});
  const PlanBuilder pairs = one.crossJoin(chain, {JoinSide::Right, {}});
  check(pairs.crossJoin(many, {JoinSide::Right, {}}).aggregate({}, {{"s", "sum", sql("n + many")}}), milliseconds(200));
  for (const JoinType type :
       {JoinType::Inner, JoinType::Left, JoinType::LeftSemi, JoinType::RightAnti, JoinType::Mark}) {
    SCOPED_TRACE(std::string(name(type)));
    NestedLoopJoinNode join;
    join.type = type;
    join.build = JoinSide::Right;
    join.condition = sql("many + n < 0");
    check(pairs.join(many, join), milliseconds(200));
  }
}

TEST_P(CancellationTest, ATopN) {
  check(PlanBuilder::scan("endless").topN({descending("y"), ascending("name")}, 1000));
}

TEST_P(CancellationTest, WhileSorting) {
  // Somewhere in reading, in sorting runs or in merging.
  const PlanBuilder plan = PlanBuilder::scan("endless", {"x", "name"}, {}, {{0, 400'000 / kSlowdown}})
                               .sort({{sql("x * 7919 % 1009"), false, {}}, descending("name")})
                               .aggregate({}, {{"n", "count", {}}});
  const Clock::time_point start = Clock::now();
  EXPECT_EQ(run(plan.build(), longRunningCatalog()).size(), 1U);
  const auto all = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  for (const int percent : {25, 60, 85}) {
    SCOPED_TRACE(percent);
    check(plan, all * percent / 100, true);
  }
}

TEST_P(CancellationTest, WhileWindowFunctionsAreComputed) {
  // The rows are one partition.
  const FrameBound before{FrameBound::Kind::Preceding, lit(std::int64_t{1000})};
  const WindowFrame sliding{WindowFrame::Unit::Rows, before, {FrameBound::Kind::CurrentRow, {}}};
  const PlanBuilder plan = PlanBuilder::scan("endless", {"x", "name"}, {}, {{0, 400'000 / kSlowdown}})
                               .window({{},
                                        {ascending("x")},
                                        {{"least", "min", {col("name")}, sliding},
                                         {"sum", "sum", {col("x")}, sliding},
                                         {"most", "max", {col("name")}, sliding}}})
                               .aggregate({}, {{"n", "count", {}}});
  const Clock::time_point start = Clock::now();
  EXPECT_EQ(run(plan.build(), longRunningCatalog()).size(), 1U);
  const auto all = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  for (const int percent : {30, 60, 85}) {
    SCOPED_TRACE(percent);
    check(plan, all * percent / 100, true);
  }
}

TEST_P(CancellationTest, BeforeTheFirstRow) {
  check(PlanBuilder::scan("endless").aggregate({{"x", sql("x % 77")}}, {{"s", "min", col("y")}}), milliseconds(0));
}

TEST_P(CancellationTest, DroppingTheResultStopsTheQuery) {
  ExecutionEngine& engine = GetParam().engine();
  for (const bool readFirst : {false, true}) {
    std::chrono::duration<double> least = kStopWithin;
    for (int attempt = 0; attempt < kAttempts && least >= kStopWithin; ++attempt) {
      auto result = engine.execute(PlanBuilder::scan("endless").filter(sql("x > 3")).build(), longRunningCatalog(),
                                   GetParam().options());
      if (readFirst) {
        ASSERT_TRUE(result->nextBatch());
      } else {
        std::this_thread::sleep_for(milliseconds(20));
      }
      const Clock::time_point start = Clock::now();
      result.reset();
      least = std::min(least, std::chrono::duration<double>(Clock::now() - start));
      EXPECT_EQ(engine.memory().current(), 0U);
    }
    EXPECT_LT(least, kStopWithin);
  }
}

TEST_P(CancellationTest, ASecondCancelAndOneAfterTheEndDoNothing) {
  ExecutionEngine& engine = GetParam().engine();
  const auto result =
      engine.execute(PlanBuilder::scan("block").limit(5).build(), longRunningCatalog(), GetParam().options());
  std::size_t rows = 0;
  while (const auto batch = result->nextBatch()) rows += batch->batch.size();
  EXPECT_EQ(rows, 5U);
  result->cancel();
  result->cancel();
  EXPECT_FALSE(result->nextBatch());
}

std::vector<EngineVariant> cancelledVariants() {
  std::vector<EngineVariant> variants = largeVariants();
  variants.push_back({"BatchesOf65536", 1, EngineMode::Interpreted, {}, Batch::kMaxRows, 0});
  variants.push_back({"Auto", 2, EngineMode::Auto, {}});
  return variants;
}

INSTANTIATE_TEST_SUITE_P(Engines, CancellationTest, ::testing::ValuesIn(cancelledVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
