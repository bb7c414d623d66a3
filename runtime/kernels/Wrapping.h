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

/// Of integers of 32 bits, which processors multiply in vectors, unlike those of 64.
[[gnu::always_inline]] inline std::int64_t multiplyNarrow(std::int64_t left, std::int64_t right) noexcept {
  return std::int64_t{static_cast<std::int32_t>(left)} * static_cast<std::int32_t>(right);
}

}  // namespace basalt::kernels::detail
