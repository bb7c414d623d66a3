#include "runtime/kernels/Text.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "runtime/kernels/ByteSearch.h"
#include "runtime/kernels/StringResult.h"
#include "runtime/types/Utf8.h"

namespace basalt::kernels {

namespace {

/// A part of `text`'s bytes: inline when short, else referring to them.
StringView part(std::string_view bytes) noexcept { return StringView::make(bytes); }

}  // namespace

std::int64_t countCharacters(const char* bytes, std::uint64_t size) noexcept {
  std::int64_t count = 0;
  for (std::uint64_t i = 0; i < size; ++i) {
    count += isContinuationByte(bytes[i]) ? 0 : 1;
  }
  return count;
}

StringView concatText(StringView left, StringView right, ErrorCode* error, StringArena* arena) noexcept {
  if (right.size() == 0) return left;
  if (left.size() == 0) return right;
  return buildString(std::uint64_t{left.size()} + right.size(), error, arena, [&](char* target) {
    std::memcpy(target, left.data(), left.size());
    std::memcpy(target + left.size(), right.data(), right.size());
  });
}

StringView sliceText(StringView text, std::int64_t start, std::int64_t end) noexcept {
  const std::string_view bytes = text.view();
  start = std::max<std::int64_t>(start, 1);
  if (end <= start) return StringView{0, 0};
  const std::size_t first = skipCharacters(bytes, 0, static_cast<std::uint64_t>(start - 1));
  const std::size_t last = skipCharacters(bytes, first, static_cast<std::uint64_t>(end - start));
  return part(bytes.substr(first, last - first));
}

StringView trimText(StringView text, bool atStart, bool atEnd) noexcept {
  std::string_view bytes = text.view();
  while (atStart && bytes.starts_with(' ')) {
    bytes.remove_prefix(1);
  }
  while (atEnd && bytes.ends_with(' ')) {
    bytes.remove_suffix(1);
  }
  return part(bytes);
}

bool startsWithText(StringView text, StringView prefix) noexcept { return text.view().starts_with(prefix.view()); }

bool endsWithText(StringView text, StringView suffix) noexcept { return text.view().ends_with(suffix.view()); }

bool containsText(StringView text, StringView part) noexcept {
  return findBytes(text.view(), part.view(), 0) != std::string_view::npos;
}

}  // namespace basalt::kernels
