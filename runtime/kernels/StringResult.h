#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "runtime/ErrorCode.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/StringView.h"

namespace basalt::kernels {

/// A string of `size` bytes made by `write(char* target)`: inline when short, else in the arena. When there is no
/// memory, or the size exceeds what a handle can say, an empty string and OutOfMemory.
template <typename Write>
StringView buildString(std::uint64_t size, ErrorCode* error, StringArena* arena, const Write& write) noexcept {
  if (size <= StringView::kInlineBytes) {
    char bytes[StringView::kInlineBytes];
    write(static_cast<char*>(bytes));
    return StringView::make(bytes, static_cast<std::uint32_t>(size));
  }
  char* bytes = size > std::numeric_limits<std::uint32_t>::max() ? nullptr : arenaAllocate(arena, size);
  if (bytes == nullptr) {
    *error = ErrorCode::OutOfMemory;
    return StringView{0, 0};
  }
  write(bytes);
  return StringView::make(bytes, static_cast<std::uint32_t>(size));
}

/// A copy of `text`.
inline StringView makeString(std::string_view text, ErrorCode* error, StringArena* arena) noexcept {
  return buildString(text.size(), error, arena,
                     [text](char* target) { std::memcpy(target, text.data(), text.size()); });
}

}  // namespace basalt::kernels
