#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/AggregateLoop.h"
#include "runtime/types/Int128.h"

namespace basalt {
namespace {

const AggregateInfo& aggregate(std::string_view name, const std::vector<KernelType>& types) {
  for (const AggregateInfo& info : findAggregates(name)) {
    if (std::ranges::equal(info.arguments, types)) {
      return info;
    }
  }
  throw std::runtime_error("no aggregate " + std::string(name));
}

/// Rows with a state behind 8 bytes of something else.
class States {
 public:
  static constexpr std::uint32_t kOffset = 8;

  States(const AggregateInfo& info, std::size_t count)
      : stride_((kOffset + info.stateSize + 7) / 8 * 8), memory_(count * stride_ / 8), count_(count) {
    for (std::size_t row = 0; row < count; ++row) {
      aggregateLoops(info).initialise(at(row) + kOffset);
    }
  }

  std::byte* at(std::size_t row) { return reinterpret_cast<std::byte*>(memory_.data()) + row * stride_; }
  std::vector<std::byte*> all() {
    std::vector<std::byte*> rows;
    for (std::size_t row = 0; row < count_; ++row) {
      rows.push_back(at(row));
    }
    return rows;
  }

 private:
  std::size_t stride_;
  std::vector<std::uint64_t> memory_;
  std::size_t count_;
};

template <typename Result>
struct Finalised {
  std::vector<Result> values;
  std::vector<std::uint8_t> nulls;
};

template <typename Result>
Finalised<Result> finalise(const AggregateInfo& info, const std::vector<std::byte*>& rows) {
  Finalised<Result> result{std::vector<Result>(rows.size()), std::vector<std::uint8_t>(rows.size(), 9)};
  ErrorCode error = ErrorCode::None;
  AggregateFinaliseCall call;
  call.rows = rows.data();
  call.stateOffset = States::kOffset;
  call.rowCount = static_cast<std::uint32_t>(rows.size());
  call.output = result.values.data();
  call.nulls = result.nulls.data();
  call.error = &error;
  aggregateLoops(info).finalise(call);
  EXPECT_EQ(error, ErrorCode::None);
  return result;
}

class AggregateLoopTest : public testing::TestWithParam<int> {
 protected:
  std::uint32_t seed_ = std::random_device()();
  std::mt19937_64 random_{seed_};
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
};

/// Sums per group, with and without NULLs, selection, and as a single state, against the obvious loop.
TEST_P(AggregateLoopTest, SumsAgreeWithAScalarLoop) {
  const bool hasNulls = (GetParam() & 1) != 0;
  const bool isSelected = (GetParam() & 2) != 0;
  const bool isConstant = (GetParam() & 4) != 0;
  constexpr std::uint32_t kRows = 1000;
  constexpr std::size_t kGroups = 7;
  const AggregateInfo& info = aggregate("sum", {KernelType::BigInt});
  States states(info, kGroups);
  States single(info, 1);

  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> nulls;
  std::vector<std::byte*> rows;
  std::vector<std::uint32_t> selection;
  std::vector<Int128> expected(kGroups);
  std::vector<bool> seen(kGroups);
  Int128 expectedTotal = 0;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    values.push_back(static_cast<std::int64_t>(random_()));
    nulls.push_back(hasNulls && row != 0 && random_() % 3 == 0 ? 1 : 0);
    const std::size_t group = random_() % (kGroups - 1);  // the last one stays empty
    rows.push_back(states.at(group));
    const bool take = !isSelected || random_() % 2 == 0;
    if (take) {
      selection.push_back(row);
    }
    if (take && (isConstant || nulls[row] == 0)) {
      const std::int64_t value = isConstant ? values[0] : values[row];
      expected[group] += value;
      expectedTotal += value;
      seen[group] = true;
    }
  }
  const std::vector<Vector> arguments = {
      isConstant ? Vector::constant(PhysicalType::Int64, values.data(), false)
                 : Vector::refer(PhysicalType::Int64, values.data(), hasNulls ? nulls.data() : nullptr)};
  ErrorCode error = ErrorCode::None;
  AggregateUpdateCall call;
  call.arguments = arguments;
  call.rows = rows.data();
  call.stateOffset = States::kOffset;
  call.selection = isSelected ? selection.data() : nullptr;
  call.rowCount = isSelected ? static_cast<std::uint32_t>(selection.size()) : kRows;
  call.error = &error;
  aggregateLoops(info).update(call);
  call.rows = nullptr;
  call.single = single.at(0) + States::kOffset;
  aggregateLoops(info).update(call);
  EXPECT_EQ(error, ErrorCode::None);

  const auto groups = finalise<Int128>(info, states.all());
  for (std::size_t group = 0; group < kGroups; ++group) {
    EXPECT_EQ(groups.nulls[group] == 0, seen[group]);
    EXPECT_TRUE(!seen[group] || groups.values[group] == expected[group]) << "group " << group;
  }
  const auto total = finalise<Int128>(info, single.all());
  EXPECT_TRUE(total.values[0] == expectedTotal);

