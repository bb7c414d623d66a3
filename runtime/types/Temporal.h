#pragma once

#include <cstdint>

namespace basalt {

/// Days since 1970-01-01, proleptic Gregorian calendar.
enum class Date : std::int32_t {};

/// Microseconds since midnight.
enum class Time : std::int64_t {};

/// Microseconds since 1970-01-01 00:00:00, no time zone.
enum class Timestamp : std::int64_t {};

/// A span of time whose parts do not convert into each other: a month has no fixed number of days.
struct Interval {
  std::int32_t months;
  std::int32_t days;
  std::int64_t microseconds;

  friend bool operator==(const Interval&, const Interval&) = default;
};
static_assert(sizeof(Interval) == 16);

}  // namespace basalt
