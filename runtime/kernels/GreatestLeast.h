#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/kernels/Compare.h"
#include "runtime/types/Int128.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// The greater and the lesser of two values in the order of runtime/kernels/Compare.h; the first of equals. NULLs are
/// left out of greatest() and least() where these are bound.
namespace basalt::kernels {

BASALT_KERNEL("greatest") inline bool greatestBoolean(bool left, bool right) noexcept {
  return lessBoolean(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline std::int8_t greatestTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return lessTinyInt(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline std::int16_t greatestSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return lessSmallInt(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline std::int32_t greatestInteger(std::int32_t left, std::int32_t right) noexcept {
  return lessInteger(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline std::int64_t greatestBigInt(std::int64_t left, std::int64_t right) noexcept {
  return lessBigInt(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline Int128 greatestInt128(Int128 left, Int128 right) noexcept {
  return lessInt128(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline float greatestReal(float left, float right) noexcept {
  return lessReal(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline double greatestDouble(double left, double right) noexcept {
  return lessDouble(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline Date greatestDate(Date left, Date right) noexcept {
  return lessDate(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline Time greatestTime(Time left, Time right) noexcept {
  return lessTime(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline Timestamp greatestTimestamp(Timestamp left, Timestamp right) noexcept {
  return lessTimestamp(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline Interval greatestInterval(Interval left, Interval right) noexcept {
  return lessInterval(left, right) ? right : left;
}
BASALT_KERNEL("greatest") inline StringView greatestVarchar(StringView left, StringView right) noexcept {
  return lessVarchar(left, right) ? right : left;
}

BASALT_KERNEL("least") inline bool leastBoolean(bool left, bool right) noexcept {
  return lessBoolean(right, left) ? right : left;
}
BASALT_KERNEL("least") inline std::int8_t leastTinyInt(std::int8_t left, std::int8_t right) noexcept {
  return lessTinyInt(right, left) ? right : left;
}
BASALT_KERNEL("least") inline std::int16_t leastSmallInt(std::int16_t left, std::int16_t right) noexcept {
  return lessSmallInt(right, left) ? right : left;
}
BASALT_KERNEL("least") inline std::int32_t leastInteger(std::int32_t left, std::int32_t right) noexcept {
  return lessInteger(right, left) ? right : left;
}
BASALT_KERNEL("least") inline std::int64_t leastBigInt(std::int64_t left, std::int64_t right) noexcept {
  return lessBigInt(right, left) ? right : left;
}
BASALT_KERNEL("least") inline Int128 leastInt128(Int128 left, Int128 right) noexcept {
  return lessInt128(right, left) ? right : left;
}
BASALT_KERNEL("least") inline float leastReal(float left, float right) noexcept {
  return lessReal(right, left) ? right : left;
}
BASALT_KERNEL("least") inline double leastDouble(double left, double right) noexcept {
  return lessDouble(right, left) ? right : left;
}
BASALT_KERNEL("least") inline Date leastDate(Date left, Date right) noexcept {
  return lessDate(right, left) ? right : left;
}
BASALT_KERNEL("least") inline Time leastTime(Time left, Time right) noexcept {
  return lessTime(right, left) ? right : left;
}
BASALT_KERNEL("least") inline Timestamp leastTimestamp(Timestamp left, Timestamp right) noexcept {
  return lessTimestamp(right, left) ? right : left;
}
BASALT_KERNEL("least") inline Interval leastInterval(Interval left, Interval right) noexcept {
  return lessInterval(right, left) ? right : left;
}
BASALT_KERNEL("least") inline StringView leastVarchar(StringView left, StringView right) noexcept {
  return lessVarchar(right, left) ? right : left;
}

}  // namespace basalt::kernels
