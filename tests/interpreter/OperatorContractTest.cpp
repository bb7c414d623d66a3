#include <numeric>

#include <gtest/gtest.h>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/operators/LimitOperator.h"
#include "runtime/ExecutionError.h"
#include "tests/interpreter/support/PipelineHarness.h"

namespace basalt::interpreter {
namespace {

Schema numbersSchema() { return Schema({{"n", Type::bigInt(), false}}); }

/// Delivers 0 .. rows-1 in batches of 10; may fail where it is told to.
class Numbers final : public PhysicalOperator {
 public:
  explicit Numbers(std::int64_t rows, std::string label = "Numbers#1")
      : PhysicalOperator(std::move(label), numbersSchema()), rows_(rows) {}

  bool failsToOpen = false;
  std::int64_t failsAt = -1;
  int opened = 0;
  int closed = 0;

  std::size_t maxParallelism() const noexcept override { return parallelism; }
  std::size_t parallelism = SIZE_MAX;

 protected:
  void doOpen() override {
    ++opened;
    next_ = 0;
    if (failsToOpen) throw ExecutionError(ErrorCode::InputOutput, label(), "no such file");
  }
  const Batch* doNextBatch() override {
    if (next_ == failsAt) throw ExecutionError(ErrorCode::DivisionByZero, label(), "1 / 0");
    if (next_ == rows_) return nullptr;
    const std::int64_t count = std::min<std::int64_t>(10, rows_ - next_);
    std::iota(values_, values_ + count, next_);
    next_ += count;
    batch_.columns = {Vector::refer(PhysicalType::Int64, values_, nullptr)};
    batch_.selectAll(static_cast<std::uint32_t>(count));
    return &batch_;
  }
  void doClose() noexcept override { ++closed; }
  void doReset() override { next_ = 0; }
  std::uint64_t ownMemory() const noexcept override { return sizeof(values_); }

 private:
  std::int64_t rows_;
  std::int64_t next_ = 0;
  std::int64_t values_[10] = {};
  Batch batch_;
};

/// Passes on what its first child delivers.
class PassThrough final : public PhysicalOperator {
 public:
  PassThrough(std::string label, std::vector<std::unique_ptr<PhysicalOperator>> inputs)
      : PhysicalOperator(std::move(label), numbersSchema()) {
    for (auto& input : inputs) addChild(std::move(input));
  }

