#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/StringCompare.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/StringView.h"

/// String functions. Text is UTF-8 and counted in characters (code points); malformed bytes are never read past, but
/// how many characters they count is unspecified. A result that is a part of an argument refers to the argument's
/// bytes.
namespace basalt::kernels {

// What works on all bytes of a string is compiled once; the kernels decide inline what a handle alone can tell.
BASALT_EXPORT std::int64_t countCharacters(const char* bytes, std::uint64_t size) noexcept;
BASALT_EXPORT StringView lowerText(StringView text, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView upperText(StringView text, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView concatText(StringView left, StringView right, ErrorCode* error, StringArena* arena) noexcept;
/// Characters `start` (the first is 1) up to but not including `end`; positions outside the text are empty.
BASALT_EXPORT StringView sliceText(StringView text, std::int64_t start, std::int64_t end) noexcept;
BASALT_EXPORT StringView trimText(StringView text, bool atStart, bool atEnd) noexcept;
BASALT_EXPORT bool startsWithText(StringView text, StringView prefix) noexcept;
BASALT_EXPORT bool endsWithText(StringView text, StringView suffix) noexcept;
BASALT_EXPORT bool containsText(StringView text, StringView part) noexcept;

namespace detail {

/// How many of a word's bytes go on with a UTF-8 character instead of beginning one: those of the form 10xxxxxx.
[[gnu::always_inline]] inline std::int64_t continuationBytes(std::uint64_t word) noexcept {
  return __builtin_popcountll((word >> 7) & ~(word >> 6) & 0x0101010101010101U);
}

/// Whether the first three bytes are characters of their own: none of the first four is part of a longer one.
[[gnu::always_inline]] inline bool beginsWithAscii(StringView text) noexcept {
  return (text.head >> 32 & 0x80808080U) == 0;
}

/// The bytes from `first` up to but not including `last`, at most the third one, as far as there are any.
[[gnu::always_inline]] inline StringView slicePrefix(StringView text, std::uint64_t first,
                                                     std::uint64_t last) noexcept {
  const std::uint64_t end = last < text.size() ? last : text.size();
  const std::uint64_t size = end > first ? end - first : 0;
  const std::uint64_t bytes = (text.head >> (32 + 8 * first)) & ((std::uint64_t{1} << (8 * size)) - 1);
  return {size | bytes << 32, 0};
}

}  // namespace detail

BASALT_KERNEL("length") inline std::int64_t lengthVarchar(StringView text) noexcept {
  if (!text.isInline()) return countCharacters(text.data(), text.size());
  return text.size() - detail::continuationBytes(text.head >> 32) - detail::continuationBytes(text.tail);
}

/// Character by character, by Unicode's simple case mappings, of no language: see runtime/kernels/CaseTable.h.
BASALT_KERNEL("lower") inline StringView lowerVarchar(StringView text, ErrorCode* error, StringArena* arena) noexcept {
  return lowerText(text, error, arena);
}
BASALT_KERNEL("upper") inline StringView upperVarchar(StringView text, ErrorCode* error, StringArena* arena) noexcept {
  return upperText(text, error, arena);
}

/// SQL's ||.
BASALT_KERNEL("concatenate")
inline StringView concatVarchar(StringView left, StringView right, ErrorCode* error, StringArena* arena) noexcept {
  return concatText(left, right, error, arena);
}

/// Of a length that is not negative; who knows that it is none does without substring's check.
BASALT_KERNEL("substring_exact")
inline StringView substringExactVarchar(StringView text, std::int64_t start, std::int64_t length) noexcept {
  std::int64_t end;
  if (__builtin_add_overflow(start, length, &end)) end = INT64_MAX;
  if (1 <= start && start <= end && end <= 4 && detail::beginsWithAscii(text)) {
    return detail::slicePrefix(text, static_cast<std::uint64_t>(start - 1), static_cast<std::uint64_t>(end - 1));
  }
  return sliceText(text, start, end);
}
/// SQL's substring: the characters at `start` to `start + length - 1` that there are; the first is 1, and positions
/// before it count. A negative length fails with InvalidArgument.
BASALT_KERNEL("substring")
inline StringView substringVarchar(StringView text, std::int64_t start, std::int64_t length,
                                   ErrorCode* error) noexcept {
  if (length < 0) [[unlikely]]
    *error = ErrorCode::InvalidArgument;
  return substringExactVarchar(text, start, length);
}
/// From `start` to the end.
BASALT_KERNEL("substring") inline StringView substringFromVarchar(StringView text, std::int64_t start) noexcept {
  return sliceText(text, start, INT64_MAX);
}

/// Without the spaces at both ends, at the start, at the end.
BASALT_KERNEL("trim") inline StringView trimVarchar(StringView text) noexcept { return trimText(text, true, true); }
BASALT_KERNEL("ltrim") inline StringView trimStartVarchar(StringView text) noexcept {
  return trimText(text, true, false);
}
BASALT_KERNEL("rtrim") inline StringView trimEndVarchar(StringView text) noexcept {
  return trimText(text, false, true);
}

BASALT_KERNEL("starts_with") inline bool startsWithVarchar(StringView text, StringView prefix) noexcept {
  if (prefix.size() > text.size()) return false;
  // Both have their first four bytes at hand; where these differ within the prefix's length, nothing more need be read.
  const auto difference = static_cast<std::uint32_t>((text.head ^ prefix.head) >> 32);
  if (prefix.size() < 4) return (difference & ((1U << (prefix.size() * 8)) - 1)) == 0;
  return difference == 0 && (prefix.size() == 4 || startsWithText(text, prefix));
}
BASALT_KERNEL("ends_with") inline bool endsWithVarchar(StringView text, StringView suffix) noexcept {
  return suffix.size() <= text.size() && endsWithText(text, suffix);
}
BASALT_KERNEL("contains") inline bool containsVarchar(StringView text, StringView part) noexcept {
  return part.size() <= text.size() && containsText(text, part);
}

}  // namespace basalt::kernels
