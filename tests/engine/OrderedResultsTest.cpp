#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/JitLibrary.h"
#include "engine/OrderedResults.h"
#include "interpreter/Interpreter.h"
#include "tests/engine/support/QueryTest.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// A batch of so many rows without columns: enough to tell it from others.
ResultBatch batchOf(std::uint32_t rows) {
  ResultBatch batch;
  batch.batch.rowCount = rows;
  return batch;
}

std::vector<ResultBatch> batchesOf(std::initializer_list<std::uint32_t> sizes) {
  std::vector<ResultBatch> batches;
  for (const std::uint32_t size : sizes) batches.push_back(batchOf(size));
  return batches;
}

/// What the queue holds, by size.
std::vector<std::uint32_t> taken(ResultQueue& queue) {
  queue.close(nullptr);
  std::vector<std::uint32_t> sizes;
  while (const std::optional<ResultBatch> batch = queue.pop()) sizes.push_back(batch->batch.size());
  return sizes;
}

TEST(OrderedResults, BatchesWaitForTheMorselsInFront) {
  ResultQueue queue(100);
  OrderedResults results(queue, 100);
  results.push(2, batchesOf({5, 6}), true);
  results.push(1, batchesOf({3}), false);
  EXPECT_EQ(queue.rowsPushed(), 0U);
  results.push(0, batchesOf({1}), false);
  EXPECT_EQ(queue.rowsPushed(), 1U);
  results.push(0, batchesOf({2}), true);
  EXPECT_EQ(queue.rowsPushed(), 6U) << "those of a morsel that is not done go on at once";
  results.push(4, batchesOf({7}), true);
  results.push(3, {}, true);
  results.push(1, batchesOf({4}), true);
  EXPECT_EQ(taken(queue), (std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(OrderedResults, TheMorselInFrontIsOnlyStoppedByTheQueue) {
  ResultQueue queue(2);
  OrderedResults results(queue, 3);
  results.push(1, batchesOf({3, 4}), false);
  EXPECT_FALSE(results.isFull(1));
  results.push(2, batchesOf({6}), false);
  EXPECT_TRUE(results.isFull(1));
  EXPECT_TRUE(results.isFull(3));
  EXPECT_FALSE(results.isFull(0));
  results.push(0, batchesOf({1}), true);
  EXPECT_TRUE(results.isFull(1)) << "it is in front now, and the queue is full";
  results.push(1, batchesOf({5}), true);
  EXPECT_EQ(taken(queue), (std::vector<std::uint32_t>{1, 3, 4, 5, 6}));
}

using KeyAndId = std::pair<std::int64_t, std::int64_t>;

/// Rows behind a sort, which several workers put out.
class OrderedResultsTest : public QueryTest {
 protected:
  OrderedResultsTest() {
    RandomRows random(52);
    Rows rows;
    for (std::int64_t id = 0; id < kRows; ++id) {
      const std::int64_t key = random.integer(0, 1'000'000'000);
      rows.push_back({bigIntValue(key), bigIntValue(id)});
      inOrder_.emplace_back(key, id);
    }
    std::ranges::sort(inOrder_);
    catalog_.add("t", {{"k", Type::bigInt(), false}, {"id", Type::bigInt(), false}}, rows);
    sorted_ = PlanBuilder::scan("t").sort({ascending("k"), ascending("id")});
  }

  /// What a client gets that takes one batch after the other out of a queue of `queueBatches`.
  std::vector<KeyAndId> takeAll(const PlanBuilder& plan, std::size_t queueBatches, std::uint64_t morselRows) const {
    ExecutionConfig config;
    config.workers = GetParam().workers;
    config.batchRows = GetParam().batchRows;
    config.resultQueueBatches = queueBatches;
    ExecutionEngine engine(config, interpreter::runners(), openJitLibrary);
    QueryOptions options = GetParam().options();
    options.morselRows = morselRows;
    const auto result = engine.execute(plan.build(), catalog_, options);
    std::vector<KeyAndId> rows;
    Row row;
    while (result->next(row)) {
      rows.emplace_back(static_cast<std::int64_t>(row[0].asInt128()), static_cast<std::int64_t>(row[1].asInt128()));
    }
    return rows;
  }

  static constexpr std::int64_t kRows = 60'000;
  TestCatalog catalog_;
  /// All rows.
  std::vector<KeyAndId> inOrder_;
  PlanBuilder sorted_ = PlanBuilder::scan("t");
};

TEST_P(OrderedResultsTest, RowsKeepTheirOrder) {
  // Morsels of several batches, or of a part of one; a client that lets nothing wait, or more than there is.
  for (const std::uint64_t morselRows : {300, 7000}) {
    for (const std::size_t queueBatches : {1, 4, 1000}) {
      EXPECT_EQ(takeAll(sorted_, queueBatches, morselRows), inOrder_);
    }
  }
}

TEST_P(OrderedResultsTest, MorselsMayHaveNoRows) {
  std::vector<KeyAndId> expected = inOrder_;
  std::erase_if(expected, [](const KeyAndId& row) { return row.second % 9973 != 0; });
  for (const std::uint64_t morselRows : {300, 7000}) {
    EXPECT_EQ(takeAll(sorted_.filter(sql("id % 9973 = 0")), 1, morselRows), expected);
  }
}

TEST_P(OrderedResultsTest, MorselsMayHaveManyMoreRowsThanTheyBeganWith) {
  const PlanBuilder copies = PlanBuilder::scan("t").filter(sql("id < 20")).project({{"copy", col("id")}});
  const PlanBuilder plan = sorted_.filter(sql("id < 9000")).crossJoin(copies);
  std::vector<KeyAndId> expected;
  for (const KeyAndId& row : inOrder_) {
    if (row.second < 9000) expected.insert(expected.end(), 20, row);
  }
  for (const std::uint64_t morselRows : {300, 7000}) {
    EXPECT_EQ(takeAll(plan, 2, morselRows), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, OrderedResultsTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
