#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/kernels/SumAggregates.h"
#include "runtime/kernels/Wrapping.h"
#include "runtime/types/Int128.h"

/// Sums of which the ranges of the values and the number of rows prove that they fit into 64 bits: half the state of
/// the sums of SumAggregates.h, and one addition. The names are theirs with "_bounded" behind, which is how the binder
/// finds them.
namespace basalt::kernels {

namespace detail {

struct SumStateBigInt {
  std::int64_t sum;
};

struct BoundedSum {
  using State = SumStateBigInt;
  static void initialise(State* state) noexcept { state->sum = 0; }
  static void update(State* state, std::int64_t value) noexcept {
    state->sum = addWrapping<std::int64_t>(state->sum, value);
  }
  static void merge(State* state, const State* other) noexcept { update(state, other->sum); }
  static bool finalise(const State* state, Int128* result) noexcept {
    *result = state->sum;
    return true;
  }
};

}  // namespace detail

struct BASALT_AGGREGATE("sum_bounded") SumBoundedTinyInt {
  using Body = detail::SumOrNull<detail::BoundedSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_bounded") SumBoundedSmallInt {
  using Body = detail::SumOrNull<detail::BoundedSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_bounded") SumBoundedInteger {
  using Body = detail::SumOrNull<detail::BoundedSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_bounded") SumBoundedBigInt {
  using Body = detail::SumOrNull<detail::BoundedSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null_bounded") SumNotNullBoundedTinyInt {
  using Body = detail::BoundedSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null_bounded") SumNotNullBoundedSmallInt {
  using Body = detail::BoundedSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null_bounded") SumNotNullBoundedInteger {
  using Body = detail::BoundedSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null_bounded") SumNotNullBoundedBigInt {
  using Body = detail::BoundedSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

}  // namespace basalt::kernels
