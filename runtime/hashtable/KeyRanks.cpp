#include "runtime/hashtable/KeyRanks.h"

namespace basalt {

void KeyRanksBuilder::widen(std::int64_t smallest, std::int64_t largest) noexcept {
  std::int64_t known = smallest_.load(std::memory_order_relaxed);
  while (smallest < known && !smallest_.compare_exchange_weak(known, smallest, std::memory_order_relaxed)) {
  }
  known = largest_.load(std::memory_order_relaxed);
  while (largest > known && !largest_.compare_exchange_weak(known, largest, std::memory_order_relaxed)) {
  }
}

bool KeyRanksBuilder::isDense(std::uint64_t count, double lookups) const noexcept {
  if (count == 0) return true;
  const std::uint64_t distance = static_cast<std::uint64_t>(largest_) - static_cast<std::uint64_t>(smallest_);
  return distance < kSmallRange || distance / kMaxRangePerKey < count ||
         (distance < kMaxRangeForLookups && static_cast<double>(distance) <= lookups * kMaxRangePerLookup);
}

void KeyRanksBuilder::prepare(const std::shared_ptr<MemoryBudget>& budget) {
  if (smallest_ <= largest_) {
    ranks_.minimum = static_cast<std::uint64_t>(smallest_.load());
    ranks_.range = static_cast<std::uint64_t>(largest_) - ranks_.minimum + 1;
  }
  words_ = Buffer::zeroed(budget, (ranks_.range / 64 + 1) * sizeof(RankWord));
  ranks_.words = words_.as<const RankWord>();
}

std::uint64_t KeyRanksBuilder::addWord(std::uint64_t word, std::uint64_t bits) noexcept {
  const std::atomic_ref<std::uint64_t> present(words_.as<RankWord>()[word].present);
  return static_cast<std::uint64_t>(std::popcount(present.fetch_or(bits, std::memory_order_relaxed) & bits));
}

std::uint64_t KeyRanksBuilder::number() noexcept {
  auto* const words = words_.as<RankWord>();
  std::uint64_t count = 0;
  for (std::uint64_t word = 0; word < words_.size() / sizeof(RankWord); ++word) {
    words[word].before = count;
    count += static_cast<std::uint64_t>(std::popcount(words[word].present));
  }
  return count;
}

}  // namespace basalt
