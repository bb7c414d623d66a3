#pragma once

#include <cstdint>

#include "runtime/types/Temporal.h"

namespace basalt {

inline constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosecondsPerMinute = 60 * kMicrosecondsPerSecond;
inline constexpr std::int64_t kMicrosecondsPerHour = 60 * kMicrosecondsPerMinute;
inline constexpr std::int64_t kMicrosecondsPerDay = 24 * kMicrosecondsPerHour;

/// A day of the proleptic Gregorian calendar: year 0 is 1 BC, month 1 to 12, day 1 to 31.
struct CivilDate {
  std::int64_t year;
  std::int32_t month;
  std::int32_t day;

  friend constexpr bool operator==(const CivilDate&, const CivilDate&) = default;
};

/// The calendar day `days` after 1970-01-01, for every 32-bit number of days.
/// (Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms", 2022, with 64-bit
/// intermediates to cover the whole range.)
constexpr CivilDate civilFromDays(std::int32_t days) noexcept {
  // Shifts the origin to 1 March of a year divisible by 400 before all days there are.
  constexpr std::int64_t kEras = 14700;
  constexpr std::int64_t kDaysPerEra = 146097;
  constexpr std::int64_t kOrigin = 719468 + kEras * kDaysPerEra;
  const auto shifted = static_cast<std::uint64_t>(std::int64_t{days} + kOrigin);
  const std::uint64_t quarterDays = 4 * shifted + 3;
  const std::uint64_t century = quarterDays / kDaysPerEra;
  const auto dayOfCentury = static_cast<std::uint32_t>(quarterDays % kDaysPerEra) / 4;
  const std::uint64_t product = std::uint64_t{2939745} * (4 * dayOfCentury + 3);
  const auto yearOfCentury = static_cast<std::uint32_t>(product >> 32);
  const std::uint32_t dayOfYear = static_cast<std::uint32_t>(product) / 2939745 / 4;
  const std::uint32_t monthAndDay = 2141 * dayOfYear + 197913;
  const bool isJanuaryOrFebruary = dayOfYear >= 306;
  const auto month = static_cast<std::int32_t>(monthAndDay >> 16);
  return {static_cast<std::int64_t>(100 * century + yearOfCentury) - 400 * kEras + (isJanuaryOrFebruary ? 1 : 0),
          isJanuaryOrFebruary ? month - 12 : month, static_cast<std::int32_t>((monthAndDay & 0xFFFF) / 2141) + 1};
}

/// Days from 1970-01-01 to a calendar day; years within ±10^12. (Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms".)
constexpr std::int64_t daysFromCivil(CivilDate date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t dayOfYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

constexpr bool isLeapYear(std::int64_t year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// The number of days of a month (1 to 12).
constexpr std::int32_t daysInMonth(std::int64_t year, std::int32_t month) noexcept {
  // January to July alternate from 31, August to December again.
  return month == 2 ? (isLeapYear(year) ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
}

/// The day a timestamp lies in; every 64-bit timestamp lies within the range of dates.
constexpr std::int32_t dayOf(Timestamp timestamp) noexcept {
  const auto microseconds = static_cast<std::int64_t>(timestamp);
  const std::int64_t days = microseconds / kMicrosecondsPerDay;
  return static_cast<std::int32_t>(days - (microseconds % kMicrosecondsPerDay < 0 ? 1 : 0));
}

/// Microseconds since the midnight before.
constexpr std::int64_t timeOfDay(Timestamp timestamp) noexcept {
  const std::int64_t remainder = static_cast<std::int64_t>(timestamp) % kMicrosecondsPerDay;
  return remainder < 0 ? remainder + kMicrosecondsPerDay : remainder;
}

}  // namespace basalt
