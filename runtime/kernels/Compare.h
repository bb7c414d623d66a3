#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/kernels/StringCompare.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Interval.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// Comparison. Every type is totally ordered. Floating point as in PostgreSQL: NaN equals itself and is larger than
/// everything else, -0 equals 0. Intervals count a month as 30 days and a day as 24 hours. Strings compare as bytes,
/// which for UTF-8 is the order of code points.
namespace basalt::kernels {

namespace detail {

// Bitwise instead of logical operators: both sides are cheap, and without a branch loops vectorize.
template <typename T>
[[gnu::always_inline]] inline bool equalFloating(T left, T right) noexcept {
  return (left == right) | ((left != left) & (right != right));
}

template <typename T>
[[gnu::always_inline]] inline bool lessFloating(T left, T right) noexcept {
  return (left < right) | ((right != right) & (left == left));
}

}  // namespace detail

BASALT_KERNEL("equal") inline bool equalBoolean(bool left, bool right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalTinyInt(std::int8_t left, std::int8_t right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return left == right;
}
BASALT_KERNEL("equal") inline bool equalInteger(std::int32_t left, std::int32_t right) noexcept {
  return left == right;
}
BASALT_KERNEL("equal") inline bool equalBigInt(std::int64_t left, std::int64_t right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalInt128(Int128 left, Int128 right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalReal(float left, float right) noexcept {
  return detail::equalFloating<float>(left, right);
}
BASALT_KERNEL("equal") inline bool equalDouble(double left, double right) noexcept {
  return detail::equalFloating<double>(left, right);
}
BASALT_KERNEL("equal") inline bool equalDate(Date left, Date right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalTime(Time left, Time right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalTimestamp(Timestamp left, Timestamp right) noexcept { return left == right; }
BASALT_KERNEL("equal") inline bool equalInterval(Interval left, Interval right) noexcept {
  return normalise(left) == normalise(right);
}
BASALT_KERNEL("equal") inline bool equalVarchar(StringView left, StringView right) noexcept {
  return equalStrings(left, right);
}

BASALT_KERNEL("not_equal") inline bool notEqualBoolean(bool left, bool right) noexcept { return left != right; }
BASALT_KERNEL("not_equal") inline bool notEqualTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return left != right;
}
BASALT_KERNEL("not_equal") inline bool notEqualSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return left != right;
}
BASALT_KERNEL("not_equal") inline bool notEqualInteger(std::int32_t left, std::int32_t right) noexcept {
  return left != right;
}
BASALT_KERNEL("not_equal") inline bool notEqualBigInt(std::int64_t left, std::int64_t right) noexcept {
  return left != right;
}
BASALT_KERNEL("not_equal") inline bool notEqualInt128(Int128 left, Int128 right) noexcept { return left != right; }
BASALT_KERNEL("not_equal") inline bool notEqualReal(float left, float right) noexcept {
  return !detail::equalFloating<float>(left, right);
}
BASALT_KERNEL("not_equal") inline bool notEqualDouble(double left, double right) noexcept {
  return !detail::equalFloating<double>(left, right);
}
BASALT_KERNEL("not_equal") inline bool notEqualDate(Date left, Date right) noexcept { return left != right; }
BASALT_KERNEL("not_equal") inline bool notEqualTime(Time left, Time right) noexcept { return left != right; }
BASALT_KERNEL("not_equal") inline bool notEqualTimestamp(Timestamp left, Timestamp right) noexcept {
  return left != right;
}
BASALT_KERNEL("not_equal") inline bool notEqualInterval(Interval left, Interval right) noexcept {
  return normalise(left) != normalise(right);
}
BASALT_KERNEL("not_equal") inline bool notEqualVarchar(StringView left, StringView right) noexcept {
  return !equalStrings(left, right);
}

BASALT_KERNEL("less") inline bool lessBoolean(bool left, bool right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessTinyInt(std::int8_t left, std::int8_t right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessSmallInt(std::int16_t left, std::int16_t right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessInteger(std::int32_t left, std::int32_t right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessBigInt(std::int64_t left, std::int64_t right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessInt128(Int128 left, Int128 right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessReal(float left, float right) noexcept {
  return detail::lessFloating<float>(left, right);
}
BASALT_KERNEL("less") inline bool lessDouble(double left, double right) noexcept {
  return detail::lessFloating<double>(left, right);
}
BASALT_KERNEL("less") inline bool lessDate(Date left, Date right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessTime(Time left, Time right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessTimestamp(Timestamp left, Timestamp right) noexcept { return left < right; }
BASALT_KERNEL("less") inline bool lessInterval(Interval left, Interval right) noexcept {
  return normalise(left) < normalise(right);
}
BASALT_KERNEL("less") inline bool lessVarchar(StringView left, StringView right) noexcept {
  return lessString(left, right);
}

BASALT_KERNEL("less_equal") inline bool lessEqualBoolean(bool left, bool right) noexcept { return left <= right; }
BASALT_KERNEL("less_equal") inline bool lessEqualTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return left <= right;
}
BASALT_KERNEL("less_equal") inline bool lessEqualSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return left <= right;
}
BASALT_KERNEL("less_equal") inline bool lessEqualInteger(std::int32_t left, std::int32_t right) noexcept {
  return left <= right;
}
BASALT_KERNEL("less_equal") inline bool lessEqualBigInt(std::int64_t left, std::int64_t right) noexcept {
  return left <= right;
}
BASALT_KERNEL("less_equal") inline bool lessEqualInt128(Int128 left, Int128 right) noexcept { return left <= right; }
BASALT_KERNEL("less_equal") inline bool lessEqualReal(float left, float right) noexcept {
  return !detail::lessFloating<float>(right, left);
}
BASALT_KERNEL("less_equal") inline bool lessEqualDouble(double left, double right) noexcept {
  return !detail::lessFloating<double>(right, left);
}
BASALT_KERNEL("less_equal") inline bool lessEqualDate(Date left, Date right) noexcept { return left <= right; }
BASALT_KERNEL("less_equal") inline bool lessEqualTime(Time left, Time right) noexcept { return left <= right; }
BASALT_KERNEL("less_equal") inline bool lessEqualTimestamp(Timestamp left, Timestamp right) noexcept {
  return left <= right;
}
BASALT_KERNEL("less_equal") inline bool lessEqualInterval(Interval left, Interval right) noexcept {
  return normalise(left) <= normalise(right);
}
BASALT_KERNEL("less_equal") inline bool lessEqualVarchar(StringView left, StringView right) noexcept {
  return !lessString(right, left);
}

BASALT_KERNEL("greater") inline bool greaterBoolean(bool left, bool right) noexcept { return left > right; }
BASALT_KERNEL("greater") inline bool greaterTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return left > right;
}
BASALT_KERNEL("greater") inline bool greaterSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return left > right;
}
BASALT_KERNEL("greater") inline bool greaterInteger(std::int32_t left, std::int32_t right) noexcept {
  return left > right;
}
BASALT_KERNEL("greater") inline bool greaterBigInt(std::int64_t left, std::int64_t right) noexcept {
  return left > right;
}
BASALT_KERNEL("greater") inline bool greaterInt128(Int128 left, Int128 right) noexcept { return left > right; }
BASALT_KERNEL("greater") inline bool greaterReal(float left, float right) noexcept {
  return detail::lessFloating<float>(right, left);
}
BASALT_KERNEL("greater") inline bool greaterDouble(double left, double right) noexcept {
  return detail::lessFloating<double>(right, left);
}
BASALT_KERNEL("greater") inline bool greaterDate(Date left, Date right) noexcept { return left > right; }
BASALT_KERNEL("greater") inline bool greaterTime(Time left, Time right) noexcept { return left > right; }
BASALT_KERNEL("greater") inline bool greaterTimestamp(Timestamp left, Timestamp right) noexcept { return left > right; }
BASALT_KERNEL("greater") inline bool greaterInterval(Interval left, Interval right) noexcept {
  return normalise(left) > normalise(right);
}
BASALT_KERNEL("greater") inline bool greaterVarchar(StringView left, StringView right) noexcept {
  return lessString(right, left);
}

BASALT_KERNEL("greater_equal") inline bool greaterEqualBoolean(bool left, bool right) noexcept { return left >= right; }
BASALT_KERNEL("greater_equal") inline bool greaterEqualTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return left >= right;
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return left >= right;
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualInteger(std::int32_t left, std::int32_t right) noexcept {
  return left >= right;
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualBigInt(std::int64_t left, std::int64_t right) noexcept {
  return left >= right;
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualInt128(Int128 left, Int128 right) noexcept {
  return left >= right;
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualReal(float left, float right) noexcept {
  return !detail::lessFloating<float>(left, right);
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualDouble(double left, double right) noexcept {
  return !detail::lessFloating<double>(left, right);
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualDate(Date left, Date right) noexcept { return left >= right; }
BASALT_KERNEL("greater_equal") inline bool greaterEqualTime(Time left, Time right) noexcept { return left >= right; }
BASALT_KERNEL("greater_equal") inline bool greaterEqualTimestamp(Timestamp left, Timestamp right) noexcept {
  return left >= right;
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualInterval(Interval left, Interval right) noexcept {
  return normalise(left) >= normalise(right);
}
BASALT_KERNEL("greater_equal") inline bool greaterEqualVarchar(StringView left, StringView right) noexcept {
  return !lessString(left, right);
}

}  // namespace basalt::kernels
