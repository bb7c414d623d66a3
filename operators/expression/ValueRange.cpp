#include "operators/expression/ValueRange.h"

#include <algorithm>
#include <array>

namespace basalt {

namespace {

Int128 magnitude(const ValueRange& range) noexcept { return std::max(range.maximum, -range.minimum); }

}  // namespace

KnownRange rangeOfType(PhysicalType type) noexcept {
  switch (type) {
    case PhysicalType::Int8:
    case PhysicalType::Int16:
    case PhysicalType::Int32:
    case PhysicalType::Int64: {
      const Int128 bound = Int128{1} << (8 * byteSize(type) - 1);
      return ValueRange{-bound, bound - 1};
    }
    case PhysicalType::Int128:
      return ValueRange{kInt128Minimum, kInt128Maximum};
    case PhysicalType::Bool:
    case PhysicalType::Float:
    case PhysicalType::Double:
    case PhysicalType::String:
    case PhysicalType::Interval:
      return std::nullopt;
  }
  return std::nullopt;
}

KnownRange unite(const KnownRange& left, const KnownRange& right) noexcept {
  if (!left || !right) return std::nullopt;
  return ValueRange{std::min(left->minimum, right->minimum), std::max(left->maximum, right->maximum)};
}

KnownRange clip(const KnownRange& range, const KnownRange& limit) noexcept {
  if (!range || !limit) return limit;
  const ValueRange both{std::max(range->minimum, limit->minimum), std::min(range->maximum, limit->maximum)};
  return both.minimum <= both.maximum ? both : limit;
}

KnownRange addRanges(const ValueRange& left, const ValueRange& right) noexcept {
  ValueRange sum;
  if (__builtin_add_overflow(left.minimum, right.minimum, &sum.minimum) ||
      __builtin_add_overflow(left.maximum, right.maximum, &sum.maximum)) {
    return std::nullopt;
  }
  return sum;
}

KnownRange subtractRanges(const ValueRange& left, const ValueRange& right) noexcept {
  ValueRange difference;
  if (__builtin_sub_overflow(left.minimum, right.maximum, &difference.minimum) ||
      __builtin_sub_overflow(left.maximum, right.minimum, &difference.maximum)) {
    return std::nullopt;
  }
  return difference;
}

KnownRange multiplyRanges(const ValueRange& left, const ValueRange& right) noexcept {
  std::array<Int128, 4> corners{};
  if (__builtin_mul_overflow(left.minimum, right.minimum, &corners[0]) ||
      __builtin_mul_overflow(left.minimum, right.maximum, &corners[1]) ||
      __builtin_mul_overflow(left.maximum, right.minimum, &corners[2]) ||
      __builtin_mul_overflow(left.maximum, right.maximum, &corners[3])) {
    return std::nullopt;
  }
  const auto [smallest, largest] = std::ranges::minmax(corners);
  return ValueRange{smallest, largest};
}

KnownRange negateRange(const ValueRange& range) noexcept { return subtractRanges({}, range); }

KnownRange absoluteRange(const ValueRange& range) noexcept {
  if (range.minimum == kInt128Minimum) return std::nullopt;
  if (range.minimum >= 0) return range;
  return ValueRange{std::max<Int128>(-range.maximum, 0), magnitude(range)};
}

KnownRange divideRanges(const ValueRange& dividend, const ValueRange& divisor) noexcept {
  if (divisor.minimum <= 0) return std::nullopt;
  const auto [smallest, largest] =
      std::ranges::minmax({dividend.minimum / divisor.minimum, dividend.minimum / divisor.maximum,
                           dividend.maximum / divisor.minimum, dividend.maximum / divisor.maximum});
  return ValueRange{smallest, largest};
}

KnownRange scaleDownRange(const ValueRange& range, const ValueRange& factor) noexcept {
  const Int128 half = factor.maximum / 2;
  const KnownRange rounded = addRanges(range, {range.minimum < 0 ? -half : half, range.maximum < 0 ? -half : half});
  return rounded ? divideRanges(*rounded, factor) : std::nullopt;
}

KnownRange moduloRanges(const ValueRange& dividend, const ValueRange& divisor) noexcept {
  if (dividend.minimum == kInt128Minimum || divisor.minimum == kInt128Minimum) return std::nullopt;
  const Int128 most = std::max<Int128>(magnitude(divisor) - 1, 0);
  return ValueRange{std::clamp<Int128>(dividend.minimum, -most, 0), std::clamp<Int128>(dividend.maximum, 0, most)};
}

}  // namespace basalt
