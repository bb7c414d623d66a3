#include "engine/formats/JsonText.h"

#include <array>
#include <cstdint>

namespace basalt {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

constexpr std::array<bool, 256> makeNeedsWork() {
  std::array<bool, 256> result{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    result[byte] = byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7F;
  }
  return result;
}
constexpr std::array<bool, 256> kNeedsWork = makeNeedsWork();

std::uint8_t byteAt(std::string_view text, std::size_t index) { return static_cast<std::uint8_t>(text[index]); }

/// Bytes of the well-formed UTF-8 sequence of two or more bytes at `start`; 0 when there is none (Unicode 15, table
/// 3-7).
std::size_t sequenceLength(std::string_view text, std::size_t start) {
  const std::uint8_t first = byteAt(text, start);
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || length > text.size() - start) return 0;
  for (std::size_t index = 1; index < length; ++index) {
    if ((byteAt(text, start + index) & 0xC0) != 0x80) return 0;
  }
  const std::uint8_t second = byteAt(text, start + 1);
  const bool isOverlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool isSurrogate = first == 0xED && second >= 0xA0;
  const bool isBeyondUnicode = first == 0xF4 && second >= 0x90;
  return isOverlong || isSurrogate || isBeyondUnicode ? 0 : length;
}

void appendEscape(std::uint8_t byte, std::string& text) {
  switch (byte) {
    case '"':
      text += "\\\"";
      return;
    case '\\':
      text += "\\\\";
      return;
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    case '\t':
      text += "\\t";
      return;
    default: {
      constexpr std::string_view kDigits = "0123456789abcdef";
      text += "\\u00";
      text.push_back(kDigits[byte >> 4]);
      text.push_back(kDigits[byte & 15]);
    }
  }
}

}  // namespace

void appendJsonString(std::string_view value, std::string& text) {
  text.push_back('"');
  std::size_t position = 0;
  while (position < value.size()) {
    std::size_t end = position;
    while (end < value.size() && !kNeedsWork[byteAt(value, end)]) ++end;
    text.append(value.substr(position, end - position));
    position = end;
    if (position == value.size()) break;
    if (byteAt(value, position) < 0x80) {
      appendEscape(byteAt(value, position), text);
      ++position;
    } else if (const std::size_t length = sequenceLength(value, position); length != 0) {
      text.append(value.substr(position, length));
      position += length;
    } else {
      text.append(kReplacement);
      ++position;
    }
  }
  text.push_back('"');
}

}  // namespace basalt
