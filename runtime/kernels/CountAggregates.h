#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/types/Int128.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// How many rows, or how many values that are not NULL: like every aggregate, count(x) is updated for those only.
namespace basalt::kernels {

namespace detail {

struct CountBody {
  struct State {
    std::int64_t count;
  };
  static void initialise(State* state) noexcept { state->count = 0; }
  static void update(State* state) noexcept { ++state->count; }
  static void merge(State* state, const State* other) noexcept { state->count += other->count; }
  static bool finalise(const State* state, std::int64_t* result) noexcept {
    *result = state->count;
    return true;
  }
};

}  // namespace detail

struct BASALT_AGGREGATE("count_star") CountStar {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountBoolean {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountTinyInt {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountSmallInt {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountInteger {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountBigInt {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountInt128 {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Int128) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountReal {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, float) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountDouble {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountDate {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Date) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountTime {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Time) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountTimestamp {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Timestamp) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountInterval {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Interval) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("count") CountVarchar {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, StringView) noexcept { Body::update(state); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

/// How many values are true; 0 without values, where DuckDB has NULL.
struct BASALT_AGGREGATE("count_if") CountIf {
  using Body = detail::CountBody;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, bool value) noexcept { state->count += value ? 1 : 0; }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

}  // namespace basalt::kernels
