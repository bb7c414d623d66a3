#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "runtime/types/Calendar.h"

namespace basalt {
namespace {

TEST(Calendar, KnownDays) {
  EXPECT_EQ(civilFromDays(0), (CivilDate{1970, 1, 1}));
  EXPECT_EQ(civilFromDays(-1), (CivilDate{1969, 12, 31}));
  EXPECT_EQ(civilFromDays(11016), (CivilDate{2000, 2, 29}));
  EXPECT_EQ(civilFromDays(10561), (CivilDate{1998, 12, 1}));
  EXPECT_EQ(civilFromDays(-719528), (CivilDate{0, 1, 1}));
  EXPECT_EQ(civilFromDays(-719529), (CivilDate{-1, 12, 31}));
  EXPECT_EQ(civilFromDays(std::numeric_limits<std::int32_t>::max()), (CivilDate{5881580, 7, 11}));
  EXPECT_EQ(civilFromDays(std::numeric_limits<std::int32_t>::min()), (CivilDate{-5877641, 6, 23}));
}

TEST(Calendar, EveryDayOfTwelveHundredYearsFollowsTheOneBefore) {
  CivilDate expected{1600, 1, 1};
  for (std::int64_t days = daysFromCivil(expected); expected.year < 2800; ++days) {
    ASSERT_EQ(civilFromDays(static_cast<std::int32_t>(days)), expected) << days;
    ASSERT_EQ(daysFromCivil(expected), days);
    if (++expected.day > daysInMonth(expected.year, expected.month)) {
      expected.day = 1;
      if (++expected.month > 12) {
        expected.month = 1;
        ++expected.year;
      }
    }
  }
}

TEST(Calendar, BothDirectionsAgreeOverTheWholeRange) {
  for (std::int64_t days = std::numeric_limits<std::int32_t>::min(); days <= std::numeric_limits<std::int32_t>::max();
       days += 9973) {
    ASSERT_EQ(daysFromCivil(civilFromDays(static_cast<std::int32_t>(days))), days);
  }
}

TEST(Calendar, LeapYearsAndMonths) {
  EXPECT_TRUE(isLeapYear(2000));
  EXPECT_TRUE(isLeapYear(1996));
  EXPECT_FALSE(isLeapYear(1900));
  EXPECT_FALSE(isLeapYear(1999));
  EXPECT_TRUE(isLeapYear(0));
  EXPECT_TRUE(isLeapYear(-4));
  const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (std::int32_t month = 1; month <= 12; ++month) {
    EXPECT_EQ(daysInMonth(1999, month), lengths[month - 1]);
  }
  EXPECT_EQ(daysInMonth(2000, 2), 29);
}

TEST(Calendar, TimestampsSplitTowardsThePast) {
  EXPECT_EQ(dayOf(Timestamp{-1}), -1);
  EXPECT_EQ(timeOfDay(Timestamp{-1}), kMicrosecondsPerDay - 1);
  EXPECT_EQ(dayOf(Timestamp{-kMicrosecondsPerDay}), -1);
  EXPECT_EQ(timeOfDay(Timestamp{-kMicrosecondsPerDay}), 0);
  EXPECT_EQ(dayOf(Timestamp{kMicrosecondsPerDay}), 1);
}

}  // namespace
}  // namespace basalt
