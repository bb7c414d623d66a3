#pragma once

#include <cstdint>

#include "runtime/ErrorCode.h"
#include "runtime/types/Int128.h"

namespace basalt::kernels {

/// Stores `code` when `failed`; the one way kernels report, so that loops over them keep a single unlikely branch.
[[gnu::always_inline]] inline void failIf(bool failed, ErrorCode code, ErrorCode* error) noexcept {
  if (failed) [[unlikely]]
    *error = code;
}

/// Bodies that several kernels share, as templates over the C++ type. Kernels are the plain functions that name one
/// type.
namespace detail {

/// Where the sum, difference and product of two values of at most 32 bits fit. Vector code has wider integers, but no
/// overflow flag, so loops over narrow types stay vectorizable.
using Wide = std::int64_t;

template <typename T>
inline constexpr bool kIsNarrow = sizeof(T) < sizeof(Wide);

template <typename T>
[[gnu::always_inline]] inline T narrowChecked(Wide wide, ErrorCode* error) noexcept {
  const auto result = static_cast<T>(wide);
  failIf(result != wide, ErrorCode::NumericOverflow, error);
  return result;
}

template <typename T>
[[gnu::always_inline]] inline T addChecked(T left, T right, ErrorCode* error) noexcept {
  if constexpr (kIsNarrow<T>) {
    return narrowChecked<T>(Wide{left} + Wide{right}, error);
  } else {
    T result;
    failIf(__builtin_add_overflow(left, right, &result), ErrorCode::NumericOverflow, error);
    return result;
  }
}

template <typename T>
[[gnu::always_inline]] inline T subtractChecked(T left, T right, ErrorCode* error) noexcept {
  if constexpr (kIsNarrow<T>) {
    return narrowChecked<T>(Wide{left} - Wide{right}, error);
  } else {
    T result;
    failIf(__builtin_sub_overflow(left, right, &result), ErrorCode::NumericOverflow, error);
    return result;
  }
}

template <typename T>
[[gnu::always_inline]] inline T multiplyChecked(T left, T right, ErrorCode* error) noexcept {
  if constexpr (kIsNarrow<T>) {
    return narrowChecked<T>(Wide{left} * Wide{right}, error);
  } else {
    T result;
    failIf(__builtin_mul_overflow(left, right, &result), ErrorCode::NumericOverflow, error);
    return result;
  }
}

}  // namespace detail
}  // namespace basalt::kernels
