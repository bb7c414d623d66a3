#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Checked.h"
#include "runtime/kernels/Decimal.h"
#include "runtime/kernels/Int128Words.h"
#include "runtime/types/Int128.h"

/// Sums. Integers and decimals of up to 18 digits are summed exactly in 128 bits, which no number of rows can overflow;
/// wider decimals fail with NumericOverflow. Floating point is summed as double, in the order of the rows. "sum" is
/// NULL without values. "sum_not_null" is for arguments that cannot be NULL in groups that have a row: it does not
/// remember whether it saw one.
namespace basalt::kernels {

namespace detail {

struct SumStateInt128 {
  Int128Words sum;
};
struct SumStateDouble {
  double sum;
};

/// The sum alone.
struct ExactSum {
  using State = SumStateInt128;
  static void initialise(State* state) noexcept { state->sum = toWords(0); }
  static void update(State* state, std::int64_t value) noexcept {
    state->sum = toWords(addWrapping<Int128>(toInt128(state->sum), value));
  }
  static void merge(State* state, const State* other) noexcept {
    state->sum = toWords(addWrapping<Int128>(toInt128(state->sum), toInt128(other->sum)));
  }
  static bool finalise(const State* state, Int128* result) noexcept {
    *result = toInt128(state->sum);
    return true;
  }
};

/// Sums of wide decimals may pass 38 digits on the way, as far as 128 bits reach, but not at the end.
struct CheckedSum {
  using State = SumStateInt128;
  static void initialise(State* state) noexcept { state->sum = toWords(0); }
  static void update(State* state, Int128 value, ErrorCode* error) noexcept {
    state->sum = toWords(addChecked<Int128>(toInt128(state->sum), value, error));
  }
  static void merge(State* state, const State* other, ErrorCode* error) noexcept {
    update(state, toInt128(other->sum), error);
  }
  static bool finalise(const State* state, Int128* result, ErrorCode* error) noexcept {
    *result = checkBound<Int128>(toInt128(state->sum), kDecimalBound<Int128>, error);
    return true;
  }
};

struct FloatingSum {
  using State = SumStateDouble;
  static void initialise(State* state) noexcept { state->sum = 0; }
  static void update(State* state, double value) noexcept { state->sum += value; }
  static void merge(State* state, const State* other) noexcept { state->sum += other->sum; }
  static bool finalise(const State* state, double* result) noexcept {
    *result = state->sum;
    return true;
  }
};

/// A sum that is NULL until it saw a value. `error` stands for an ErrorCode* where the sum can fail, else for nothing.
template <typename Sum>
struct SumOrNull {
  struct State {
    typename Sum::State sum;
    bool seen;
  };
  static void initialise(State* state) noexcept {
    Sum::initialise(&state->sum);
    state->seen = false;
  }
  template <typename T, typename... Error>
  static void update(State* state, T value, Error... error) noexcept {
    Sum::update(&state->sum, value, error...);
    state->seen = true;
  }
  template <typename... Error>
  static void merge(State* state, const State* other, Error... error) noexcept {
    Sum::merge(&state->sum, &other->sum, error...);
    state->seen |= other->seen;
  }
  template <typename T, typename... Error>
  static bool finalise(const State* state, T* result, Error... error) noexcept {
    return Sum::finalise(&state->sum, result, error...) && state->seen;
  }
};

}  // namespace detail

struct BASALT_AGGREGATE("sum") SumTinyInt {
  using Body = detail::SumOrNull<detail::ExactSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum") SumSmallInt {
  using Body = detail::SumOrNull<detail::ExactSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum") SumInteger {
  using Body = detail::SumOrNull<detail::ExactSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum") SumBigInt {
  using Body = detail::SumOrNull<detail::ExactSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum") SumInt128 {
  using Body = detail::SumOrNull<detail::CheckedSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Int128 value, ErrorCode* error) noexcept { Body::update(state, value, error); }
  static void merge(State* state, const State* other, ErrorCode* error) noexcept { Body::merge(state, other, error); }
  static bool finalise(const State* state, Int128* result, ErrorCode* error) noexcept {
    return Body::finalise(state, result, error);
  }
};

struct BASALT_AGGREGATE("sum") SumReal {
  using Body = detail::SumOrNull<detail::FloatingSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, float value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum") SumDouble {
  using Body = detail::SumOrNull<detail::FloatingSum>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullTinyInt {
  using Body = detail::ExactSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullSmallInt {
  using Body = detail::ExactSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullInteger {
  using Body = detail::ExactSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullBigInt {
  using Body = detail::ExactSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, Int128* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullInt128 {
  using Body = detail::CheckedSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, Int128 value, ErrorCode* error) noexcept { Body::update(state, value, error); }
  static void merge(State* state, const State* other, ErrorCode* error) noexcept { Body::merge(state, other, error); }
  static bool finalise(const State* state, Int128* result, ErrorCode* error) noexcept {
    return Body::finalise(state, result, error);
  }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullReal {
  using Body = detail::FloatingSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, float value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("sum_not_null") SumNotNullDouble {
  using Body = detail::FloatingSum;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

}  // namespace basalt::kernels
