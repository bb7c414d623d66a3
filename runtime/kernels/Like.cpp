#include "runtime/kernels/Like.h"

#include <cstring>
#include <string_view>

#include "runtime/kernels/ByteSearch.h"

namespace basalt::kernels {

bool likePattern(StringView text, const LikePattern* pattern) noexcept { return pattern->matches(text.view()); }

void likeTexts(const LikePattern* pattern, bool isNegated, const std::byte* offsets, const char* heap,
               std::uint64_t begin, std::uint64_t count, std::uint8_t* results) noexcept {
  const auto* const starts = reinterpret_cast<const std::uint64_t*>(offsets) + begin;  // NOLINT
  std::memset(results, isNegated ? 1 : 0, count);
  const std::string_view all(heap + starts[0], starts[count] - starts[0]);
  const std::string_view needle = pattern->needle();
  std::uint64_t number = 0;
  std::size_t place = findBytes(all, needle, 0);
  while (place != std::string_view::npos) {
    while (starts[number + 1] - starts[0] <= place) ++number;
    const std::size_t start = starts[number] - starts[0];
    const std::size_t end = starts[number + 1] - starts[0];
    // Where the needle lies in two texts, it may match neither, and the next one begins no sooner than the second.
    if (pattern->matches(all.substr(start, end - start))) results[number] = isNegated ? 0 : 1;
    place = findBytes(all, needle, end);
  }
}

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
