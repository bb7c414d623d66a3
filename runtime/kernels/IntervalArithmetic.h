#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Checked.h"
#include "runtime/types/Calendar.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Temporal.h"

/// Arithmetic of intervals, and what differences of moments are. The parts of an interval are added and multiplied each
/// apart, and fail with NumericOverflow. A fraction of a month goes on as days, 30 to the month, a fraction of a day as
/// microseconds, as in PostgreSQL.
namespace basalt::kernels {

BASALT_EXPORT Interval scaleInterval(Interval interval, double factor, ErrorCode* error) noexcept;
BASALT_EXPORT Interval divideInterval(Interval interval, double divisor, ErrorCode* error) noexcept;
/// An interval of rounded microseconds.
BASALT_EXPORT Interval intervalOfSeconds(double seconds, ErrorCode* error) noexcept;

namespace detail {

/// What is left of whole days.
[[gnu::always_inline]] inline std::int64_t withinDay(std::int64_t microseconds) noexcept {
  const std::int64_t remainder = microseconds % kMicrosecondsPerDay;
  return remainder < 0 ? remainder + kMicrosecondsPerDay : remainder;
}

}  // namespace detail

BASALT_KERNEL("add") inline Interval addInterval(Interval left, Interval right, ErrorCode* error) noexcept {
  return {detail::addChecked<std::int32_t>(left.months, right.months, error),
          detail::addChecked<std::int32_t>(left.days, right.days, error),
          detail::addChecked<std::int64_t>(left.microseconds, right.microseconds, error)};
}
BASALT_KERNEL("subtract") inline Interval subtractInterval(Interval left, Interval right, ErrorCode* error) noexcept {
  return {detail::subtractChecked<std::int32_t>(left.months, right.months, error),
          detail::subtractChecked<std::int32_t>(left.days, right.days, error),
          detail::subtractChecked<std::int64_t>(left.microseconds, right.microseconds, error)};
}
BASALT_KERNEL("multiply")
inline Interval multiplyInterval(Interval interval, std::int64_t factor, ErrorCode* error) noexcept {
  const auto months = detail::multiplyChecked<std::int64_t>(interval.months, factor, error);
  const auto days = detail::multiplyChecked<std::int64_t>(interval.days, factor, error);
  return {detail::narrowChecked<std::int32_t>(months, error), detail::narrowChecked<std::int32_t>(days, error),
          detail::multiplyChecked<std::int64_t>(interval.microseconds, factor, error)};
}
BASALT_KERNEL("multiply")
inline Interval scaleIntervalDouble(Interval interval, double factor, ErrorCode* error) noexcept {
  return scaleInterval(interval, factor, error);
}
BASALT_KERNEL("divide")
inline Interval divideIntervalDouble(Interval interval, double divisor, ErrorCode* error) noexcept {
  return divideInterval(interval, divisor, error);
}

/// Days and microseconds between, of one sign.
BASALT_KERNEL("subtract") inline Interval subtractTimestamp(Timestamp left, Timestamp right) noexcept {
  std::int32_t days = dayOf(left) - dayOf(right);
  std::int64_t microseconds = timeOfDay(left) - timeOfDay(right);
  if (days > 0 && microseconds < 0) {
    days -= 1;
    microseconds += kMicrosecondsPerDay;
  } else if (days < 0 && microseconds > 0) {
    days += 1;
    microseconds -= kMicrosecondsPerDay;
  }
  return {0, days, microseconds};
}

/// Past midnight a time begins anew; months and days change nothing.
BASALT_KERNEL("add") inline Time addTimeInterval(Time time, Interval interval) noexcept {
  return Time{
      detail::withinDay(detail::withinDay(static_cast<std::int64_t>(time)) + detail::withinDay(interval.microseconds))};
}
BASALT_KERNEL("subtract") inline Time subtractTimeInterval(Time time, Interval interval) noexcept {
  return Time{
      detail::withinDay(detail::withinDay(static_cast<std::int64_t>(time)) - detail::withinDay(interval.microseconds))};
}
/// The time on that day.
BASALT_KERNEL("add") inline Timestamp addDateTime(Date date, Time time, ErrorCode* error) noexcept {
  const Int128 moment = Int128{static_cast<std::int32_t>(date)} * kMicrosecondsPerDay + static_cast<std::int64_t>(time);
  const auto result = static_cast<std::int64_t>(moment);
  failIf(result != moment, ErrorCode::NumericOverflow, error);
  return Timestamp{result};
}

BASALT_KERNEL("to_years") inline Interval intervalOfYears(std::int32_t years, ErrorCode* error) noexcept {
  return {detail::multiplyChecked<std::int32_t>(years, 12, error), 0, 0};
}
BASALT_KERNEL("to_months") inline Interval intervalOfMonths(std::int32_t months) noexcept { return {months, 0, 0}; }
BASALT_KERNEL("to_weeks") inline Interval intervalOfWeeks(std::int32_t weeks, ErrorCode* error) noexcept {
  return {0, detail::multiplyChecked<std::int32_t>(weeks, 7, error), 0};
}
BASALT_KERNEL("to_days") inline Interval intervalOfDays(std::int32_t days) noexcept { return {0, days, 0}; }
BASALT_KERNEL("to_hours") inline Interval intervalOfHours(std::int64_t hours, ErrorCode* error) noexcept {
  return {0, 0, detail::multiplyChecked<std::int64_t>(hours, kMicrosecondsPerHour, error)};
}
BASALT_KERNEL("to_minutes") inline Interval intervalOfMinutes(std::int64_t minutes, ErrorCode* error) noexcept {
  return {0, 0, detail::multiplyChecked<std::int64_t>(minutes, kMicrosecondsPerMinute, error)};
}
BASALT_KERNEL("to_seconds") inline Interval intervalOfSecondsDouble(double seconds, ErrorCode* error) noexcept {
  return intervalOfSeconds(seconds, error);
}
BASALT_KERNEL("to_microseconds") inline Interval intervalOfMicroseconds(std::int64_t microseconds) noexcept {
  return {0, 0, microseconds};
}

}  // namespace basalt::kernels
