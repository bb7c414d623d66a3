#include <chrono>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/kernels/DateFields.h"

namespace basalt::kernels {
namespace {

namespace calendar = std::chrono;

/// A day as the standard library sees it.
struct Day {
  explicit Day(std::int32_t number) : days(calendar::days(number)), civil(days), weekday(days) {}

  std::int64_t year() const { return static_cast<int>(civil.year()); }
  std::int64_t isoDayOfWeek() const { return weekday.iso_encoding(); }
  std::int64_t dayOfYear() const {
    return (days - calendar::sys_days(civil.year() / calendar::January / 1)).count() + 1;
  }
  calendar::sys_days thursday() const { return days + calendar::days(4 - isoDayOfWeek()); }
  std::int64_t isoYear() const { return static_cast<int>(calendar::year_month_day(thursday()).year()); }
  std::int64_t isoWeek() const {
    const calendar::year year{static_cast<int>(isoYear())};
    return (thursday() - calendar::sys_days(year / calendar::January / 1)).count() / 7 + 1;
  }

  calendar::sys_days days;
  calendar::year_month_day civil;
  calendar::weekday weekday;
};

TEST(DateFields, AgreeWithTheStandardLibrary) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  // The years that std::chrono has.
  std::uniform_int_distribution<std::int32_t> distant(-12'600'000, 11'200'000);
  for (int i = 0; i < 60000; ++i) {
    const std::int32_t number = i < 40000 ? i - 20000 : distant(random);
    const Day day(number);
    const Date date{number};
    ASSERT_EQ(extractQuarterDate(date), (static_cast<unsigned>(day.civil.month()) + 2) / 3) << number;
    ASSERT_EQ(extractDayOfYearDate(date), day.dayOfYear()) << number;
    ASSERT_EQ(extractDayOfWeekDate(date), day.weekday.c_encoding()) << number;
    ASSERT_EQ(extractIsoDayOfWeekDate(date), day.isoDayOfWeek()) << number;
    ASSERT_EQ(extractIsoYearDate(date), day.isoYear()) << number;
    ASSERT_EQ(extractWeekDate(date), day.isoWeek()) << number;
    ErrorCode error = ErrorCode::None;
    const auto last = calendar::sys_days(day.civil.year() / day.civil.month() / calendar::last);
    ASSERT_EQ(lastDayDate(date, &error), Date{static_cast<std::int32_t>(last.time_since_epoch().count())}) << number;
    ASSERT_EQ(
        makeDate(day.year(), static_cast<unsigned>(day.civil.month()), static_cast<unsigned>(day.civil.day()), &error),
        date);
    ASSERT_EQ(error, ErrorCode::None) << number;
    // A timestamp of that day has its fields.
    const Timestamp moment{std::int64_t{number} * kMicrosecondsPerDay + static_cast<std::int64_t>(random())};
    ASSERT_EQ(extractWeekTimestamp(moment), day.isoWeek()) << number;
    ASSERT_EQ(extractDayOfYearTimestamp(moment), day.dayOfYear()) << number;
    ASSERT_EQ(lastDayTimestamp(moment), lastDayDate(date, &error)) << number;
  }
}

TEST(DateFields, SpansOfYears) {
  const auto dateOf = [](std::int64_t year) {
    ErrorCode error = ErrorCode::None;
    return makeDate(year, 6, 1, &error);
  };
  const auto century = [&](std::int64_t year) { return extractCenturyDate(dateOf(year)); };
  const auto millennium = [&](std::int64_t year) { return extractMillenniumDate(dateOf(year)); };
  const auto decade = [&](std::int64_t year) { return extractDecadeDate(dateOf(year)); };
  // DuckDB's answers.
  EXPECT_EQ(century(2001), 21);
  EXPECT_EQ(century(2000), 20);
  EXPECT_EQ(century(1), 1);
  EXPECT_EQ(century(0), -1);
  EXPECT_EQ(century(-100), -2);
  EXPECT_EQ(millennium(2000), 2);
  EXPECT_EQ(millennium(0), -1);
  EXPECT_EQ(millennium(-1000), -2);
  EXPECT_EQ(decade(2021), 202);
  EXPECT_EQ(decade(-15), -1);
}

TEST(DateFields, TimesAndIntervals) {
  const Time time{13 * kMicrosecondsPerHour + 2 * kMicrosecondsPerMinute + 3'500'001};
  EXPECT_EQ(extractHourTime(time), 13);
  EXPECT_EQ(extractMinuteTime(time), 2);
  EXPECT_EQ(extractSecondTime(time), 3);
  EXPECT_EQ(extractMillisecondTime(time), 3500);
  EXPECT_EQ(extractMicrosecondTime(time), 3500001);
  EXPECT_EQ(extractEpochTime(time), 46923.500001);
  const Interval interval{-14, 40, -65'500'000};
  EXPECT_EQ(extractYearInterval(interval), -1);
  EXPECT_EQ(extractMonthInterval(interval), -2);
  EXPECT_EQ(extractQuarterInterval(interval), 1);
  EXPECT_EQ(extractDayInterval(interval), 40);
  EXPECT_EQ(extractMinuteInterval(interval), -1);
  EXPECT_EQ(extractSecondInterval(interval), -5);
  EXPECT_EQ(extractMillisecondInterval(interval), -5500);
  // DuckDB's and PostgreSQL's answer.
  EXPECT_EQ(extractEpochInterval({14, 3, 4 * kMicrosecondsPerHour + 5 * kMicrosecondsPerMinute + 6'500'000}),
            37015506.5);
}

TEST(DateFields, ExtremesHaveFields) {
  for (const std::int32_t number : {INT32_MIN, INT32_MAX}) {
    const Date date{number};
    EXPECT_GE(extractWeekDate(date), 1);
    EXPECT_LE(extractWeekDate(date), 53);
    EXPECT_LE(extractDayOfYearDate(date), 366);
    EXPECT_LE(extractIsoDayOfWeekDate(date), 7);
    EXPECT_NE(extractCenturyDate(date), 0);
  }
  for (const std::int64_t number : {INT64_MIN, INT64_MAX}) {
    const Timestamp moment{number};
    EXPECT_LE(extractMillisecondTimestamp(moment), 59999);
    EXPECT_GE(extractMicrosecondTimestamp(moment), 0);
    EXPECT_LE(extractWeekTimestamp(moment), 53);
    EXPECT_EQ(epochMicrosecondsTimestamp(moment), number);
    // What lies under a NULL may be any bytes.
    extractHourTime(Time{number});
    extractEpochInterval({INT32_MIN, INT32_MIN, number});
    extractQuarterInterval({INT32_MIN, INT32_MIN, number});
  }
  EXPECT_EQ(epochMillisecondsTimestamp(Timestamp{-499}), 0);
  EXPECT_EQ(epochMillisecondsTimestamp(Timestamp{-500}), -1);
  EXPECT_EQ(epochMillisecondsTimestamp(Timestamp{1499}), 1);
  EXPECT_EQ(epochMillisecondsTimestamp(Timestamp{1500}), 2);
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(timestampOfMilliseconds(-5, &error), Timestamp{-5000});
  EXPECT_EQ(error, ErrorCode::None);
  timestampOfMilliseconds(INT64_MAX, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  lastDayDate(Date{INT32_MAX}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
}

TEST(DateFields, MadeOfNumbers) {
  const auto failsDate = [](std::int64_t year, std::int64_t month, std::int64_t day) {
    ErrorCode error = ErrorCode::None;
    makeDate(year, month, day, &error);
    return error == ErrorCode::InvalidArgument;
  };
  EXPECT_FALSE(failsDate(2000, 2, 29));
  EXPECT_TRUE(failsDate(2001, 2, 29));
  EXPECT_TRUE(failsDate(1900, 2, 29));
  EXPECT_TRUE(failsDate(2001, 13, 1));
  EXPECT_TRUE(failsDate(2001, 0, 1));
  EXPECT_TRUE(failsDate(2001, 1, 0));
  EXPECT_TRUE(failsDate(2001, 4, 31));
  EXPECT_TRUE(failsDate(5881581, 1, 1));
  EXPECT_TRUE(failsDate(INT64_MAX, 1, 1));
  EXPECT_TRUE(failsDate(INT64_MIN, INT64_MIN, INT64_MIN));
  const auto timeOf = [](std::int64_t hour, std::int64_t minute, double second) {
    ErrorCode error = ErrorCode::None;
    const Time time = makeTime(hour, minute, second, &error);
    return error == ErrorCode::None ? static_cast<std::int64_t>(time) : -1;
  };
  EXPECT_EQ(timeOf(1, 2, 3.5), 3723500000);
  EXPECT_EQ(timeOf(0, 0, 0), 0);
  EXPECT_EQ(timeOf(24, 0, 0), -1);
  EXPECT_EQ(timeOf(1, 60, 0), -1);
  EXPECT_EQ(timeOf(1, 0, 60), -1);
  EXPECT_EQ(timeOf(1, 0, -0.5), -1);
  EXPECT_EQ(timeOf(INT64_MAX, INT64_MAX, 1e300), -1);
  EXPECT_EQ(timeOf(0, 0, std::numeric_limits<double>::quiet_NaN()), -1);
}

TEST(DateFields, Names) {
  EXPECT_EQ(dayNameDate(Date{0}).view(), "Thursday");
  EXPECT_EQ(dayNameDate(Date{-1}).view(), "Wednesday");
  EXPECT_EQ(monthNameDate(Date{-1}).view(), "December");
  EXPECT_EQ(monthNameTimestamp(Timestamp{0}).view(), "January");
  EXPECT_EQ(dayNameTimestamp(Timestamp{-1}).view(), "Wednesday");
}

}  // namespace
}  // namespace basalt::kernels
