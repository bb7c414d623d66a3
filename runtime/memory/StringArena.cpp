#include "runtime/memory/StringArena.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace basalt {

namespace {

constexpr std::size_t kFirstBlock = std::size_t{4} << 10;
constexpr std::size_t kLargestBlock = std::size_t{1} << 20;

}  // namespace

char* StringArena::allocate(std::size_t bytes) {
  if (blocks_.empty() || blocks_.back().size() - used_ < bytes) {
    const std::size_t next = blocks_.empty() ? kFirstBlock : std::min(blocks_.back().size() * 2, kLargestBlock);
    Buffer block(budget_, std::max(next, bytes));
    blocks_.push_back(std::move(block));
    used_ = 0;
  }
  char* result = blocks_.back().as<char>() + used_;
  used_ += bytes;
  bytes_ += bytes;
  return result;
}

StringView StringArena::copy(StringView text) {
  if (text.isInline()) {
    return text;
  }
  char* bytes = allocate(text.size());
  std::memcpy(bytes, text.data(), text.size());
  return StringView::make(bytes, text.size());
}

void StringArena::clear() noexcept {
  if (blocks_.size() > 1) {
    std::swap(blocks_.front(), blocks_.back());
    blocks_.resize(1);
  }
  used_ = 0;
  bytes_ = 0;
}

char* arenaAllocate(StringArena* arena, std::uint64_t bytes) noexcept {
  try {
    return arena->allocate(bytes);
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace basalt
