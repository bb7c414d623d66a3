#include "runtime/kernels/IntervalArithmetic.h"

#include <cmath>

#include "runtime/kernels/NumericCast.h"

namespace basalt::kernels {

namespace {

/// To microseconds, so that 0.7 months are 21 days although 0.7 * 30 is a little less.
double roundToMicroseconds(double value) noexcept { return std::nearbyint(value * 1e6) / 1e6; }

/// An interval each of whose parts went through `scale`. (PostgreSQL's interval_mul() and interval_div().)
template <typename Scale>
Interval scaleParts(Interval interval, const Scale& scale, ErrorCode* error) noexcept {
  constexpr double kSecondsPerDay = 86400;
  const double months = scale(interval.months);
  const double days = scale(interval.days);
  const double monthDays = roundToMicroseconds((months - std::trunc(months)) * 30);
  double seconds =
      roundToMicroseconds(((days - std::trunc(days)) + (monthDays - std::trunc(monthDays))) * kSecondsPerDay);
  double wholeDays = std::trunc(days) + std::trunc(monthDays);
  if (std::fabs(seconds) >= kSecondsPerDay) {
    const double carried = std::trunc(seconds / kSecondsPerDay);
    wholeDays += carried;
    seconds -= carried * kSecondsPerDay;
  }
  const double microseconds = scale(static_cast<double>(interval.microseconds)) + seconds * 1e6;
  return {detail::roundToInteger<std::int32_t>(std::trunc(months), error),
          detail::roundToInteger<std::int32_t>(wholeDays, error),
          detail::roundToInteger<std::int64_t>(microseconds, error)};
}

}  // namespace

Interval scaleInterval(Interval interval, double factor, ErrorCode* error) noexcept {
  return scaleParts(interval, [factor](double part) { return part * factor; }, error);
}

Interval divideInterval(Interval interval, double divisor, ErrorCode* error) noexcept {
  failIf(divisor == 0, ErrorCode::DivisionByZero, error);
  if (divisor == 0) return Interval{};
  return scaleParts(interval, [divisor](double part) { return part / divisor; }, error);
}

Interval intervalOfSeconds(double seconds, ErrorCode* error) noexcept {
  return {0, 0, detail::roundToInteger<std::int64_t>(seconds * 1e6, error)};
}

}  // namespace basalt::kernels