  // All groups merged are the total.
  States merged(info, 1);
  for (std::size_t group = 0; group < kGroups; ++group) {
    aggregateLoops(info).merge(merged.at(0) + States::kOffset, states.at(group) + States::kOffset, &error, nullptr);
  }
  EXPECT_TRUE(finalise<Int128>(info, merged.all()).values[0] == expectedTotal);
}
INSTANTIATE_TEST_SUITE_P(Forms, AggregateLoopTest, testing::Range(0, 8));

TEST(AggregateLoopMergeTest, MergesPairByPairUntilOneFails) {
  const AggregateInfo& info = aggregate("sum", {KernelType::Int128});
  constexpr std::uint32_t kPairs = 4;
  const auto statesOf = [&info](const std::vector<Int128>& values) {
    States states(info, values.size());
    const std::vector<std::byte*> rows = states.all();
    const std::vector<Vector> arguments = {Vector::refer(PhysicalType::Int128, values.data(), nullptr)};
    ErrorCode error = ErrorCode::None;
    AggregateUpdateCall call;
    call.arguments = arguments;
    call.rows = rows.data();
    call.stateOffset = States::kOffset;
    call.rowCount = static_cast<std::uint32_t>(rows.size());
    call.error = &error;
    aggregateLoops(info).update(call);
    EXPECT_EQ(error, ErrorCode::None);
    return states;
  };
  const Int128 large = powerOfTen(38) - 1;
  for (const bool fails : {false, true}) {
    States targets = statesOf({1, 2, fails ? large : 3, 4});
    States others = statesOf({10, 20, fails ? large : 30, 40});
    const std::vector<std::byte*> rows = targets.all();
    const std::vector<std::byte*> otherRows = others.all();
    const std::vector<const std::byte*> sources(otherRows.begin(), otherRows.end());
    ErrorCode error = ErrorCode::None;
    aggregateLoops(info).mergeRows({rows.data(), sources.data(), States::kOffset, kPairs, &error, nullptr});
    EXPECT_EQ(error, fails ? ErrorCode::NumericOverflow : ErrorCode::None);
    const auto sums = finalise<Int128>(info, {rows[0], rows[1]});
    EXPECT_TRUE(sums.values[0] == 11);
    EXPECT_TRUE(sums.values[1] == 22);
  }
}

TEST(AggregateLoopStateTest, SaysWhereZeroedMemoryIsAFreshState) {
  EXPECT_TRUE(beginsAsZeros(aggregate("count_star", {})));
  EXPECT_TRUE(beginsAsZeros(aggregate("sum", {KernelType::BigInt})));
  EXPECT_FALSE(beginsAsZeros(aggregate("bit_and", {KernelType::BigInt})));
}

TEST(AggregateLoopErrorTest, OverflowNamesTheFirstRow) {
  const AggregateInfo& info = aggregate("sum", {KernelType::Int128});
  States states(info, 1);
  const Int128 large = powerOfTen(38) - 1;
  const std::vector<Int128> values(5, large);
  const std::vector<Vector> arguments = {Vector::refer(PhysicalType::Int128, values.data(), nullptr)};
  ErrorCode error = ErrorCode::None;
  std::uint32_t errorRow = 0;
  AggregateUpdateCall call;
  call.arguments = arguments;
  call.single = states.at(0) + States::kOffset;
  call.rowCount = 5;
  call.error = &error;
  call.errorRow = &errorRow;
  aggregateLoops(info).update(call);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  EXPECT_EQ(errorRow, 1U);
}

TEST(AggregateLoopCountTest, CountsRowsAndValues) {
  const std::vector<std::int32_t> values = {1, 2, 3, 4};
  const std::vector<std::uint8_t> nulls = {0, 1, 1, 0};
  const std::vector<Vector> arguments = {Vector::refer(PhysicalType::Int32, values.data(), nulls.data())};
  for (const bool countsRows : {true, false}) {
    const AggregateInfo& info = countsRows ? aggregate("count_star", {}) : aggregate("count", {KernelType::Integer});
    States states(info, 1);
    AggregateUpdateCall call;
    call.arguments = countsRows ? std::span<const Vector>() : std::span<const Vector>(arguments);
    call.single = states.at(0) + States::kOffset;
    call.rowCount = 4;
    aggregateLoops(info).update(call);
    EXPECT_EQ(finalise<std::int64_t>(info, states.all()).values[0], countsRows ? 4 : 2);
  }
}

TEST(AggregateLoopCatalogTest, EveryAggregateHasLoops) {
  EXPECT_FALSE(aggregateCatalog().empty());
  for (const AggregateInfo& info : aggregateCatalog()) {
    EXPECT_NE(aggregateLoops(info).update, nullptr) << info.name;
    EXPECT_LE(info.stateAlignment, 8U) << info.name;
  }
}

}  // namespace
}  // namespace basalt
