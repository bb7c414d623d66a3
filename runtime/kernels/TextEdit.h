#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/StringView.h"

/// Functions that find, cut, pad and replace parts of text, counted in characters (code points) as in
/// runtime/kernels/Text.h. A result longer than a string can be fails with OutOfMemory.
namespace basalt::kernels {

BASALT_EXPORT std::int64_t positionOfText(StringView text, StringView part) noexcept;
BASALT_EXPORT StringView leftOfText(StringView text, std::int64_t count) noexcept;
BASALT_EXPORT StringView rightOfText(StringView text, std::int64_t count) noexcept;
BASALT_EXPORT StringView padText(StringView text, std::int64_t size, StringView pad, bool atStart, ErrorCode* error,
                                 StringArena* arena) noexcept;
BASALT_EXPORT StringView repeatText(StringView text, std::int64_t count, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView reverseText(StringView text, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView replaceText(StringView text, StringView from, StringView to, ErrorCode* error,
                                     StringArena* arena) noexcept;
BASALT_EXPORT StringView splitText(StringView text, StringView separator, std::int64_t index) noexcept;
BASALT_EXPORT StringView trimCharacters(StringView text, StringView characters, bool atStart, bool atEnd) noexcept;
BASALT_EXPORT std::int32_t firstCodePoint(StringView text) noexcept;

/// The number of the first character at which `part` stands in `text`, the first is 1; 0 when there is none. An empty
/// part stands at 1.
BASALT_KERNEL("strpos") inline std::int64_t positionVarchar(StringView text, StringView part) noexcept {
  return part.size() > text.size() ? 0 : positionOfText(text, part);
}

/// The first `count` characters; with a negative count all but the last -count.
BASALT_KERNEL("left") inline StringView leftVarchar(StringView text, std::int64_t count) noexcept {
  return leftOfText(text, count);
}
/// The last `count` characters; with a negative count all but the first -count.
BASALT_KERNEL("right") inline StringView rightVarchar(StringView text, std::int64_t count) noexcept {
  return rightOfText(text, count);
}

/// The first `size` characters of the text with `pad` repeated before it (behind it). Fails with InvalidArgument when
/// characters are missing and `pad` is empty.
BASALT_KERNEL("lpad")
inline StringView padStartVarchar(StringView text, std::int64_t size, StringView pad, ErrorCode* error,
                                  StringArena* arena) noexcept {
  return padText(text, size, pad, true, error, arena);
}
BASALT_KERNEL("rpad")
inline StringView padEndVarchar(StringView text, std::int64_t size, StringView pad, ErrorCode* error,
                                StringArena* arena) noexcept {
  return padText(text, size, pad, false, error, arena);
}

/// Empty for a count below 1.
BASALT_KERNEL("repeat")
inline StringView repeatVarchar(StringView text, std::int64_t count, ErrorCode* error, StringArena* arena) noexcept {
  return repeatText(text, count, error, arena);
}

/// By code points, as PostgreSQL; DuckDB keeps those together that make up one glyph.
BASALT_KERNEL("reverse")
inline StringView reverseVarchar(StringView text, ErrorCode* error, StringArena* arena) noexcept {
  return reverseText(text, error, arena);
}

/// Every occurrence of `from` replaced by `to`, from the left; the text itself when `from` is empty.
BASALT_KERNEL("replace")
inline StringView replaceVarchar(StringView text, StringView from, StringView to, ErrorCode* error,
                                 StringArena* arena) noexcept {
  return replaceText(text, from, to, error, arena);
}

/// The part at `index` of those between the separators, the first is 1, the last -1; empty when there is none. An empty
/// separator separates all characters.
BASALT_KERNEL("split_part")
inline StringView splitPartVarchar(StringView text, StringView separator, std::int64_t index) noexcept {
  return splitText(text, separator, index);
}

/// Without those of `characters` that stand at both ends, at the start, at the end.
BASALT_KERNEL("trim") inline StringView trimSetVarchar(StringView text, StringView characters) noexcept {
  return trimCharacters(text, characters, true, true);
}
BASALT_KERNEL("ltrim") inline StringView trimStartSetVarchar(StringView text, StringView characters) noexcept {
  return trimCharacters(text, characters, true, false);
}
BASALT_KERNEL("rtrim") inline StringView trimEndSetVarchar(StringView text, StringView characters) noexcept {
  return trimCharacters(text, characters, false, true);
}

/// The code point of the first character, 0 for an empty text.
BASALT_KERNEL("ascii") inline std::int32_t codePointVarchar(StringView text) noexcept { return firstCodePoint(text); }

namespace detail {

/// A text of up to four bytes, the first of which is the lowest of `bytes`.
[[gnu::always_inline]] inline StringView shortText(std::uint32_t size, std::uint32_t bytes) noexcept {
  return StringView{size | (std::uint64_t{bytes} << 32), 0};
}

}  // namespace detail

/// The character of a code point; fails with InvalidArgument when there is none.
BASALT_KERNEL("chr") inline StringView characterInteger(std::int32_t codePoint, ErrorCode* error) noexcept {
  const auto code = static_cast<std::uint32_t>(codePoint);
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) [[unlikely]] {
    *error = ErrorCode::InvalidArgument;
    return StringView{0, 0};
  }
  if (code < 0x80) return detail::shortText(1, code);
  const std::uint32_t last = 0x80 | (code & 0x3F);
  if (code < 0x800) return detail::shortText(2, (0xC0 | (code >> 6)) | (last << 8));
  const std::uint32_t third = 0x80 | ((code >> 6) & 0x3F);
  if (code < 0x10000) return detail::shortText(3, (0xE0 | (code >> 12)) | (third << 8) | (last << 16));
  const std::uint32_t second = 0x80 | ((code >> 12) & 0x3F);
  return detail::shortText(4, (0xF0 | (code >> 18)) | (second << 8) | (third << 16) | (last << 24));
}

BASALT_KERNEL("octet_length") inline std::int64_t byteLengthVarchar(StringView text) noexcept { return text.size(); }
BASALT_KERNEL("bit_length") inline std::int64_t bitLengthVarchar(StringView text) noexcept {
  return std::int64_t{text.size()} * 8;
}

}  // namespace basalt::kernels
