#include "runtime/storage/DistinctStrings.h"

#include <algorithm>

#include <xxhash.h>

namespace basalt {

std::uint64_t DistinctStrings::hashOf(std::string_view text) noexcept { return XXH3_64bits(text.data(), text.size()); }

std::uint32_t DistinctStrings::find(std::string_view text, std::uint64_t hash) const noexcept {
  if (slots_.empty()) {
    return 0;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::uint32_t number = slots_[slot] - 1;
    if (entries_[number].hash == hash && entries_[number].text == text) {
      return number;
    }
  }
  return size();
}

void DistinctStrings::add(std::string_view text, std::uint64_t hash) {
  if ((entries_.size() + 1) * 2 > slots_.size()) {
    grow();
  }
  entries_.push_back({text, hash});
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != 0) {
    slot = (slot + 1) & mask;
  }
  slots_[slot] = size();
}

void DistinctStrings::grow() {
  std::vector<std::uint32_t> larger(std::max<std::size_t>(64, slots_.size() * 2));
  const std::size_t mask = larger.size() - 1;
  for (std::uint32_t number = 0; number < size(); ++number) {
    std::size_t slot = entries_[number].hash & mask;
    while (larger[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    larger[slot] = number + 1;
  }
  slots_ = std::move(larger);
}

void DistinctStrings::clear() noexcept {
  entries_.clear();
  std::ranges::fill(slots_, 0U);
}

}  // namespace basalt
