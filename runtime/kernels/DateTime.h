#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Arithmetic.h"
#include "runtime/kernels/Checked.h"
#include "runtime/types/Calendar.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Temporal.h"

/// Arithmetic and fields of dates and timestamps. Adding months keeps the day of the month, or takes the month's last
/// day when it is shorter; months come first, then days, then microseconds. Results out of range fail with
/// NumericOverflow.
namespace basalt::kernels {

namespace detail {

/// `days` plus whole months, as days.
[[gnu::always_inline]] inline std::int64_t addMonths(std::int32_t days, std::int64_t months) noexcept {
  const CivilDate civil = civilFromDays(days);
  const std::int64_t total = civil.year * 12 + (civil.month - 1) + months;
  const std::int64_t year = (total >= 0 ? total : total - 11) / 12;
  const auto month = static_cast<std::int32_t>(total - year * 12) + 1;
  const std::int32_t length = daysInMonth(year, month);
  return daysFromCivil({year, month, civil.day < length ? civil.day : length});
}

/// `sign` is 1 or -1.
[[gnu::always_inline]] inline Date shiftDate(Date date, Interval interval, std::int64_t sign,
                                             ErrorCode* error) noexcept {
  auto days = std::int64_t{static_cast<std::int32_t>(date)};
  if (interval.months != 0) days = addMonths(static_cast<std::int32_t>(date), sign * interval.months);
  // A date has no time that could take them up.
  failIf(interval.microseconds != 0, ErrorCode::InvalidArgument, error);
  return Date{narrowChecked<std::int32_t>(days + sign * interval.days, error)};
}

[[gnu::always_inline]] inline Timestamp shiftTimestamp(Timestamp timestamp, Interval interval, std::int64_t sign,
                                                       ErrorCode* error) noexcept {
  std::int64_t days = dayOf(timestamp);
  if (interval.months != 0) days = addMonths(dayOf(timestamp), sign * interval.months);
  const Int128 shifted = Int128{days + sign * interval.days} * kMicrosecondsPerDay + timeOfDay(timestamp) +
                         sign * Int128{interval.microseconds};
  const auto result = static_cast<std::int64_t>(shifted);
  failIf(result != shifted, ErrorCode::NumericOverflow, error);
  return Timestamp{result};
}

}  // namespace detail

/// Fails with InvalidArgument when the interval has microseconds.
BASALT_KERNEL("add") inline Date addDateInterval(Date date, Interval interval, ErrorCode* error) noexcept {
  return detail::shiftDate(date, interval, 1, error);
}
BASALT_KERNEL("subtract") inline Date subtractDateInterval(Date date, Interval interval, ErrorCode* error) noexcept {
  return detail::shiftDate(date, interval, -1, error);
}
BASALT_KERNEL("add")
inline Timestamp addTimestampInterval(Timestamp timestamp, Interval interval, ErrorCode* error) noexcept {
  return detail::shiftTimestamp(timestamp, interval, 1, error);
}
BASALT_KERNEL("subtract")
inline Timestamp subtractTimestampInterval(Timestamp timestamp, Interval interval, ErrorCode* error) noexcept {
  return detail::shiftTimestamp(timestamp, interval, -1, error);
}

/// Days.
BASALT_KERNEL("add") inline Date addDateInteger(Date date, std::int32_t days, ErrorCode* error) noexcept {
  return Date{detail::addChecked<std::int32_t>(static_cast<std::int32_t>(date), days, error)};
}
BASALT_KERNEL("subtract") inline Date subtractDateInteger(Date date, std::int32_t days, ErrorCode* error) noexcept {
  return Date{detail::subtractChecked<std::int32_t>(static_cast<std::int32_t>(date), days, error)};
}
/// The days between.
BASALT_KERNEL("subtract") inline std::int64_t subtractDate(Date left, Date right) noexcept {
  return std::int64_t{static_cast<std::int32_t>(left)} - std::int64_t{static_cast<std::int32_t>(right)};
}

BASALT_KERNEL("cast_timestamp") inline Timestamp castDateToTimestamp(Date date, ErrorCode* error) noexcept {
  return Timestamp{
      detail::multiplyChecked<std::int64_t>(std::int64_t{static_cast<std::int32_t>(date)}, kMicrosecondsPerDay, error)};
}
BASALT_KERNEL("cast_date") inline Date castTimestampToDate(Timestamp timestamp) noexcept {
  return Date{dayOf(timestamp)};
}
BASALT_KERNEL("cast_time") inline Time castTimestampToTime(Timestamp timestamp) noexcept {
  return Time{timeOfDay(timestamp)};
}

BASALT_KERNEL("cast_interval") inline Interval castTimeToInterval(Time time) noexcept {
  return {0, 0, static_cast<std::int64_t>(time)};
}
/// The microseconds as a time of day; months and days say nothing about it.
BASALT_KERNEL("cast_time") inline Time castIntervalToTime(Interval interval) noexcept {
  const std::int64_t rest = interval.microseconds % kMicrosecondsPerDay;
  return Time{rest < 0 ? rest + kMicrosecondsPerDay : rest};
}

BASALT_KERNEL("extract_year") inline std::int64_t extractYearDate(Date date) noexcept {
  return civilFromDays(static_cast<std::int32_t>(date)).year;
}
BASALT_KERNEL("extract_month") inline std::int64_t extractMonthDate(Date date) noexcept {
  return civilFromDays(static_cast<std::int32_t>(date)).month;
}
BASALT_KERNEL("extract_day") inline std::int64_t extractDayDate(Date date) noexcept {
  return civilFromDays(static_cast<std::int32_t>(date)).day;
}
BASALT_KERNEL("extract_year") inline std::int64_t extractYearTimestamp(Timestamp timestamp) noexcept {
  return civilFromDays(dayOf(timestamp)).year;
}
BASALT_KERNEL("extract_month") inline std::int64_t extractMonthTimestamp(Timestamp timestamp) noexcept {
  return civilFromDays(dayOf(timestamp)).month;
}
BASALT_KERNEL("extract_day") inline std::int64_t extractDayTimestamp(Timestamp timestamp) noexcept {
  return civilFromDays(dayOf(timestamp)).day;
}
BASALT_KERNEL("extract_hour") inline std::int64_t extractHourTimestamp(Timestamp timestamp) noexcept {
  return timeOfDay(timestamp) / kMicrosecondsPerHour;
}
BASALT_KERNEL("extract_minute") inline std::int64_t extractMinuteTimestamp(Timestamp timestamp) noexcept {
  return timeOfDay(timestamp) / kMicrosecondsPerMinute % 60;
}
BASALT_KERNEL("extract_second") inline std::int64_t extractSecondTimestamp(Timestamp timestamp) noexcept {
  return timeOfDay(timestamp) / kMicrosecondsPerSecond % 60;
}

}  // namespace basalt::kernels
