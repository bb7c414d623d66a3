#include "runtime/kernels/Like.h"

#include <algorithm>
#include <string_view>

#include "runtime/kernels/ByteSearch.h"

namespace basalt::kernels {

bool likePattern(StringView text, const LikePattern* pattern) noexcept { return pattern->matches(text.view()); }

void likeTexts(const LikePattern* pattern, bool isNegated, const std::byte* offsets, const char* heap,
               std::uint64_t begin, std::uint64_t count, std::uint8_t* results) noexcept {
  const auto* const starts = reinterpret_cast<const std::uint64_t*>(offsets) + begin;  // NOLINT
  std::fill_n(results, count, static_cast<std::uint8_t>(isNegated ? 1 : 0));
  const std::string_view all(heap + starts[0], starts[count] - starts[0]);
  const std::string_view needle = pattern->needle();
  const ProbedPlaces places = ProbedPlaces::rarest(needle);
  std::uint64_t number = 0;
  std::size_t place = findBytes(all, needle, places, 0);
  while (place != std::string_view::npos) {
    while (starts[number + 1] - starts[0] <= place) ++number;
    const std::size_t start = starts[number] - starts[0];
    const std::size_t end = starts[number + 1] - starts[0];
    // A needle that lies in two texts is in neither, and the next one is in the second or behind it.
    const bool isInside = place + needle.size() <= end;
    if (isInside && pattern->matches(all.substr(start, end - start), place - start)) {
      results[number] = isNegated ? 0 : 1;
    }
    place = findBytes(all, needle, places, end);
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
