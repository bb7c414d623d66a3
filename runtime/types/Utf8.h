#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace basalt {

/// Whether a byte goes on with a UTF-8 character (10xxxxxx) instead of beginning one.
constexpr bool isContinuationByte(char byte) noexcept { return static_cast<signed char>(byte) < -64; }

/// The position behind `count` characters from `position` on, at most the end of `text`. A character is a byte and the
/// continuation bytes behind it, so every text has a meaning and none is read past.
constexpr std::size_t skipCharacters(std::string_view text, std::size_t position, std::uint64_t count) noexcept {
  if (count >= text.size() - position) return text.size();
  for (; count > 0 && position < text.size(); --count) {
    ++position;
    while (position < text.size() && isContinuationByte(text[position])) {
      ++position;
    }
  }
  return position;
}

}  // namespace basalt
