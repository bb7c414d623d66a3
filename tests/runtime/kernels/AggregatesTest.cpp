#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/Aggregates.h"
#include "runtime/kernels/TextAggregates.h"

namespace basalt::kernels {
namespace {

template <typename Aggregate>
constexpr bool isPlain() {
  using State = typename Aggregate::State;
  return std::is_trivially_copyable_v<State> && std::is_standard_layout_v<State> && alignof(State) <= 8;
}
static_assert(isPlain<CountStar>() && isPlain<SumBigInt>() && isPlain<SumInt128>() && isPlain<SumNotNullDouble>() &&
              isPlain<MinInt128>() && isPlain<MaxInterval>() && isPlain<AnyValueBoolean>() && isPlain<MinVarchar>());

/// Runs an aggregate over `values`, split in two states that are merged, at every place.
template <typename Aggregate, typename Result, typename T, typename... Error>
std::optional<Result> run(const std::vector<T>& values, Error... error) {
  std::optional<Result> first;
  for (std::size_t split = 0; split <= values.size(); ++split) {
    typename Aggregate::State left;
    typename Aggregate::State right;
    Aggregate::initialise(&left);
    Aggregate::initialise(&right);
    for (std::size_t i = 0; i < values.size(); ++i) {
      Aggregate::update(i < split ? &left : &right, values[i], error...);
    }
    Aggregate::merge(&left, &right, error...);
    Result result{};
    const bool hasResult = Aggregate::finalise(&left, &result, error...);
    const std::optional<Result> merged = hasResult ? std::optional(result) : std::nullopt;
    if (split == 0) {
      first = merged;
    } else {
      EXPECT_TRUE(std::memcmp(&*first, &*merged, sizeof(Result)) == 0) << split;
    }
  }
  return first;
}

TEST(Aggregates, CountsAreNeverNull) {
  EXPECT_EQ((run<CountBigInt, std::int64_t, std::int64_t>({})), 0);
  EXPECT_EQ((run<CountBigInt, std::int64_t, std::int64_t>({5, 5, 7})), 3);
  CountStar::State state;
  CountStar::initialise(&state);
  CountStar::update(&state);
  std::int64_t result = 0;
  EXPECT_TRUE(CountStar::finalise(&state, &result));
  EXPECT_EQ(result, 1);
}

TEST(Aggregates, SumsOfIntegersAreExact) {
  EXPECT_EQ((run<SumBigInt, Int128, std::int64_t>({})), std::nullopt);
  EXPECT_TRUE((run<SumBigInt, Int128, std::int64_t>({INT64_MAX, INT64_MAX, 3})) == Int128{INT64_MAX} * 2 + 3);
  EXPECT_TRUE((run<SumTinyInt, Int128, std::int8_t>({-128, -128})) == Int128{-256});
  EXPECT_TRUE((run<SumNotNullBigInt, Int128, std::int64_t>({INT64_MIN, INT64_MIN})) == Int128{INT64_MIN} * 2);
  EXPECT_TRUE((run<SumNotNullInteger, Int128, std::int32_t>({})) == Int128{0});
}

TEST(Aggregates, SumsOfWideDecimalsFailBeyond38Digits) {
  const Int128 most = powerOfTen(38) - 1;
  ErrorCode error = ErrorCode::None;
  EXPECT_TRUE((run<SumInt128, Int128, Int128, ErrorCode*>({most - 1, 1}, &error)) == most);
  EXPECT_EQ((run<SumInt128, Int128, Int128, ErrorCode*>({}, &error)), std::nullopt);
  EXPECT_EQ(error, ErrorCode::None);
  run<SumInt128, Int128, Int128, ErrorCode*>({most, 1}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  run<SumNotNullInt128, Int128, Int128, ErrorCode*>({most, most}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
}

TEST(Aggregates, SumsOfFloatingPointAreDoubles) {
  EXPECT_EQ((run<SumReal, double, float>({1.5F, 2.5F})), 4.0);
  EXPECT_EQ((run<SumDouble, double, double>({})), std::nullopt);
  EXPECT_EQ((run<SumNotNullDouble, double, double>({0.5})), 0.5);
}

TEST(Aggregates, Extremes) {
  EXPECT_EQ((run<MinBigInt, std::int64_t, std::int64_t>({})), std::nullopt);
  EXPECT_EQ((run<MinBigInt, std::int64_t, std::int64_t>({5, INT64_MIN, 7})), INT64_MIN);
  EXPECT_EQ((run<MaxTinyInt, std::int8_t, std::int8_t>({-5, -3, -128})), -3);
  EXPECT_TRUE((run<MaxInt128, Int128, Int128>({kInt128Minimum, 0, 5})) == Int128{5});
  EXPECT_EQ((run<MinDate, Date, Date>({Date{9}, Date{-4}})), Date{-4});
  EXPECT_EQ((run<MaxInterval, Interval, Interval>({{0, 31, 0}, {1, 0, 0}})), (Interval{0, 31, 0}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ((run<MinDouble, double, double>({nan, 1.0, 2.0})), 1.0);
  EXPECT_TRUE(std::isnan(run<MaxDouble, double, double>({1.0, nan, 2.0}).value()));
  EXPECT_TRUE(std::isnan(run<MinDouble, double, double>({nan, nan}).value()));
}

TEST(Aggregates, AnyValueAndBooleans) {
  EXPECT_EQ((run<AnyValueInteger, std::int32_t, std::int32_t>({})), std::nullopt);
  EXPECT_EQ((run<AnyValueInteger, std::int32_t, std::int32_t>({7, 8})), 7);
  EXPECT_EQ((run<BoolAnd, bool, bool>({})), std::nullopt);
  EXPECT_EQ((run<BoolAnd, bool, bool>({true, false, true})), false);
  EXPECT_EQ((run<BoolAnd, bool, bool>({true, true})), true);
  EXPECT_EQ((run<BoolOr, bool, bool>({false, true})), true);
  EXPECT_EQ((run<BoolOr, bool, bool>({false, false})), false);
}

TEST(Aggregates, StringsAreCopiedAndTheirBytesReused) {
  const auto budget = MemoryBudget::createRoot("test");
  StringArena arena(budget);
  ErrorCode error = ErrorCode::None;
  MinVarchar::State state;
  MinVarchar::State other;
  StringView result{};
  MinVarchar::initialise(&state);
  MinVarchar::initialise(&other);
  EXPECT_FALSE(MinVarchar::finalise(&state, &result));
  // Ever smaller strings of one length, each from a buffer that is gone afterwards.
  for (char last = 'z'; last >= 'a'; --last) {
    auto text = std::make_unique<std::string>("a string of twenty-" + std::string(1, last));
    MinVarchar::update(&state, StringView::make(*text), &error, &arena);
    MinVarchar::update(&state, StringView::make("b"), &error, &arena);
  }
  EXPECT_EQ(arena.bytes(), 20U);
  ASSERT_TRUE(MinVarchar::finalise(&state, &result));
  EXPECT_EQ(result.view(), "a string of twenty-a");
  MinVarchar::update(&other, StringView::make("Z"), &error, &arena);
  MinVarchar::merge(&state, &other, &error, &arena);
  ASSERT_TRUE(MinVarchar::finalise(&state, &result));
  EXPECT_EQ(result.view(), "Z");
  EXPECT_EQ(error, ErrorCode::None);
  StringArena starved(MemoryBudget::createRoot("none", 0));
  MinVarchar::update(&state, StringView::make("A longer string than twelve"), &error, &starved);
  EXPECT_EQ(error, ErrorCode::OutOfMemory);
}

}  // namespace
}  // namespace basalt::kernels
