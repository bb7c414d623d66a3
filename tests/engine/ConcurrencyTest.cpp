#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

#include "runtime/ExecutionError.h"
#include "tests/engine/support/LongRunning.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

class ConcurrencyTest : public QueryTest {};

std::vector<std::string> rowsOf(ExecutionEngine& engine, const PhysicalPlan& plan, const QueryOptions& options) {
  const auto result = engine.execute(plan, longRunningCatalog(), options);
  Rows rows;
  Row row;
  while (result->next(row)) rows.push_back(row);
  return sortedLines(rows);
}

TEST_P(ConcurrencyTest, ManyQueriesOnOneEngine) {
  const PlanBuilder block = PlanBuilder::scan("block");
  const PlanBuilder small =
      PlanBuilder::scan("block", {"x", "y"}, sql("y < 500")).project({{"key", col("x")}, {"z", col("y")}});
  const std::vector<PhysicalPlan> plans = {
      block.aggregate({{"x", sql("x % 10")}}, {{"n", "count", {}}, {"s", "sum", col("y")}, {"m", "max", col("name")}})
          .build(),
      block.filter(sql("x = 500")).sort({ascending("y")}).build(),
      block.topN({ascending("x"), descending("y")}, 20).build(),
      block.hashJoin(small, {col("x")}, {col("key")})
          .aggregate({}, {{"n", "count", {}}, {"s", "sum", col("z")}})
          .build(),
      block.limit(1000).aggregate({}, {{"n", "count", {}}}).build(),
  };
  ExecutionEngine& engine = GetParam().engine();
  QueryOptions options = GetParam().options();
  options.morselRows = 2000;
  std::vector<std::vector<std::string>> expected;
  for (const PhysicalPlan& plan : plans) expected.push_back(rowsOf(engine, plan, options));

  std::atomic<int> wrong = 0;
  std::vector<std::thread> clients;
  for (std::size_t client = 0; client < 6; ++client) {
    clients.emplace_back([&, client] {
      for (std::size_t round = 0; round < 10; ++round) {
        const std::size_t plan = (client + round) % plans.size();
        QueryOptions own = options;
        own.priority = static_cast<std::uint32_t>(1 + 100 * client);
        own.maxWorkers = round % 3;
        if (rowsOf(engine, plans[plan], own) != expected[plan]) ++wrong;
        if (round % 4 == 0) {
          // One that is dropped, and one that is cancelled.
          (void)engine.execute(PlanBuilder::scan("endless").build(), longRunningCatalog(), own);
          const auto result = engine.execute(plans[0], longRunningCatalog(), own);
          result->cancel();
          try {
            while (result->nextBatch()) {
            }
          } catch (const ExecutionError& error) {
            if (error.code() != ErrorCode::Cancelled) ++wrong;
          }
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(engine.memory().current(), 0U);
}

TEST_P(ConcurrencyTest, ShortQueriesFinishBesideALongOne) {
  ExecutionEngine& engine = GetParam().engine();
  QueryOptions options = GetParam().options();
  options.morselRows = 0;
  const auto longQuery = engine.execute(PlanBuilder::scan("endless").aggregate({}, {{"s", "sum", col("y")}}).build(),
                                        longRunningCatalog(), options);
  for (int query = 0; query < 5; ++query) {
    const auto rows = rowsOf(engine, PlanBuilder::scan("block").aggregate({}, {{"n", "count", {}}}).build(), options);
    EXPECT_EQ(rows, std::vector<std::string>{"65536|"});
  }
  longQuery->cancel();
  EXPECT_THROW(longQuery->nextBatch(), ExecutionError);
}

std::ptrdiff_t threadCount() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

TEST_P(ConcurrencyTest, QueriesLeaveNoThreadsBehind) {
  ExecutionEngine& engine = GetParam().engine();
  const PhysicalPlan plan = PlanBuilder::scan("block").aggregate({{"x", sql("x % 9")}}, {{"n", "count", {}}}).build();
  // Starts what an engine keeps: workers, and the compiler's thread.
  const auto rows = rowsOf(engine, plan, GetParam().options());
  const std::ptrdiff_t before = threadCount();
  for (int query = 0; query < 40; ++query) {
    EXPECT_EQ(rowsOf(engine, plan, GetParam().options()), rows);
    // Nobody reads this one to its end.
    engine.execute(PlanBuilder::scan("endless").build(), longRunningCatalog(), GetParam().options());
  }
  EXPECT_EQ(threadCount(), before);
}

INSTANTIATE_TEST_SUITE_P(Engines, ConcurrencyTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
