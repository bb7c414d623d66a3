#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace basalt::interpreter {

/// Sixteen bytes moved as a whole: wide decimals, strings, intervals. Aligned to 8, as in rows.
struct SixteenBytes {
  std::uint64_t low;
  std::uint64_t high;
};

/// Calls `visit` with an unsigned type of `bytes` bytes as its template argument, for code that moves values without
/// looking at them.
template <typename Visit>
decltype(auto) visitWidth(std::size_t bytes, Visit&& visit) {
  switch (bytes) {
    case 1:
      return std::forward<Visit>(visit).template operator()<std::uint8_t>();
    case 2:
      return std::forward<Visit>(visit).template operator()<std::uint16_t>();
    case 4:
      return std::forward<Visit>(visit).template operator()<std::uint32_t>();
    case 8:
      return std::forward<Visit>(visit).template operator()<std::uint64_t>();
    default:
      return std::forward<Visit>(visit).template operator()<SixteenBytes>();
  }
}

}  // namespace basalt::interpreter
