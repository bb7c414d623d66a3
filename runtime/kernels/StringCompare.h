#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/types/StringView.h"

namespace basalt::kernels {

/// Whether `size` bytes are the same.
BASALT_EXPORT bool equalBytes(const char* left, const char* right, std::uint64_t size) noexcept;
/// Whether `left` comes before `right` in the order of bytes, a prefix before what goes on.
BASALT_EXPORT bool lessBytes(StringView left, StringView right) noexcept;

/// Equality of bytes. The length and the first four bytes decide most cases, the other eight bytes every case of short
/// strings.
BASALT_PRELUDE inline bool equalStrings(StringView left, StringView right) noexcept {
  if (left.head != right.head) return false;
  // Equal inline bytes, or two handles on the same bytes.
  if (left.tail == right.tail) return true;
  if (left.isInline()) return false;
  return equalBytes(left.data(), right.data(), left.size());
}

/// Without branches, for many strings at once: whether they are equal, of which the second one lies within its handle.
BASALT_PRELUDE inline bool equalsInline(StringView text, StringView inlineText) noexcept {
  return (text.head == inlineText.head) & (text.tail == inlineText.tail);
}
/// The same for any two strings, unless it is left open: their handles then tell no difference.
BASALT_PRELUDE inline bool mayBeEqual(StringView left, StringView right) noexcept { return left.head == right.head; }

/// The order of bytes. Decided by the first four bytes where these differ: a shorter string's padding of zeros sorts
/// before whatever the longer one has there, and where the padding equals real zeros the rest decides.
BASALT_PRELUDE inline bool lessString(StringView left, StringView right) noexcept {
  const std::uint32_t leftPrefix = __builtin_bswap32(static_cast<std::uint32_t>(left.head >> 32));
  const std::uint32_t rightPrefix = __builtin_bswap32(static_cast<std::uint32_t>(right.head >> 32));
  if (leftPrefix != rightPrefix) return leftPrefix < rightPrefix;
  if (left.isInline() && right.isInline()) {
    const std::uint64_t leftRest = __builtin_bswap64(left.tail);
    const std::uint64_t rightRest = __builtin_bswap64(right.tail);
    return leftRest != rightRest ? leftRest < rightRest : left.size() < right.size();
  }
  return lessBytes(left, right);
}

}  // namespace basalt::kernels
