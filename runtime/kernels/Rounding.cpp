#include "runtime/kernels/Rounding.h"

#include <cmath>
#include <cstdint>

namespace basalt::kernels {

namespace {

/// Powers of ten up to this one fit 64 unsigned bits; of those above it no 64-bit integer is half.
constexpr std::int32_t kMostDigits = 19;

std::uint64_t unsignedPowerOfTen(std::int32_t exponent) noexcept {
  std::uint64_t result = 1;
  for (std::int32_t i = 0; i < exponent; ++i) {
    result *= 10;
  }
  return result;
}

std::uint64_t magnitude(std::int64_t value) noexcept {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

}  // namespace

std::int64_t roundIntegerAt(std::int64_t value, std::int32_t digits, ErrorCode* error) noexcept {
  if (digits >= 0) return value;
  if (digits < -kMostDigits) return 0;
  const std::uint64_t factor = unsignedPowerOfTen(-digits);
  const std::uint64_t rounded = (magnitude(value) + factor / 2) / factor * factor;
  const std::uint64_t limit = std::uint64_t{INT64_MAX} + (value < 0 ? 1 : 0);
  failIf(rounded > limit, ErrorCode::NumericOverflow, error);
  return static_cast<std::int64_t>(value < 0 ? 0 - rounded : rounded);
}

std::int64_t truncateIntegerAt(std::int64_t value, std::int32_t digits) noexcept {
  if (digits >= 0) return value;
  if (digits < -kMostDigits) return 0;
  const std::uint64_t factor = unsignedPowerOfTen(-digits);
  const std::uint64_t truncated = magnitude(value) / factor * factor;
  return static_cast<std::int64_t>(value < 0 ? 0 - truncated : truncated);
}

namespace {

template <typename Round>
double scaled(double value, std::int32_t digits, const Round& round) noexcept {
  if (!std::isfinite(value)) return value;
  // Not -digits as an integer, which does not exist for the smallest one.
  const double factor = std::pow(10.0, std::fabs(static_cast<double>(digits)));
  if (digits < 0) {
    const double result = round(value / factor) * factor;
    return std::isfinite(result) ? result : 0;
  }
  const double result = round(value * factor) / factor;
  return std::isfinite(result) ? result : value;
}

}  // namespace

double roundDoubleAt(double value, std::int32_t digits) noexcept {
  return scaled(value, digits, [](double x) { return std::round(x); });
}

double truncateDoubleAt(double value, std::int32_t digits) noexcept {
  return scaled(value, digits, [](double x) { return std::trunc(x); });
}

}  // namespace basalt::kernels
