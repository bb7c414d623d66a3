#pragma once

#include "runtime/Annotations.h"
#include "runtime/types/StringView.h"

namespace basalt::kernels {

/// Whether all of `text` has the form of `pattern`, in which % stands for any characters or none and _ for exactly one
/// UTF-8 character. There is no escape character.
BASALT_EXPORT bool matchesPattern(StringView text, StringView pattern) noexcept;

BASALT_KERNEL("like") inline bool likeVarchar(StringView text, StringView pattern) noexcept {
  return matchesPattern(text, pattern);
}
BASALT_KERNEL("not_like") inline bool notLikeVarchar(StringView text, StringView pattern) noexcept {
  return !matchesPattern(text, pattern);
}

}  // namespace basalt::kernels