 protected:
  const Batch* doNextBatch() override { return child().nextBatch(); }
};

template <typename... Inputs>
std::unique_ptr<PhysicalOperator> passThrough(std::string label, std::unique_ptr<Inputs>... inputs) {
  std::vector<std::unique_ptr<PhysicalOperator>> children;
  (children.push_back(std::move(inputs)), ...);
  return std::make_unique<PassThrough>(std::move(label), std::move(children));
}

std::int64_t countRows(PhysicalOperator& root) {
  std::int64_t rows = 0;
  while (const Batch* batch = root.nextBatch()) rows += batch->size();
  return rows;
}

template <typename Call>
ExecutionError errorOf(const Call& call) {
  try {
    call();
  } catch (const ExecutionError& error) {
    return error;
  }
  ADD_FAILURE() << "expected an error";
  return {ErrorCode::None, "", ""};
}

TEST(OperatorContractTest, NextNeedsAnOpenOperator) {
  Numbers numbers(5);
  const ExecutionError before = errorOf([&] { numbers.nextBatch(); });
  EXPECT_EQ(before.code(), ErrorCode::InvalidUsage);
  EXPECT_EQ(before.place(), "Numbers#1");
  EXPECT_EQ(errorOf([&] { numbers.reset(); }).code(), ErrorCode::InvalidUsage);
  numbers.open();
  numbers.close();
  std::vector<Value> row;
  const ExecutionError after = errorOf([&] { numbers.next(row); });
  EXPECT_EQ(after.code(), ErrorCode::InvalidUsage);
  EXPECT_EQ(after.message(), "next after close");
}

TEST(OperatorContractTest, DoubleOpenIsRefused) {
  Numbers numbers(5);
  numbers.open();
  EXPECT_EQ(errorOf([&] { numbers.open(); }).message(), "operator Numbers#1 already open");
  EXPECT_EQ(countRows(numbers), 5) << "the refusal changes nothing";
}

TEST(OperatorContractTest, TheEndLasts) {
  Numbers numbers(15);
  numbers.open();
  EXPECT_EQ(countRows(numbers), 15);
  EXPECT_EQ(numbers.nextBatch(), nullptr);
  EXPECT_EQ(numbers.nextBatch(), nullptr);
  std::vector<Value> row;
  EXPECT_FALSE(numbers.next(row));
}

TEST(OperatorContractTest, CloseIsIdempotentAndOperatorsOpenAgain) {
  auto owned = std::make_unique<Numbers>(5);
  Numbers& numbers = *owned;
  const auto root = passThrough("Root", std::move(owned));
  root->close();
  EXPECT_EQ(numbers.closed, 0);
  root->open();
  root->close();
  root->close();
  EXPECT_EQ(numbers.closed, 1);
  root->open();
  EXPECT_EQ(countRows(*root), 5);
}

TEST(OperatorContractTest, AChildsErrorIsWrappedAndSiblingsAreClosed) {
  auto first = std::make_unique<Numbers>(5);
  auto second = std::make_unique<Numbers>(5, "Numbers#2");
  auto third = std::make_unique<Numbers>(5, "Numbers#3");
  Numbers& firstNumbers = *first;
  Numbers& secondNumbers = *second;
  Numbers& thirdNumbers = *third;
  secondNumbers.failsToOpen = true;
  const auto root = passThrough("Root", std::move(first), std::move(second), std::move(third));
  const ExecutionError error = errorOf([&] { root->open(); });
  EXPECT_EQ(error.code(), ErrorCode::InputOutput);
  EXPECT_EQ(error.place(), "Root");
  EXPECT_EQ(error.message(), "failed to open child operator");
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_EQ(error.cause()->place(), "Numbers#2");
  EXPECT_EQ(firstNumbers.closed, 1);
  EXPECT_EQ(secondNumbers.closed, 1) << "gives up what it took before it failed";
  EXPECT_EQ(thirdNumbers.opened, 0);
  root->close();
  EXPECT_EQ(firstNumbers.closed, 1);
  secondNumbers.failsToOpen = false;
  root->open();
  EXPECT_EQ(countRows(*root), 5);
}

TEST(OperatorContractTest, ResetStartsOver) {
  const auto root = passThrough("Root", std::make_unique<Numbers>(25));
  root->open();
  EXPECT_EQ(root->nextBatch()->size(), 10U);
  root->reset();
  EXPECT_EQ(countRows(*root), 25) << "after a partial read";
  root->reset();
  EXPECT_EQ(countRows(*root), 25) << "after the end";
}

TEST(OperatorContractTest, RowsAndBatchesMayBeMixed) {
  Numbers numbers(25);
  numbers.open();
  std::vector<Value> row;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(numbers.next(row));
    EXPECT_EQ(static_cast<std::int64_t>(row[0].asInt128()), i);
  }
  EXPECT_EQ(numbers.nextBatch()->columns[0].values<std::int64_t>()[0], 20) << "the batch begun is left";
}

TEST(OperatorContractTest, AfterAnErrorOnlyResetAndCloseHelp) {
  Numbers numbers(25);
  numbers.failsAt = 10;
  numbers.open();
  EXPECT_NE(numbers.nextBatch(), nullptr);
  EXPECT_EQ(errorOf([&] { numbers.nextBatch(); }).code(), ErrorCode::DivisionByZero);
  EXPECT_EQ(errorOf([&] { numbers.nextBatch(); }).code(), ErrorCode::InvalidUsage);
  numbers.failsAt = -1;
  numbers.reset();
  EXPECT_EQ(countRows(numbers), 25);
}

TEST(OperatorContractTest, CountsRowsBatchesAndTimeWhenAsked) {
  const auto root = passThrough("Root", std::make_unique<Numbers>(25));
  root->open();
  countRows(*root);
  EXPECT_EQ(root->counters().rows, 25U);
  EXPECT_EQ(root->counters().batches, 3U);
  EXPECT_EQ(root->counters().nanoseconds, 0U);
  root->measureTime();
  root->reset();
  countRows(*root);
  EXPECT_GT(root->counters().nanoseconds, 0U);
  EXPECT_GE(root->counters().nanoseconds, root->children()[0]->counters().nanoseconds);
}

TEST(OperatorContractTest, ParallelismIsTheLeastOfTheTree) {
  auto numbers = std::make_unique<Numbers>(25);
  Numbers& leaf = *numbers;
  const auto root = passThrough("Root", std::move(numbers));
  EXPECT_TRUE(root->supportsParallelism());
  leaf.parallelism = 1;
  EXPECT_FALSE(root->supportsParallelism());
  EXPECT_EQ(root->estimateMemoryUsage(), 80U);
}

TEST(OperatorContractTest, NestsDeeply) {
  std::unique_ptr<PhysicalOperator> root = std::make_unique<Numbers>(25);
  auto* const leaf = static_cast<Numbers*>(root.get());
  for (int i = 0; i < 1000; ++i) root = passThrough("Level" + std::to_string(i), std::move(root));
  root->open();
  EXPECT_EQ(countRows(*root), 25);
  root->reset();
  EXPECT_EQ(countRows(*root), 25);
  root->close();
  leaf->failsToOpen = true;
  const ExecutionError error = errorOf([&] { root->open(); });
  int depth = 0;
  for (const ExecutionError* cause = &error; cause != nullptr; cause = cause->cause().get()) ++depth;
  EXPECT_EQ(depth, 1001);
}

TEST(OperatorContractTest, ALimitOfItsOwnStartsOverAtAReset) {
  LimitSpec spec;
  spec.limit = 7;
  spec.offset = 8;
  spec.output = numbersSchema();
  LimitOperator limit(spec, nullptr, std::make_unique<Numbers>(25));
  limit.open();
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<Value> row;
    std::vector<std::int64_t> numbers;
    while (limit.next(row)) numbers.push_back(static_cast<std::int64_t>(row[0].asInt128()));
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{8, 9, 10, 11, 12, 13, 14}));
    limit.reset();
  }
  EXPECT_FALSE(limit.supportsParallelism());
}

}  // namespace
}  // namespace basalt::interpreter
