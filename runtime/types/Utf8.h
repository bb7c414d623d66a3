#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// The code point that all of `bytes` encode; nothing when they are not just one well-formed character.
constexpr std::optional<char32_t> decodeCharacter(std::string_view bytes) noexcept {
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (bytes.empty() || bytes.size() > 4) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length != bytes.size() || first >= 0xF8) return std::nullopt;
  char32_t result = length == 1 ? first : first & (0x7FU >> length);
  for (const char byte : bytes.substr(1)) {
    if (!isContinuationByte(byte)) return std::nullopt;
    result = (result << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  const bool isValid = result >= kSmallest[length - 1] && result <= 0x10FFFF && (result < 0xD800 || result > 0xDFFF);
  return isValid ? std::optional(result) : std::nullopt;
}

}  // namespace basalt
