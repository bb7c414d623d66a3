#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/kernels/DateTime.h"
#include "runtime/kernels/IntervalArithmetic.h"
#include "runtime/types/Interval.h"

namespace basalt::kernels {
namespace {

template <typename Call>
ErrorCode errorOf(const Call& call) {
  ErrorCode error = ErrorCode::None;
  call(&error);
  return error;
}

TEST(IntervalArithmetic, PartsApart) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(addInterval({1, -2, 3}, {10, 20, 30}, &error), (Interval{11, 18, 33}));
  EXPECT_EQ(subtractInterval({1, -2, 3}, {10, 20, 30}, &error), (Interval{-9, -22, -27}));
  EXPECT_EQ(multiplyInterval({1, -2, 3}, -3, &error), (Interval{-3, 6, -9}));
  EXPECT_EQ(error, ErrorCode::None);
  for (const Interval most : {Interval{INT32_MAX, 0, 0}, Interval{0, INT32_MAX, 0}, Interval{0, 0, INT64_MAX}}) {
    EXPECT_EQ(errorOf([&](ErrorCode* e) { addInterval(most, most, e); }), ErrorCode::NumericOverflow);
    EXPECT_EQ(errorOf([&](ErrorCode* e) { subtractInterval({-2, -2, -2}, most, e); }), ErrorCode::NumericOverflow);
    EXPECT_EQ(errorOf([&](ErrorCode* e) { multiplyInterval(most, 2, e); }), ErrorCode::NumericOverflow);
    EXPECT_EQ(errorOf([&](ErrorCode* e) { multiplyInterval(most, INT64_MIN, e); }), ErrorCode::NumericOverflow);
    EXPECT_EQ(errorOf([&](ErrorCode* e) { scaleIntervalDouble(most, 1.5, e); }), ErrorCode::NumericOverflow);
  }
}

TEST(IntervalArithmetic, FractionsGoOnInSmallerParts) {
  ErrorCode error = ErrorCode::None;
  constexpr std::int64_t kHour = kMicrosecondsPerHour;
  // DuckDB's and PostgreSQL's answers.
  EXPECT_EQ(scaleIntervalDouble({1, 1, kMicrosecondsPerSecond}, 1.5, &error),
            (Interval{1, 16, 12 * kHour + 1'500'000}));
  EXPECT_EQ(scaleIntervalDouble({1, 0, 0}, 1.7, &error), (Interval{1, 21, 0}));
  EXPECT_EQ(scaleIntervalDouble({0, 1, 0}, 0.1, &error), (Interval{0, 0, 2 * kHour + 24 * kMicrosecondsPerMinute}));
  EXPECT_EQ(scaleIntervalDouble({-1, 0, 0}, 0.5, &error), (Interval{0, -15, 0}));
  EXPECT_EQ(scaleIntervalDouble({0, 0, 1}, 1.5, &error), (Interval{0, 0, 2}));
  EXPECT_EQ(divideIntervalDouble({1, 10, 0}, 3, &error), (Interval{0, 13, 8 * kHour}));
  EXPECT_EQ(divideIntervalDouble({12, 0, 0}, 7, &error),
            (Interval{1, 21, 10 * kHour + 17 * kMicrosecondsPerMinute + 8'534'400}));
  EXPECT_EQ(divideIntervalDouble({0, 0, kMicrosecondsPerSecond}, 3, &error), (Interval{0, 0, 333333}));
  EXPECT_EQ(intervalOfSecondsDouble(3.5, &error), (Interval{0, 0, 3'500'000}));
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(errorOf([](ErrorCode* e) { divideIntervalDouble({1, 1, 1}, 0, e); }), ErrorCode::DivisionByZero);
  EXPECT_EQ(errorOf([](ErrorCode* e) { scaleIntervalDouble({1, 0, 0}, 1e300, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { intervalOfSecondsDouble(1e15, e); }), ErrorCode::NumericOverflow);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(errorOf([nan](ErrorCode* e) { scaleIntervalDouble({1, 0, 0}, nan, e); }), ErrorCode::NumericOverflow);
}

TEST(IntervalArithmetic, DifferencesOfTimestampsLeadBack) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const Timestamp left{i == 0 ? INT64_MAX : static_cast<std::int64_t>(random()) >> (random() % 40)};
    const Timestamp right{i == 0 ? INT64_MIN : static_cast<std::int64_t>(random()) >> (random() % 40)};
    const Interval between = subtractTimestamp(left, right);
    ErrorCode error = ErrorCode::None;
    ASSERT_EQ(addTimestampInterval(right, between, &error), left);
    ASSERT_EQ(error, ErrorCode::None);
    ASSERT_EQ(between.months, 0);
    ASSERT_LT(std::abs(between.microseconds), kMicrosecondsPerDay);
    ASSERT_TRUE(between.days == 0 || between.microseconds == 0 || (between.days > 0) == (between.microseconds > 0));
  }
}

TEST(IntervalArithmetic, TimesOfDay) {
  constexpr std::int64_t kHour = kMicrosecondsPerHour;
  EXPECT_EQ(addTimeInterval(Time{23 * kHour}, {0, 0, 2 * kHour}), Time{kHour});
  EXPECT_EQ(subtractTimeInterval(Time{kHour}, {0, 0, 2 * kHour}), Time{23 * kHour});
  EXPECT_EQ(addTimeInterval(Time{kHour}, {5, 2, 0}), Time{kHour});
  EXPECT_EQ(addTimeInterval(Time{kHour}, {0, 0, -50 * kHour}), Time{23 * kHour});
  // What lies under a NULL may be any bytes.
  for (const std::int64_t any : {INT64_MIN, INT64_MAX}) {
    EXPECT_LT(addTimeInterval(Time{any}, {0, 0, any}), Time{kMicrosecondsPerDay});
    EXPECT_GE(subtractTimeInterval(Time{any}, {0, 0, any}), Time{0});
  }
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(addDateTime(Date{-1}, Time{kHour}, &error), Timestamp{-23 * kHour});
  EXPECT_EQ(error, ErrorCode::None);
  addDateTime(Date{INT32_MIN}, Time{0}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
}

TEST(IntervalArithmetic, MadeOfNumbers) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(intervalOfYears(-2, &error), (Interval{-24, 0, 0}));
  EXPECT_EQ(intervalOfWeeks(2, &error), (Interval{0, 14, 0}));
  EXPECT_EQ(intervalOfMinutes(2, &error), (Interval{0, 0, 2 * kMicrosecondsPerMinute}));
  EXPECT_EQ(intervalOfMonths(INT32_MIN), (Interval{INT32_MIN, 0, 0}));
  EXPECT_EQ(intervalOfDays(3), (Interval{0, 3, 0}));
  EXPECT_EQ(intervalOfMicroseconds(INT64_MIN), (Interval{0, 0, INT64_MIN}));
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(errorOf([](ErrorCode* e) { intervalOfYears(INT32_MAX, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { intervalOfWeeks(INT32_MIN, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { intervalOfHours(INT64_MAX, e); }), ErrorCode::NumericOverflow);
}

}  // namespace
}  // namespace basalt::kernels
