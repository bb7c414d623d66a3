#pragma once

#include <cstdint>

#include "runtime/Annotations.h"

/// Bits of integers, and products; NULL without values.
namespace basalt::kernels {

namespace detail {

template <typename T>
struct FoldState {
  T value;
  /// 1 once there was a value.
  std::uint8_t seen;
};

/// The values joined by `combine`, of which `neutral` is the neutral element.
template <typename T, T (*combine)(T, T) noexcept, T neutral>
struct Fold {
  using State = FoldState<T>;
  static void initialise(State* state) noexcept { *state = State{neutral, 0}; }
  static void update(State* state, T value) noexcept {
    state->value = combine(state->value, value);
    // Joined like the value, which is what vector code can do to a state for some rows of many.
    state->seen |= 1;
  }
  static void merge(State* state, const State* other) noexcept {
    state->value = combine(state->value, other->value);
    state->seen |= other->seen;
  }
  static bool finalise(const State* state, T* result) noexcept {
    *result = state->value;
    return state->seen != 0;
  }
};

template <typename T>
[[gnu::always_inline]] inline T andBits(T left, T right) noexcept {
  return static_cast<T>(left & right);
}
template <typename T>
[[gnu::always_inline]] inline T orBits(T left, T right) noexcept {
  return static_cast<T>(left | right);
}
template <typename T>
[[gnu::always_inline]] inline T xorBits(T left, T right) noexcept {
  return static_cast<T>(left ^ right);
}
[[gnu::always_inline]] inline double multiply(double left, double right) noexcept { return left * right; }

}  // namespace detail

struct BASALT_AGGREGATE("bit_and") BitAndTinyInt {
  using Body = detail::Fold<std::int8_t, detail::andBits<std::int8_t>, std::int8_t{-1}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int8_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_and") BitAndSmallInt {
  using Body = detail::Fold<std::int16_t, detail::andBits<std::int16_t>, std::int16_t{-1}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int16_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_and") BitAndInteger {
  using Body = detail::Fold<std::int32_t, detail::andBits<std::int32_t>, std::int32_t{-1}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int32_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_and") BitAndBigInt {
  using Body = detail::Fold<std::int64_t, detail::andBits<std::int64_t>, std::int64_t{-1}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_or") BitOrTinyInt {
  using Body = detail::Fold<std::int8_t, detail::orBits<std::int8_t>, std::int8_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int8_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_or") BitOrSmallInt {
  using Body = detail::Fold<std::int16_t, detail::orBits<std::int16_t>, std::int16_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int16_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_or") BitOrInteger {
  using Body = detail::Fold<std::int32_t, detail::orBits<std::int32_t>, std::int32_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int32_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_or") BitOrBigInt {
  using Body = detail::Fold<std::int64_t, detail::orBits<std::int64_t>, std::int64_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_xor") BitXorTinyInt {
  using Body = detail::Fold<std::int8_t, detail::xorBits<std::int8_t>, std::int8_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int8_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int8_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_xor") BitXorSmallInt {
  using Body = detail::Fold<std::int16_t, detail::xorBits<std::int16_t>, std::int16_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int16_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int16_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_xor") BitXorInteger {
  using Body = detail::Fold<std::int32_t, detail::xorBits<std::int32_t>, std::int32_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int32_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int32_t* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("bit_xor") BitXorBigInt {
  using Body = detail::Fold<std::int64_t, detail::xorBits<std::int64_t>, std::int64_t{0}>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, std::int64_t value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, std::int64_t* result) noexcept { return Body::finalise(state, result); }
};

/// In the order of the rows, as a double.
struct BASALT_AGGREGATE("product") ProductDouble {
  using Body = detail::Fold<double, detail::multiply, 1.0>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::finalise(state, result); }
};

}  // namespace basalt::kernels
