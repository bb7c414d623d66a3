#pragma once

#include <cstdint>

#include "runtime/types/Int128.h"

namespace basalt::kernels {

/// A 128-bit integer that is aligned to 8 bytes, as aggregate states need it.
struct Int128Words {
  std::uint64_t low;
  std::int64_t high;
};

[[gnu::always_inline]] inline Int128Words toWords(Int128 value) noexcept {
  return {static_cast<std::uint64_t>(value), static_cast<std::int64_t>(value >> 64)};
}
[[gnu::always_inline]] inline Int128 toInt128(Int128Words words) noexcept { return makeInt128(words.high, words.low); }

}  // namespace basalt::kernels
