#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/Aggregates.h"

namespace basalt::kernels {
namespace {

/// The result over `values` in two states, split at `split`, that are merged.
template <typename Aggregate, typename T>
std::optional<T> run(const std::vector<T>& values, std::size_t split) {
  typename Aggregate::State left;
  typename Aggregate::State right;
  Aggregate::initialise(&left);
  Aggregate::initialise(&right);
  for (std::size_t i = 0; i < values.size(); ++i) {
    Aggregate::update(i < split ? &left : &right, values[i]);
  }
  Aggregate::merge(&left, &right);
  T result{};
  return Aggregate::finalise(&left, &result) ? std::optional(result) : std::nullopt;
}

TEST(Statistics, VarianceAgreesWithTwoPasses) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    // Far from zero, where the textbook's difference of squares has no digit left.
    const double offset = round % 3 == 0 ? 0 : round % 3 == 1 ? 1e9 : -1e6;
    std::normal_distribution<double> distribution(offset, 3);
    std::vector<double> values(1 + random() % 100);
    long double sum = 0;
    for (double& value : values) {
      value = distribution(random);
      sum += value;
    }
    const long double mean = sum / static_cast<long double>(values.size());
    long double squares = 0;
    for (const double value : values) {
      squares += (value - mean) * (value - mean);
    }
    const auto count = static_cast<long double>(values.size());
    const std::size_t split = random() % (values.size() + 1);
    const auto population = static_cast<double>(squares / count);
    const double tolerance = 1e-6 * std::max(1.0, population);
    ASSERT_NEAR((run<VarianceOfPopulation, double>(values, split)).value(), population, tolerance);
    ASSERT_NEAR((run<DeviationOfPopulation, double>(values, split)).value(), std::sqrt(population), tolerance);
    const auto ofSample = run<VarianceOfSample, double>(values, split);
    ASSERT_EQ(ofSample.has_value(), values.size() > 1);
    if (ofSample) {
      ASSERT_NEAR(*ofSample, static_cast<double>(squares / (count - 1)), tolerance);
      ASSERT_NEAR((run<DeviationOfSample, double>(values, split)).value(), std::sqrt(*ofSample), tolerance);
    }
  }
}

TEST(Statistics, VarianceOfFewAndOfExtremeValues) {
  EXPECT_EQ((run<VarianceOfSample, double>({}, 0)), std::nullopt);
  EXPECT_EQ((run<VarianceOfPopulation, double>({}, 0)), std::nullopt);
  EXPECT_EQ((run<VarianceOfSample, double>({5}, 0)), std::nullopt);
  for (const std::size_t split : {0U, 1U}) {
    // Neither way of merging with an empty state computes anything.
    EXPECT_EQ((run<VarianceOfPopulation, double>({1e300}, split)), 0);
  }
  EXPECT_EQ((run<VarianceOfSample, double>({1, 2}, 1)), 0.5);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ((run<VarianceOfSample, double>({1e300, -1e300}, 0)), kInfinity);
  EXPECT_TRUE(std::isnan((run<DeviationOfSample, double>({kInfinity, 1}, 0)).value()));
}

TEST(Statistics, BitsAndProducts) {
  const std::vector<std::int32_t> values = {0b1110, 0b0111, 0b0101};
  for (std::size_t split = 0; split <= values.size(); ++split) {
    EXPECT_EQ((run<BitAndInteger, std::int32_t>(values, split)), 0b0100);
    EXPECT_EQ((run<BitOrInteger, std::int32_t>(values, split)), 0b1111);
    EXPECT_EQ((run<BitXorInteger, std::int32_t>(values, split)), 0b1100);
  }
  EXPECT_EQ((run<BitAndTinyInt, std::int8_t>({-128, -1}, 1)), -128);
  EXPECT_EQ((run<BitXorBigInt, std::int64_t>({INT64_MIN, INT64_MAX}, 1)), -1);
  EXPECT_EQ((run<BitAndSmallInt, std::int16_t>({}, 0)), std::nullopt);
  EXPECT_EQ((run<BitOrSmallInt, std::int16_t>({}, 0)), std::nullopt);
  EXPECT_EQ((run<ProductDouble, double>({2, 3, -0.5}, 1)), -3);
  EXPECT_EQ((run<ProductDouble, double>({}, 0)), std::nullopt);
}

TEST(Statistics, CountIf) {
  CountIf::State state;
  CountIf::initialise(&state);
  for (const bool value : {true, false, true}) {
    CountIf::update(&state, value);
  }
  std::int64_t count = 0;
  EXPECT_TRUE(CountIf::finalise(&state, &count));
  EXPECT_EQ(count, 2);
}

TEST(Statistics, ConcatenationKeepsOrderAndDoubles) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    StringArena arena(MemoryBudget::createRoot("test", 8 << 20));
    ErrorCode error = ErrorCode::None;
    ConcatVarchar::State left;
    ConcatVarchar::State right;
    ConcatVarchar::initialise(&left);
    ConcatVarchar::initialise(&right);
    std::string expected[2];
    const int most = round < 100 ? 6 : 500;
    for (int i = 0; i < most; ++i) {
      const int side = static_cast<int>(random() % 2);
      const std::string part(random() % (round % 2 == 0 ? 4 : 40), static_cast<char>('a' + i % 26));
      expected[side] += part;
      ConcatVarchar::update(side == 0 ? &left : &right, StringView::make(part), &error, &arena);
    }
    const std::uint64_t before = arena.bytes();
    ConcatVarchar::merge(&left, &right, &error, &arena);
    StringView result{};
    ASSERT_EQ(ConcatVarchar::finalise(&left, &result), left.seen);
    ASSERT_EQ(result.view(), expected[0] + expected[1]);
    ASSERT_EQ(error, ErrorCode::None);
    // Doubling: all buffers of a text together are less than four times as long as it.
    ASSERT_LE(before, 4 * (expected[0].size() + expected[1].size()) + 64);
  }
}

TEST(Statistics, ConcatenationWithoutMemoryFails) {
  StringArena arena(MemoryBudget::createRoot("test", 1 << 10));
  ErrorCode error = ErrorCode::None;
  ConcatVarchar::State state;
  ConcatVarchar::initialise(&state);
  const std::string part(1000, 'x');
  for (int i = 0; i < 5000 && error == ErrorCode::None; ++i) {
    ConcatVarchar::update(&state, StringView::make(part), &error, &arena);
  }
  EXPECT_EQ(error, ErrorCode::OutOfMemory);
}

TEST(Statistics, ConcatenationOfEmptyTextsIsEmpty) {
  ConcatVarchar::State state;
  ConcatVarchar::initialise(&state);
  StringView result{};
  EXPECT_FALSE(ConcatVarchar::finalise(&state, &result));
  ErrorCode error = ErrorCode::None;
  ConcatVarchar::update(&state, StringView{0, 0}, &error, nullptr);
  EXPECT_TRUE(ConcatVarchar::finalise(&state, &result));
  EXPECT_EQ(result.size(), 0);
}

}  // namespace
}  // namespace basalt::kernels
