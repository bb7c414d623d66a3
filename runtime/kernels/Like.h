#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/LikePattern.h"
#include "runtime/types/StringView.h"

/// LIKE and ILIKE, as runtime/kernels/LikePattern.h defines them. An escape text that is not one character, and a
/// pattern that ends with it, fail with InvalidArgument.
namespace basalt::kernels {

BASALT_EXPORT bool likePattern(StringView text, const LikePattern* pattern) noexcept;
BASALT_EXPORT bool likeText(StringView text, StringView pattern, bool ignoresCase) noexcept;
BASALT_EXPORT bool likeEscapeText(StringView text, StringView pattern, StringView escape, bool ignoresCase,
                                  ErrorCode* error) noexcept;

/// For `count` texts one behind the other in `heap`, from number `begin` on, of which text i lies between offsets[i]
/// and offsets[i + 1]: whether it has the pattern's form, or with `isNegated` whether it has not, as a byte 0 or 1. The
/// same as like() of each in less time: searches all texts at once for the pattern's needle, which must not be empty.
BASALT_EXPORT void likeTexts(const LikePattern* pattern, bool isNegated, const std::byte* offsets, const char* heap,
                             std::uint64_t begin, std::uint64_t count, std::uint8_t* results) noexcept;

/// A constant pattern of any kind.
BASALT_KERNEL("like") inline bool likePrepared(StringView text, const LikePattern* pattern) noexcept {
  return likePattern(text, pattern);
}
BASALT_KERNEL("not_like") inline bool notLikePrepared(StringView text, const LikePattern* pattern) noexcept {
  return !likePattern(text, pattern);
}

BASALT_KERNEL("like") inline bool likeVarchar(StringView text, StringView pattern) noexcept {
  return likeText(text, pattern, false);
}
BASALT_KERNEL("not_like") inline bool notLikeVarchar(StringView text, StringView pattern) noexcept {
  return !likeText(text, pattern, false);
}
BASALT_KERNEL("ilike") inline bool ilikeVarchar(StringView text, StringView pattern) noexcept {
  return likeText(text, pattern, true);
}
BASALT_KERNEL("not_ilike") inline bool notIlikeVarchar(StringView text, StringView pattern) noexcept {
  return !likeText(text, pattern, true);
}

BASALT_KERNEL("like_escape")
inline bool likeEscapeVarchar(StringView text, StringView pattern, StringView escape, ErrorCode* error) noexcept {
  return likeEscapeText(text, pattern, escape, false, error);
}
BASALT_KERNEL("not_like_escape")
inline bool notLikeEscapeVarchar(StringView text, StringView pattern, StringView escape, ErrorCode* error) noexcept {
  return !likeEscapeText(text, pattern, escape, false, error);
}
BASALT_KERNEL("ilike_escape")
inline bool ilikeEscapeVarchar(StringView text, StringView pattern, StringView escape, ErrorCode* error) noexcept {
  return likeEscapeText(text, pattern, escape, true, error);
}
BASALT_KERNEL("not_ilike_escape")
inline bool notIlikeEscapeVarchar(StringView text, StringView pattern, StringView escape, ErrorCode* error) noexcept {
  return !likeEscapeText(text, pattern, escape, true, error);
}

}  // namespace basalt::kernels
