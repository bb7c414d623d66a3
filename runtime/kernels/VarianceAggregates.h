#pragma once

#include <cstdint>

#include "runtime/Annotations.h"

/// Variance and standard deviation of doubles, of a sample (divided by n - 1; NULL for fewer than two values) and of a
/// population (divided by n; NULL without values). Values that are infinite or NaN give NaN.
namespace basalt::kernels {

namespace detail {

/// The mean so far and the sum of the squared distances from it.
struct MomentsState {
  std::int64_t count;
  double mean;
  double squares;
};

/// Values one by one as in Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", 1962;
/// parts as in Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances",
/// 1979.
struct Moments {
  using State = MomentsState;
  static void initialise(State* state) noexcept { *state = State{}; }
  static void update(State* state, double value) noexcept {
    ++state->count;
    const double distance = value - state->mean;
    state->mean += distance / static_cast<double>(state->count);
    state->squares += distance * (value - state->mean);
  }
  static void merge(State* state, const State* other) noexcept {
    if (other->count == 0) return;
    if (state->count == 0) {
      *state = *other;
      return;
    }
    const std::int64_t count = state->count + other->count;
    const double share = static_cast<double>(other->count) / static_cast<double>(count);
    const double distance = other->mean - state->mean;
    state->squares += other->squares + distance * distance * share * static_cast<double>(state->count);
    state->mean += distance * share;
    state->count = count;
  }
  /// `lost` is 1 for a sample, whose mean has taken one degree of freedom, and 0 for a population.
  static bool variance(const State* state, std::int64_t lost, double* result) noexcept {
    const bool hasResult = state->count > lost;
    *result = hasResult ? state->squares / static_cast<double>(state->count - lost) : 0;
    return hasResult;
  }
  static bool deviation(const State* state, std::int64_t lost, double* result) noexcept {
    const bool hasResult = variance(state, lost, result);
    *result = __builtin_sqrt(*result);
    return hasResult;
  }
};

}  // namespace detail

struct BASALT_AGGREGATE("var_samp") VarianceOfSample {
  using Body = detail::Moments;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::variance(state, 1, result); }
};

struct BASALT_AGGREGATE("var_pop") VarianceOfPopulation {
  using Body = detail::Moments;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::variance(state, 0, result); }
};

struct BASALT_AGGREGATE("stddev_samp") DeviationOfSample {
  using Body = detail::Moments;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::deviation(state, 1, result); }
};

struct BASALT_AGGREGATE("stddev_pop") DeviationOfPopulation {
  using Body = detail::Moments;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, double value) noexcept { Body::update(state, value); }
  static void merge(State* state, const State* other) noexcept { Body::merge(state, other); }
  static bool finalise(const State* state, double* result) noexcept { return Body::deviation(state, 0, result); }
};

}  // namespace basalt::kernels
