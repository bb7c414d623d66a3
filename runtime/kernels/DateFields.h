#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/DateTime.h"
#include "runtime/types/Calendar.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// EXTRACT: fields of dates, timestamps, times and intervals, with DuckDB's meanings. The second is a whole number,
/// milliseconds and microseconds include it; epoch is seconds since 1970 (or of the time, the interval) as a double.
/// Weeks are ISO 8601's, from Monday; dow counts from Sunday, which is 0, isodow from Monday, which is 1. The year
/// before 1 is 0; centuries and millennia begin with years that end in 01, and those before them are negative.
/// Intervals divide their months and their microseconds, each apart and towards zero; days are never divided.
namespace basalt::kernels {

/// A name in English, by a number that counts from 0.
BASALT_EXPORT StringView nameOfWeekday(std::int64_t sinceSunday) noexcept;
BASALT_EXPORT StringView nameOfMonth(std::int64_t sinceJanuary) noexcept;

namespace detail {

[[gnu::always_inline]] inline std::int64_t dayOfYear(std::int32_t day) noexcept {
  return day - daysFromCivil({civilFromDays(day).year, 1, 1}) + 1;
}

/// Days since the Sunday before.
[[gnu::always_inline]] inline std::int64_t dayOfWeek(std::int32_t day) noexcept {
  // 1970-01-01 was a Thursday; 7 * 2^29 keeps the number positive.
  return (std::int64_t{day} + 4 + 7 * (std::int64_t{1} << 29)) % 7;
}

[[gnu::always_inline]] inline std::int64_t isoDayOfWeek(std::int32_t day) noexcept {
  const std::int64_t sinceSunday = dayOfWeek(day);
  return sinceSunday == 0 ? 7 : sinceSunday;
}

struct IsoWeek {
  std::int64_t year;
  std::int64_t week;
};

/// A week belongs to the year that its Thursday lies in. (ISO 8601)
[[gnu::always_inline]] inline IsoWeek isoWeek(std::int32_t day) noexcept {
  const std::int64_t year = civilFromDays(day).year;
  const std::int64_t thursday = dayOfYear(day) - isoDayOfWeek(day) + 4;
  const std::int64_t length = isLeapYear(year) ? 366 : 365;
  if (thursday > length) return {year + 1, 1};
  if (thursday >= 1) return {year, (thursday + 6) / 7};
  return {year - 1, (thursday + (isLeapYear(year - 1) ? 366 : 365) + 6) / 7};
}

/// The number of a span of `years` years, the first of which begins with year 1.
[[gnu::always_inline]] inline std::int64_t spanOfYear(std::int64_t year, std::int64_t years) noexcept {
  return year > 0 ? (year - 1) / years + 1 : year / years - 1;
}

}  // namespace detail

BASALT_KERNEL("extract_quarter") inline std::int64_t extractQuarterDate(Date date) noexcept {
  return (civilFromDays(static_cast<std::int32_t>(date)).month + 2) / 3;
}
BASALT_KERNEL("extract_week") inline std::int64_t extractWeekDate(Date date) noexcept {
  return detail::isoWeek(static_cast<std::int32_t>(date)).week;
}
BASALT_KERNEL("extract_isoyear") inline std::int64_t extractIsoYearDate(Date date) noexcept {
  return detail::isoWeek(static_cast<std::int32_t>(date)).year;
}
BASALT_KERNEL("extract_dow") inline std::int64_t extractDayOfWeekDate(Date date) noexcept {
  return detail::dayOfWeek(static_cast<std::int32_t>(date));
}
BASALT_KERNEL("extract_isodow") inline std::int64_t extractIsoDayOfWeekDate(Date date) noexcept {
  return detail::isoDayOfWeek(static_cast<std::int32_t>(date));
}
BASALT_KERNEL("extract_doy") inline std::int64_t extractDayOfYearDate(Date date) noexcept {
  return detail::dayOfYear(static_cast<std::int32_t>(date));
}
BASALT_KERNEL("extract_decade") inline std::int64_t extractDecadeDate(Date date) noexcept {
  return civilFromDays(static_cast<std::int32_t>(date)).year / 10;
}
BASALT_KERNEL("extract_century") inline std::int64_t extractCenturyDate(Date date) noexcept {
  return detail::spanOfYear(civilFromDays(static_cast<std::int32_t>(date)).year, 100);
}
BASALT_KERNEL("extract_millennium") inline std::int64_t extractMillenniumDate(Date date) noexcept {
  return detail::spanOfYear(civilFromDays(static_cast<std::int32_t>(date)).year, 1000);
}

BASALT_KERNEL("extract_quarter") inline std::int64_t extractQuarterTimestamp(Timestamp timestamp) noexcept {
  return (civilFromDays(dayOf(timestamp)).month + 2) / 3;
}
BASALT_KERNEL("extract_week") inline std::int64_t extractWeekTimestamp(Timestamp timestamp) noexcept {
  return detail::isoWeek(dayOf(timestamp)).week;
}
BASALT_KERNEL("extract_isoyear") inline std::int64_t extractIsoYearTimestamp(Timestamp timestamp) noexcept {
  return detail::isoWeek(dayOf(timestamp)).year;
}
BASALT_KERNEL("extract_dow") inline std::int64_t extractDayOfWeekTimestamp(Timestamp timestamp) noexcept {
  return detail::dayOfWeek(dayOf(timestamp));
}
BASALT_KERNEL("extract_isodow") inline std::int64_t extractIsoDayOfWeekTimestamp(Timestamp timestamp) noexcept {
  return detail::isoDayOfWeek(dayOf(timestamp));
}
BASALT_KERNEL("extract_doy") inline std::int64_t extractDayOfYearTimestamp(Timestamp timestamp) noexcept {
  return detail::dayOfYear(dayOf(timestamp));
}
BASALT_KERNEL("extract_decade") inline std::int64_t extractDecadeTimestamp(Timestamp timestamp) noexcept {
  return civilFromDays(dayOf(timestamp)).year / 10;
}
BASALT_KERNEL("extract_century") inline std::int64_t extractCenturyTimestamp(Timestamp timestamp) noexcept {
  return detail::spanOfYear(civilFromDays(dayOf(timestamp)).year, 100);
}
BASALT_KERNEL("extract_millennium") inline std::int64_t extractMillenniumTimestamp(Timestamp timestamp) noexcept {
  return detail::spanOfYear(civilFromDays(dayOf(timestamp)).year, 1000);
}

BASALT_KERNEL("extract_millisecond") inline std::int64_t extractMillisecondTimestamp(Timestamp timestamp) noexcept {
  return timeOfDay(timestamp) % kMicrosecondsPerMinute / 1000;
}
BASALT_KERNEL("extract_microsecond") inline std::int64_t extractMicrosecondTimestamp(Timestamp timestamp) noexcept {
  return timeOfDay(timestamp) % kMicrosecondsPerMinute;
}
BASALT_KERNEL("extract_epoch") inline double extractEpochDate(Date date) noexcept {
  return static_cast<double>(static_cast<std::int32_t>(date)) * 86400;
}
BASALT_KERNEL("extract_epoch") inline double extractEpochTimestamp(Timestamp timestamp) noexcept {
  return static_cast<double>(static_cast<std::int64_t>(timestamp)) / kMicrosecondsPerSecond;
}

BASALT_KERNEL("extract_hour") inline std::int64_t extractHourTime(Time time) noexcept {
  return static_cast<std::int64_t>(time) / kMicrosecondsPerHour;
}
BASALT_KERNEL("extract_minute") inline std::int64_t extractMinuteTime(Time time) noexcept {
  return static_cast<std::int64_t>(time) / kMicrosecondsPerMinute % 60;
}
BASALT_KERNEL("extract_second") inline std::int64_t extractSecondTime(Time time) noexcept {
  return static_cast<std::int64_t>(time) / kMicrosecondsPerSecond % 60;
}
BASALT_KERNEL("extract_millisecond") inline std::int64_t extractMillisecondTime(Time time) noexcept {
  return static_cast<std::int64_t>(time) % kMicrosecondsPerMinute / 1000;
}
BASALT_KERNEL("extract_microsecond") inline std::int64_t extractMicrosecondTime(Time time) noexcept {
  return static_cast<std::int64_t>(time) % kMicrosecondsPerMinute;
}
BASALT_KERNEL("extract_epoch") inline double extractEpochTime(Time time) noexcept {
  return static_cast<double>(static_cast<std::int64_t>(time)) / kMicrosecondsPerSecond;
}

BASALT_KERNEL("extract_hour") inline std::int64_t extractHourInterval(Interval interval) noexcept {
  return interval.microseconds / kMicrosecondsPerHour;
}
BASALT_KERNEL("extract_minute") inline std::int64_t extractMinuteInterval(Interval interval) noexcept {
  return interval.microseconds / kMicrosecondsPerMinute % 60;
}
BASALT_KERNEL("extract_second") inline std::int64_t extractSecondInterval(Interval interval) noexcept {
  return interval.microseconds / kMicrosecondsPerSecond % 60;
}
BASALT_KERNEL("extract_millisecond") inline std::int64_t extractMillisecondInterval(Interval interval) noexcept {
  return interval.microseconds % kMicrosecondsPerMinute / 1000;
}
BASALT_KERNEL("extract_microsecond") inline std::int64_t extractMicrosecondInterval(Interval interval) noexcept {
  return interval.microseconds % kMicrosecondsPerMinute;
}
BASALT_KERNEL("extract_day") inline std::int64_t extractDayInterval(Interval interval) noexcept {
  return interval.days;
}
BASALT_KERNEL("extract_month") inline std::int64_t extractMonthInterval(Interval interval) noexcept {
  return interval.months % 12;
}
BASALT_KERNEL("extract_quarter") inline std::int64_t extractQuarterInterval(Interval interval) noexcept {
  return interval.months % 12 / 3 + 1;
}
BASALT_KERNEL("extract_year") inline std::int64_t extractYearInterval(Interval interval) noexcept {
  return interval.months / 12;
}
BASALT_KERNEL("extract_decade") inline std::int64_t extractDecadeInterval(Interval interval) noexcept {
  return interval.months / 120;
}
BASALT_KERNEL("extract_century") inline std::int64_t extractCenturyInterval(Interval interval) noexcept {
  return interval.months / 1200;
}
BASALT_KERNEL("extract_millennium") inline std::int64_t extractMillenniumInterval(Interval interval) noexcept {
  return interval.months / 12000;
}
/// A year counts as 365.25 days, a month besides as 30.
BASALT_KERNEL("extract_epoch") inline double extractEpochInterval(Interval interval) noexcept {
  constexpr std::int64_t kSecondsPerDay = 86400;
  const std::int64_t seconds = (std::int64_t{interval.months} / 12) * (kSecondsPerDay * 1461 / 4) +
                               (std::int64_t{interval.months} % 12 * 30 + interval.days) * kSecondsPerDay;
  return static_cast<double>(seconds) + static_cast<double>(interval.microseconds) / kMicrosecondsPerSecond;
}

BASALT_KERNEL("dayname") inline StringView dayNameDate(Date date) noexcept {
  return nameOfWeekday(extractDayOfWeekDate(date));
}
BASALT_KERNEL("monthname") inline StringView monthNameDate(Date date) noexcept {
  return nameOfMonth(extractMonthDate(date) - 1);
}
BASALT_KERNEL("dayname") inline StringView dayNameTimestamp(Timestamp timestamp) noexcept {
  return nameOfWeekday(extractDayOfWeekTimestamp(timestamp));
}
BASALT_KERNEL("monthname") inline StringView monthNameTimestamp(Timestamp timestamp) noexcept {
  return nameOfMonth(extractMonthTimestamp(timestamp) - 1);
}

/// The last day of the month.
BASALT_KERNEL("last_day") inline Date lastDayDate(Date date, ErrorCode* error) noexcept {
  const CivilDate civil = civilFromDays(static_cast<std::int32_t>(date));
  const std::int32_t left = daysInMonth(civil.year, civil.month) - civil.day;
  return Date{detail::addChecked<std::int32_t>(static_cast<std::int32_t>(date), left, error)};
}
BASALT_KERNEL("last_day") inline Date lastDayTimestamp(Timestamp timestamp) noexcept {
  const CivilDate civil = civilFromDays(dayOf(timestamp));
  return Date{dayOf(timestamp) + daysInMonth(civil.year, civil.month) - civil.day};
}

/// The date of these; fails with InvalidArgument when there is no such day.
BASALT_KERNEL("make_date")
inline Date makeDate(std::int64_t year, std::int64_t month, std::int64_t day, ErrorCode* error) noexcept {
  // Far more than there are, and few enough to count days with.
  constexpr std::int64_t kMostYears = 10'000'000;
  const bool hasMonth = (year > -kMostYears) & (year < kMostYears) & (month >= 1) & (month <= 12);
  const auto monthNumber = static_cast<std::int32_t>(hasMonth ? month : 1);
  const bool hasDay = hasMonth && day >= 1 && day <= daysInMonth(year, monthNumber);
  const std::int64_t days = hasDay ? daysFromCivil({year, monthNumber, static_cast<std::int32_t>(day)}) : 0;
  failIf(!hasDay | (days != static_cast<std::int32_t>(days)), ErrorCode::InvalidArgument, error);
  return Date{static_cast<std::int32_t>(days)};
}
/// The time of these, with fractions of the second; fails with InvalidArgument when there is none. 24:00:00, which
/// DuckDB takes, is none.
BASALT_KERNEL("make_time")
inline Time makeTime(std::int64_t hour, std::int64_t minute, double second, ErrorCode* error) noexcept {
  const bool exists = (hour >= 0) & (hour < 24) & (minute >= 0) & (minute < 60) & (second >= 0) & (second < 60);
  failIf(!exists, ErrorCode::InvalidArgument, error);
  const double microseconds = exists ? __builtin_round(second * kMicrosecondsPerSecond) : 0;
  return Time{(exists ? hour * kMicrosecondsPerHour + minute * kMicrosecondsPerMinute : 0) +
              static_cast<std::int64_t>(microseconds)};
}

/// Timestamps and their microseconds, milliseconds since 1970.
BASALT_KERNEL("make_timestamp") inline Timestamp makeTimestamp(std::int64_t microseconds) noexcept {
  return Timestamp{microseconds};
}
BASALT_KERNEL("epoch_us") inline std::int64_t epochMicrosecondsTimestamp(Timestamp timestamp) noexcept {
  return static_cast<std::int64_t>(timestamp);
}
/// Rounded half away from zero.
BASALT_KERNEL("epoch_ms") inline std::int64_t epochMillisecondsTimestamp(Timestamp timestamp) noexcept {
  const auto microseconds = static_cast<std::int64_t>(timestamp);
  const std::int64_t rest = microseconds % 1000;
  return microseconds / 1000 + (rest >= 500 ? 1 : 0) - (rest <= -500 ? 1 : 0);
}
BASALT_KERNEL("epoch_ms")
inline Timestamp timestampOfMilliseconds(std::int64_t milliseconds, ErrorCode* error) noexcept {
  return Timestamp{detail::multiplyChecked<std::int64_t>(milliseconds, 1000, error)};
}

}  // namespace basalt::kernels
