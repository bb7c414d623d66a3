#pragma once

#include <cstdint>
#include <type_traits>

#include "runtime/types/Int128.h"

/// Arithmetic on signed integers that wraps, for results that are known to fit and values that do not count.
namespace basalt::kernels::detail {

template <typename T>
using Unsigned = std::conditional_t<sizeof(T) == sizeof(Int128), UInt128, std::uint64_t>;

template <typename T>
[[gnu::always_inline]] inline T addWrapping(T left, T right) noexcept {
  return static_cast<T>(static_cast<Unsigned<T>>(left) + static_cast<Unsigned<T>>(right));
}

template <typename T>
[[gnu::always_inline]] inline T subtractWrapping(T left, T right) noexcept {
  return static_cast<T>(static_cast<Unsigned<T>>(left) - static_cast<Unsigned<T>>(right));
}

template <typename T>
[[gnu::always_inline]] inline T multiplyWrapping(T left, T right) noexcept {
  return static_cast<T>(static_cast<Unsigned<T>>(left) * static_cast<Unsigned<T>>(right));
}

}  // namespace basalt::kernels::detail
