#include <string>

#include <gtest/gtest.h>

#include "runtime/kernels/DateTime.h"
#include "runtime/types/TemporalText.h"

namespace basalt::kernels {
namespace {

Date date(const char* text) {
  Date value{};
  EXPECT_TRUE(parseDate(text, &value)) << text;
  return value;
}

Timestamp timestamp(const char* text) {
  Timestamp value{};
  EXPECT_TRUE(parseTimestamp(text, &value)) << text;
  return value;
}

/// The text of a date, or the name of the error.
template <typename Call>
std::string dateOf(const Call& call) {
  ErrorCode error = ErrorCode::None;
  const Date value = call(&error);
  char text[kMaxTemporalText];
  return error != ErrorCode::None ? std::string(name(error)) : std::string(text, formatDate(value, text));
}

std::string plus(const char* text, Interval interval) {
  return dateOf([&](ErrorCode* error) { return addDateInterval(date(text), interval, error); });
}
std::string minus(const char* text, Interval interval) {
  return dateOf([&](ErrorCode* error) { return subtractDateInterval(date(text), interval, error); });
}

TEST(DateTime, MonthsClampToTheMonthsEnd) {
  EXPECT_EQ(plus("1999-01-31", {1, 0, 0}), "1999-02-28");
  EXPECT_EQ(plus("2000-01-31", {1, 0, 0}), "2000-02-29");
  EXPECT_EQ(minus("2000-03-31", {1, 0, 0}), "2000-02-29");
  EXPECT_EQ(plus("2000-02-29", {12, 0, 0}), "2001-02-28");
  EXPECT_EQ(plus("1999-12-15", {1, 0, 0}), "2000-01-15");
  EXPECT_EQ(minus("2000-01-15", {13, 0, 0}), "1998-12-15");
  EXPECT_EQ(minus("0000-01-15", {1, 0, 0}), "-0001-12-15");
  EXPECT_EQ(plus("1999-01-31", {1, 1, 0}), "1999-03-01");
  EXPECT_EQ(minus("1998-12-01", {0, 90, 0}), "1998-09-02");
}

TEST(DateTime, DatesFailOutOfRangeAndOnMicroseconds) {
  EXPECT_EQ(plus("5881580-07-11", {0, 1, 0}), "NumericOverflow");
  EXPECT_EQ(plus("5881580-07-11", {INT32_MAX, INT32_MAX, 0}), "NumericOverflow");
  EXPECT_EQ(minus("-5877641-06-23", {0, 1, 0}), "NumericOverflow");
  EXPECT_EQ(minus("1970-01-01", {INT32_MIN, 0, 0}), "NumericOverflow");
  EXPECT_EQ(plus("1999-01-31", {0, 0, 1}), "InvalidArgument");
}

TEST(DateTime, DatesAndDays) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(addDateInteger(date("1999-12-31"), 1, &error), date("2000-01-01"));
  EXPECT_EQ(subtractDateInteger(date("2000-01-01"), 366, &error), date("1998-12-31"));
  EXPECT_EQ(subtractDate(date("2000-03-01"), date("2000-02-01")), 29);
  EXPECT_EQ(subtractDate(Date{INT32_MAX}, Date{INT32_MIN}), 4294967295);
  EXPECT_EQ(error, ErrorCode::None);
  addDateInteger(Date{INT32_MAX}, 1, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
}

TEST(DateTime, Timestamps) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(addTimestampInterval(timestamp("2000-01-31 12:00"), {1, 1, kMicrosecondsPerHour * 13}, &error),
            timestamp("2000-03-02 01:00"));
  EXPECT_EQ(subtractTimestampInterval(timestamp("1970-01-01"), {0, 0, 1}, &error), Timestamp{-1});
  EXPECT_EQ(castDateToTimestamp(date("1998-12-01"), &error), timestamp("1998-12-01"));
  EXPECT_EQ(castTimestampToDate(timestamp("1969-12-31 23:59:59")), date("1969-12-31"));
  EXPECT_EQ(castTimestampToTime(timestamp("1969-12-31 23:59:59")), Time{kMicrosecondsPerDay - kMicrosecondsPerSecond});
  EXPECT_EQ(error, ErrorCode::None);
  addTimestampInterval(Timestamp{INT64_MAX}, {0, 0, 1}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  addTimestampInterval(Timestamp{INT64_MAX}, {INT32_MAX, INT32_MAX, INT64_MAX}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  subtractTimestampInterval(Timestamp{INT64_MIN}, {INT32_MIN, INT32_MIN, INT64_MIN}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  castDateToTimestamp(Date{INT32_MAX}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
}

TEST(DateTime, Fields) {
  EXPECT_EQ(extractYearDate(date("1998-12-01")), 1998);
  EXPECT_EQ(extractMonthDate(date("1998-12-01")), 12);
  EXPECT_EQ(extractDayDate(date("1998-12-31")), 31);
  const Timestamp moment = timestamp("1903-04-05 06:07:08.9");
  EXPECT_EQ(extractYearTimestamp(moment), 1903);
  EXPECT_EQ(extractMonthTimestamp(moment), 4);
  EXPECT_EQ(extractDayTimestamp(moment), 5);
  EXPECT_EQ(extractHourTimestamp(moment), 6);
  EXPECT_EQ(extractMinuteTimestamp(moment), 7);
  EXPECT_EQ(extractSecondTimestamp(moment), 8);
}

}  // namespace
}  // namespace basalt::kernels
