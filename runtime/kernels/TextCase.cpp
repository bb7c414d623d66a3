#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/kernels/CaseTable.h"
#include "runtime/kernels/StringResult.h"
#include "runtime/kernels/Text.h"
#include "runtime/types/Utf8.h"

namespace basalt::kernels {

namespace {

/// One of the two cases to change to.
struct Case {
  char firstAscii;
  char lastAscii;
  char asciiShift;
  std::span<const CaseRange> others;

  char convertAscii(char c) const noexcept {
    return static_cast<char>(c >= firstAscii && c <= lastAscii ? c + asciiShift : c);
  }
  std::uint32_t convert(std::uint32_t code) const noexcept { return kernels::changeCase(code, others); }
};

constexpr Case kLower{'A', 'Z', 'a' - 'A', kToLower};
constexpr Case kUpper{'a', 'z', 'A' - 'a', kToUpper};

bool isAscii(std::string_view bytes) noexcept {
  unsigned char all = 0;
  for (const char c : bytes) {
    all |= static_cast<unsigned char>(c);
  }
  return all < 0x80;
}

/// Calls `emit` for each byte of the text in that case. Malformed bytes stay as they are.
template <typename Emit>
void changeCharacters(std::string_view bytes, const Case& target, const Emit& emit) noexcept {
  for (std::size_t position = 0; position < bytes.size();) {
    const std::size_t end = skipCharacters(bytes, position, 1);
    const std::string_view character = bytes.substr(position, end - position);
    position = end;
    // Malformed bytes become what no table has.
    const std::uint32_t code = decodeCharacter(character).value_or(UINT32_MAX);
    const std::uint32_t changed = target.convert(code);
    if (changed == code) {
      for (const char c : character) {
        emit(target.convertAscii(c));
      }
    } else if (changed < 0x80) {
      emit(static_cast<char>(changed));
    } else {
      const int continuations = changed < 0x800 ? 1 : changed < 0x10000 ? 2 : 3;
      // 110, 1110 or 11110 says how many bytes there are.
      emit(static_cast<char>(((0xFF00U >> (continuations + 1)) & 0xFF) | (changed >> (6 * continuations))));
      for (int left = continuations - 1; left >= 0; --left) {
        emit(static_cast<char>(0x80 | ((changed >> (6 * left)) & 0x3F)));
      }
    }
  }
}

StringView changeCase(StringView text, const Case& target, ErrorCode* error, StringArena* arena) noexcept {
  const std::string_view bytes = text.view();
  if (isAscii(bytes)) {
    return buildString(bytes.size(), error, arena, [&](char* out) {
      std::ranges::transform(bytes, out, [&target](char c) { return target.convertAscii(c); });
    });
  }
  std::uint64_t size = 0;
  changeCharacters(bytes, target, [&size](char) { ++size; });
  return buildString(size, error, arena,
                     [&](char* out) { changeCharacters(bytes, target, [&out](char c) { *out++ = c; }); });
}

}  // namespace

StringView lowerText(StringView text, ErrorCode* error, StringArena* arena) noexcept {
  return changeCase(text, kLower, error, arena);
}

StringView upperText(StringView text, ErrorCode* error, StringArena* arena) noexcept {
  return changeCase(text, kUpper, error, arena);
}

}  // namespace basalt::kernels
