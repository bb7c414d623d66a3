#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "runtime/Annotations.h"
#include "runtime/kernels/Compare.h"
#include "runtime/kernels/FoldAggregates.h"
#include "runtime/kernels/Int128Words.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Temporal.h"

/// The least, the greatest and some value in the order of runtime/kernels/Compare.h; NULL without values. Those of
/// strings are in TextAggregates.h, because they need memory.
namespace basalt::kernels {

namespace detail {

/// A value as an aggregate's state holds it, aligned to 8 bytes at most.
template <typename T>
struct Held {
  using Type = T;
  static Type hold(T value) noexcept { return value; }
  static T release(Type held) noexcept { return held; }
};
template <>
struct Held<Int128> {
  using Type = Int128Words;
  static Type hold(Int128 value) noexcept { return toWords(value); }
  static Int128 release(Type held) noexcept { return toInt128(held); }
};

template <typename T>
struct ChosenState {
  typename Held<T>::Type value;
  bool seen;
};

/// Keeps the one of all values that `isBetter` than the others; the first of equals.
template <typename T, bool (*isBetter)(T, T) noexcept>
struct Choice {
  using State = ChosenState<T>;
  static void initialise(State* state) noexcept { *state = State{}; }
  static void update(State* state, T value) noexcept {
    const T held = Held<T>::release(state->value);
    const bool keep = state->seen & !isBetter(value, held);
    state->value = Held<T>::hold(keep ? held : value);
    state->seen = true;
  }
  static void merge(State* state, const State* other) noexcept {
    if (other->seen) update(state, Held<T>::release(other->value));
  }
  static bool finalise(const State* state, T* result) noexcept {
    *result = Held<T>::release(state->value);
    return state->seen;
  }
};

template <typename T, bool (*isBetter)(T, T) noexcept>
[[gnu::always_inline]] inline T betterOf(T held, T value) noexcept {
  return isBetter(value, held) ? value : held;
}

template <typename T>
using IntegerOf = typename std::conditional_t<std::is_enum_v<T>, std::underlying_type<T>, std::type_identity<T>>::type;

/// The same of types whose values are integers: the worst of all is as good as none.
template <typename T, bool (*less)(T, T) noexcept>
using Least = Fold<T, betterOf<T, less>, T{std::numeric_limits<IntegerOf<T>>::max()}>;
template <typename T, bool (*greater)(T, T) noexcept>
using Greatest = Fold<T, betterOf<T, greater>, T{std::numeric_limits<IntegerOf<T>>::min()}>;

/// Any value is as good as the first.
template <typename T>
[[gnu::always_inline]] inline bool neverBetter(T /*value*/, T /*held*/) noexcept {
  return false;
}

}  // namespace detail

struct BASALT_AGGREGATE("min") MinBoolean {
  using Body = detail::Choice<bool, lessBoolean>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, bool* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinTinyInt {
  using Body = detail::Least<std::int8_t, lessTinyInt>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int8_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinSmallInt {
  using Body = detail::Least<std::int16_t, lessSmallInt>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int16_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinInteger {
  using Body = detail::Least<std::int32_t, lessInteger>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int32_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinBigInt {
  using Body = detail::Least<std::int64_t, lessBigInt>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinInt128 {
  using Body = detail::Choice<Int128, lessInt128>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Int128 value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinReal {
  using Body = detail::Choice<float, lessReal>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, float value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, float* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinDouble {
  using Body = detail::Choice<double, lessDouble>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinDate {
  using Body = detail::Least<Date, lessDate>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Date value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Date* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinTime {
  using Body = detail::Least<Time, lessTime>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Time value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Time* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinTimestamp {
  using Body = detail::Least<Timestamp, lessTimestamp>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Timestamp value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Timestamp* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("min") MinInterval {
  using Body = detail::Choice<Interval, lessInterval>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Interval value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Interval* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxBoolean {
  using Body = detail::Choice<bool, greaterBoolean>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, bool* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxTinyInt {
  using Body = detail::Greatest<std::int8_t, greaterTinyInt>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int8_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxSmallInt {
  using Body = detail::Greatest<std::int16_t, greaterSmallInt>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int16_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxInteger {
  using Body = detail::Greatest<std::int32_t, greaterInteger>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int32_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxBigInt {
  using Body = detail::Greatest<std::int64_t, greaterBigInt>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxInt128 {
  using Body = detail::Choice<Int128, greaterInt128>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Int128 value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxReal {
  using Body = detail::Choice<float, greaterReal>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, float value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, float* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxDouble {
  using Body = detail::Choice<double, greaterDouble>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxDate {
  using Body = detail::Greatest<Date, greaterDate>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Date value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Date* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxTime {
  using Body = detail::Greatest<Time, greaterTime>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Time value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Time* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxTimestamp {
  using Body = detail::Greatest<Timestamp, greaterTimestamp>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Timestamp value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Timestamp* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxInterval {
  using Body = detail::Choice<Interval, greaterInterval>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Interval value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Interval* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueBoolean {
  using Body = detail::Choice<bool, detail::neverBetter<bool>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, bool* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueTinyInt {
  using Body = detail::Choice<std::int8_t, detail::neverBetter<std::int8_t>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int8_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueSmallInt {
  using Body = detail::Choice<std::int16_t, detail::neverBetter<std::int16_t>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int16_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueInteger {
  using Body = detail::Choice<std::int32_t, detail::neverBetter<std::int32_t>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int32_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueBigInt {
  using Body = detail::Choice<std::int64_t, detail::neverBetter<std::int64_t>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueInt128 {
  using Body = detail::Choice<Int128, detail::neverBetter<Int128>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Int128 value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueReal {
  using Body = detail::Choice<float, detail::neverBetter<float>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, float value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, float* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueDouble {
  using Body = detail::Choice<double, detail::neverBetter<double>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueDate {
  using Body = detail::Choice<Date, detail::neverBetter<Date>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Date value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Date* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueTime {
  using Body = detail::Choice<Time, detail::neverBetter<Time>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Time value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Time* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueTimestamp {
  using Body = detail::Choice<Timestamp, detail::neverBetter<Timestamp>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Timestamp value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Timestamp* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueInterval {
  using Body = detail::Choice<Interval, detail::neverBetter<Interval>>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Interval value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Interval* result) noexcept { return Body::finalise(state, result); }
};

/// Whether all values are true: the least, since false comes first.
struct BASALT_AGGREGATE("bool_and") BoolAnd {
  using Body = MinBoolean;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, bool* result) noexcept { return Body::finalise(state, result); }
};

/// Whether one value is true.
struct BASALT_AGGREGATE("bool_or") BoolOr {
  using Body = MaxBoolean;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, bool* result) noexcept { return Body::finalise(state, result); }
};

}  // namespace basalt::kernels
