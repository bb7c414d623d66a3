#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/kernels/DateFields.h"
#include "runtime/kernels/DatePart.h"
#include "runtime/types/TemporalText.h"

namespace basalt::kernels {
namespace {

constexpr DatePart kAllParts[] = {
    DatePart::Microsecond, DatePart::Millisecond, DatePart::Second,  DatePart::Epoch,
    DatePart::Minute,      DatePart::Hour,        DatePart::Day,     DatePart::DayOfWeek,
    DatePart::Week,        DatePart::Month,       DatePart::Quarter, DatePart::Year,
    DatePart::IsoYear,     DatePart::Decade,      DatePart::Century, DatePart::Millennium};

Timestamp timestamp(const char* text) {
  Timestamp value{};
  EXPECT_TRUE(parseTimestamp(text, &value)) << text;
  return value;
}

std::int8_t number(const char* part) {
  ErrorCode error = ErrorCode::None;
  const std::int8_t result = datePartNumber(StringView::make(part), &error);
  EXPECT_EQ(error, ErrorCode::None) << part;
  return result;
}

std::string truncated(const char* part, const char* text) {
  ErrorCode error = ErrorCode::None;
  const Timestamp value = truncateToPartTimestamp(number(part), timestamp(text), &error);
  char result[kMaxTemporalText];
  return error != ErrorCode::None ? std::string(name(error)) : std::string(result, formatTimestamp(value, result));
}

std::int64_t difference(const char* part, const char* start, const char* end) {
  ErrorCode error = ErrorCode::None;
  return differenceInPartTimestamp(number(part), timestamp(start), timestamp(end), &error);
}

std::int64_t wholeParts(const char* part, const char* start, const char* end) {
  ErrorCode error = ErrorCode::None;
  return wholePartsTimestamp(number(part), timestamp(start), timestamp(end), &error);
}

TEST(DatePart, Names) {
  for (const DatePart part : kAllParts) {
    EXPECT_EQ(parseDatePart(name(part)), part);
  }
  EXPECT_EQ(parseDatePart("MONTHS"), DatePart::Month);
  EXPECT_EQ(parseDatePart("m"), DatePart::Minute);
  EXPECT_EQ(parseDatePart("Cent"), DatePart::Century);
  EXPECT_EQ(parseDatePart(""), std::nullopt);
  EXPECT_EQ(parseDatePart("fortnight"), std::nullopt);
  ErrorCode error = ErrorCode::None;
  datePartNumber(StringView::make("fortnight"), &error);
  EXPECT_EQ(error, ErrorCode::InvalidArgument);
}

TEST(DatePart, TruncationAsInDuckDb) {
  EXPECT_EQ(truncated("month", "2021-03-04 05:06:07"), "2021-03-01 00:00:00");
  EXPECT_EQ(truncated("week", "2021-03-07 05:06:07"), "2021-03-01 00:00:00");
  EXPECT_EQ(truncated("quarter", "2021-06-30 05:06:07"), "2021-04-01 00:00:00");
  EXPECT_EQ(truncated("century", "2000-05-04"), "2000-01-01 00:00:00");
  EXPECT_EQ(truncated("decade", "2029-12-31"), "2020-01-01 00:00:00");
  EXPECT_EQ(truncated("millennium", "2999-12-31"), "2000-01-01 00:00:00");
  EXPECT_EQ(truncated("isoyear", "2021-01-02 05:06:07"), "2019-12-30 00:00:00");
  EXPECT_EQ(truncated("milliseconds", "2021-01-02 05:06:07.123456"), "2021-01-02 05:06:07.123");
  EXPECT_EQ(truncated("second", "1921-01-02 05:06:07.123456"), "1921-01-02 05:06:07");
  EXPECT_EQ(truncated("dow", "2021-01-02 05:06:07"), "2021-01-02 00:00:00");
}

TEST(DatePart, DifferencesAsInDuckDb) {
  EXPECT_EQ(difference("month", "2021-01-31", "2021-02-01"), 1);
  EXPECT_EQ(difference("year", "2021-12-31", "2022-01-01"), 1);
  EXPECT_EQ(difference("week", "2021-01-03", "2021-01-04"), 0);
  EXPECT_EQ(difference("week", "2021-01-10", "2021-01-03"), -1);
  EXPECT_EQ(difference("quarter", "2021-03-31", "2021-04-01"), 1);
  EXPECT_EQ(difference("hour", "1969-03-31 00:59:59", "1969-03-31 01:00:00"), 1);
  EXPECT_EQ(difference("decade", "2019-12-31", "2020-01-01"), 1);
  EXPECT_EQ(difference("century", "2000-12-31", "2001-01-01"), 0);
  EXPECT_EQ(difference("isoyear", "2021-01-03", "2021-01-04"), 1);
  EXPECT_EQ(difference("day", "1969-12-31 23:59:59", "1970-01-01"), 1);
}

TEST(DatePart, WholePartsAsInDuckDb) {
  EXPECT_EQ(wholeParts("month", "2021-01-31", "2021-02-28"), 1);
  EXPECT_EQ(wholeParts("month", "2021-01-31", "2021-03-01"), 1);
  EXPECT_EQ(wholeParts("month", "2021-02-28", "2021-01-31"), -1);
  EXPECT_EQ(wholeParts("month", "2021-03-31", "2021-02-28"), -1);
  EXPECT_EQ(wholeParts("month", "2021-01-31 12:00:00", "2021-02-28 11:00:00"), 0);
  EXPECT_EQ(wholeParts("month", "2021-01-31 12:00:00", "2021-02-28 13:00:00"), 1);
  EXPECT_EQ(wholeParts("month", "2021-03-30 13:00:00", "2021-02-28 14:00:00"), -1);
  EXPECT_EQ(wholeParts("year", "2020-02-29", "2021-02-28"), 1);
  EXPECT_EQ(wholeParts("week", "2021-01-01 12:00:00", "2021-01-08 11:00:00"), 0);
  EXPECT_EQ(wholeParts("quarter", "2021-01-31", "2021-04-30"), 1);
  EXPECT_EQ(wholeParts("decade", "2010-05-05", "2020-05-04"), 0);
  EXPECT_EQ(wholeParts("hour", "2021-03-31 00:59:59", "2021-03-31 01:59:58"), 0);
}

/// What holds for every moment: a truncated one is the last of the moments that are their own truncation, differences
/// count those.
TEST(DatePart, TruncationsAndDifferencesGoTogether) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  // From year 1000: the millennium before has the other half of its years before year 0.
  std::uniform_int_distribution<std::int64_t> moments(-30'600'000'000'000'000, 200'000'000'000'000'000);
  for (int i = 0; i < 20000; ++i) {
    const Timestamp a{moments(random)};
    const Timestamp b{i % 2 == 0
                          ? moments(random)
                          : static_cast<std::int64_t>(a) + static_cast<std::int64_t>(random() % 100'000'000'000)};
    for (const DatePart part : kAllParts) {
      SCOPED_TRACE(std::string(name(part)) + " " + std::to_string(static_cast<std::int64_t>(a)));
      const auto code = static_cast<std::int8_t>(part);
      ErrorCode error = ErrorCode::None;
      const Timestamp start = truncateToPartTimestamp(code, a, &error);
      ASSERT_LE(start, a);
      ASSERT_EQ(truncateToPartTimestamp(code, start, &error), start);
      const std::int64_t between = differenceInPartTimestamp(code, a, b, &error);
      ASSERT_EQ(between, -differenceInPartTimestamp(code, b, a, &error));
      if (part != DatePart::Week) {
        ASSERT_EQ(between == 0, truncateToPartTimestamp(code, b, &error) == start);
        ASSERT_EQ(between > 0, truncateToPartTimestamp(code, b, &error) > start);
        // The moment before the part begins is in the part before it.
        ASSERT_EQ(differenceInPartTimestamp(code, Timestamp{static_cast<std::int64_t>(start) - 1}, a, &error), 1);
      }
      const std::int64_t whole = wholePartsTimestamp(code, a, b, &error);
      ASSERT_LE(std::abs(whole), std::abs(between) + (part == DatePart::IsoYear ? 1 : 0));
      ASSERT_EQ(error, ErrorCode::None);
    }
  }
}

TEST(DatePart, WholeMonthsAreTheMostThatCanBeAdded) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const Timestamp start{static_cast<std::int64_t>(random() % 4'000'000'000'000'000)};
    const Timestamp end{static_cast<std::int64_t>(start) + static_cast<std::int64_t>(random() % 200'000'000'000'000)};
    ErrorCode error = ErrorCode::None;
    const auto months =
        static_cast<std::int32_t>(wholePartsTimestamp(static_cast<std::int8_t>(DatePart::Month), start, end, &error));
    ASSERT_LE(addTimestampInterval(start, {months, 0, 0}, &error), end) << static_cast<std::int64_t>(start);
    ASSERT_GT(addTimestampInterval(start, {months + 1, 0, 0}, &error), end) << static_cast<std::int64_t>(start);
  }
}

TEST(DatePart, ExtremesFailInsteadOfWrapping) {
  for (const DatePart part : kAllParts) {
    const auto code = static_cast<std::int8_t>(part);
    for (const std::int64_t moment : {INT64_MIN, INT64_MAX}) {
      ErrorCode error = ErrorCode::None;
      const Timestamp result = truncateToPartTimestamp(code, Timestamp{moment}, &error);
      EXPECT_TRUE(error == ErrorCode::NumericOverflow || result <= Timestamp{moment} || moment < 0) << name(part);
    }
    ErrorCode error = ErrorCode::None;
    truncateToPartDate(code, Date{INT32_MAX}, &error);
    EXPECT_EQ(error, ErrorCode::NumericOverflow);
    error = ErrorCode::None;
    differenceInPartDate(code, Date{0}, Date{INT32_MIN}, &error);
    EXPECT_EQ(error, ErrorCode::NumericOverflow);
  }
  ErrorCode error = ErrorCode::None;
  differenceInPartTimestamp(number("microsecond"), Timestamp{INT64_MIN}, Timestamp{INT64_MAX}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  wholePartsTimestamp(number("day"), Timestamp{INT64_MIN}, Timestamp{INT64_MAX}, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
  error = ErrorCode::None;
  EXPECT_EQ(differenceInPartTimestamp(number("day"), Timestamp{INT64_MIN}, Timestamp{INT64_MAX}, &error), 213503983);
  EXPECT_EQ(error, ErrorCode::None);
}

}  // namespace
}  // namespace basalt::kernels
