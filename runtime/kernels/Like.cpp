#include "runtime/kernels/Like.h"

namespace basalt::kernels {

bool likePattern(StringView text, const LikePattern* pattern) noexcept { return pattern->matches(text.view()); }

bool likeText(StringView text, StringView pattern, bool ignoresCase) noexcept {
  return matchesPattern(text.view(), pattern.view(), {}, ignoresCase);
}

bool likeEscapeText(StringView text, StringView pattern, StringView escape, bool ignoresCase,
                    ErrorCode* error) noexcept {
  if (!isEscape(escape.view()) || endsWithEscape(pattern.view(), escape.view())) {
    *error = ErrorCode::InvalidArgument;
    return false;
  }
  return matchesPattern(text.view(), pattern.view(), escape.view(), ignoresCase);
}

}  // namespace basalt::kernels
