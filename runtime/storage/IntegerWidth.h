#pragma once

#include <cstdint>

#include "runtime/types/Int128.h"

namespace basalt {

/// Calls `function` with a zero of the signed integer type of `width` bytes: 1, 2, 4, 8 or 16.
template <typename Function>
decltype(auto) withIntegerOfWidth(std::uint8_t width, Function&& function) {
  switch (width) {
    case 1:
      return function(std::int8_t{0});
    case 2:
      return function(std::int16_t{0});
    case 4:
      return function(std::int32_t{0});
    case 8:
      return function(std::int64_t{0});
    default:
      return function(Int128{0});
  }
}

}  // namespace basalt
