#pragma once

#include <optional>
#include <vector>

#include "runtime/types/Int128.h"
#include "runtime/types/Type.h"

namespace basalt {

/// Two integers between which, both included, values lie where they are not NULL. A decimal's value is its unscaled
/// integer; a point in time counts in the units of its type.
struct ValueRange {
  Int128 minimum = 0;
  Int128 maximum = 0;

  bool contains(const ValueRange& other) const noexcept { return minimum <= other.minimum && other.maximum <= maximum; }
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// Nothing: not known, or the values are no integers.
using KnownRange = std::optional<ValueRange>;
/// What is known of an operator's columns.
using ColumnRanges = std::vector<KnownRange>;

/// What a physical type holds; nothing unless it is an integer's.
KnownRange rangeOfType(PhysicalType type) noexcept;

/// The smallest range that holds both; nothing where one of them is not known.
KnownRange unite(const KnownRange& left, const KnownRange& right) noexcept;
/// What lies in both; `limit` alone where nothing does, or `range` is not known.
KnownRange clip(const KnownRange& range, const KnownRange& limit) noexcept;

// The results that exact arithmetic has for operands of these ranges; nothing when they leave 128 bits.
KnownRange addRanges(const ValueRange& left, const ValueRange& right) noexcept;
KnownRange subtractRanges(const ValueRange& left, const ValueRange& right) noexcept;
KnownRange multiplyRanges(const ValueRange& left, const ValueRange& right) noexcept;
KnownRange negateRange(const ValueRange& range) noexcept;
KnownRange absoluteRange(const ValueRange& range) noexcept;
/// The quotient, rounded towards zero; nothing unless the divisor is positive.
KnownRange divideRanges(const ValueRange& dividend, const ValueRange& divisor) noexcept;
/// The quotient, rounded half away from zero.
KnownRange scaleDownRange(const ValueRange& range, const ValueRange& factor) noexcept;
/// The remainder, which has the dividend's sign and is smaller than the divisor.
KnownRange moduloRanges(const ValueRange& dividend, const ValueRange& divisor) noexcept;

}  // namespace basalt
