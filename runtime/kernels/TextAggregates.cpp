#include "runtime/kernels/TextAggregates.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "runtime/kernels/StringResult.h"

namespace basalt::kernels {

void holdString(StringView* held, StringView value, ErrorCode* error, StringArena* arena) noexcept {
  if (value.isInline()) {
    *held = value;
  } else if (!held->isInline() && value.size() <= held->size()) {
    auto* bytes = reinterpret_cast<char*>(held->tail);  // NOLINT: the state owns these bytes, nobody else sees them
    std::memmove(bytes, value.data(), value.size());
    *held = StringView::make(bytes, value.size());
  } else {
    *held = makeString(value.view(), error, arena);
  }
}

void appendText(TextBuffer* buffer, StringView part, ErrorCode* error, StringArena* arena) noexcept {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const StringView old = buffer->value;
  const std::uint64_t size = std::uint64_t{old.size()} + part.size();
  if (part.size() == 0) return;
  if (size <= StringView::kInlineBytes) {
    char bytes[StringView::kInlineBytes];
    std::ranges::copy(part.view(), std::ranges::copy(old.view(), static_cast<char*>(bytes)).out);
    buffer->value = StringView::make(bytes, static_cast<std::uint32_t>(size));
    return;
  }
  auto* bytes = reinterpret_cast<char*>(old.tail);  // NOLINT: the state owns these bytes, nobody else sees them
  if (old.isInline() || size > buffer->capacity) {
    const std::uint64_t capacity = std::min(std::bit_ceil(size), kMost);
    bytes = size > kMost ? nullptr : arenaAllocate(arena, capacity);
    if (bytes == nullptr) {
      *error = ErrorCode::OutOfMemory;
      return;
    }
    std::ranges::copy(old.view(), bytes);
    buffer->capacity = static_cast<std::uint32_t>(capacity);
  }
  std::ranges::copy(part.view(), bytes + old.size());
  buffer->value = StringView::make(bytes, static_cast<std::uint32_t>(size));
}

}  // namespace basalt::kernels
