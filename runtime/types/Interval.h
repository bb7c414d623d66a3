#pragma once

#include "runtime/types/Calendar.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Temporal.h"

namespace basalt {

/// The length by which intervals are compared, in microseconds: a month counts as 30 days, a day as 24 hours
/// (PostgreSQL's rule). All intervals fit, whatever their parts.
constexpr Int128 normalise(Interval interval) noexcept {
  const std::int64_t days = std::int64_t{interval.months} * 30 + interval.days;
  return Int128{days} * kMicrosecondsPerDay + interval.microseconds;
}

}  // namespace basalt
