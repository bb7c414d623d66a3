#include "runtime/hashtable/KeyRanks.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace basalt {

void KeyRanksBuilder::widen(const KeyBounds& bounds) noexcept {
  std::int64_t known = smallest_.load(std::memory_order_relaxed);
  while (bounds.smallest < known &&
         !smallest_.compare_exchange_weak(known, bounds.smallest, std::memory_order_relaxed)) {
  }
  known = largest_.load(std::memory_order_relaxed);
  while (bounds.largest > known && !largest_.compare_exchange_weak(known, bounds.largest, std::memory_order_relaxed)) {
  }
}

bool KeyRanksBuilder::isDense(std::uint64_t count, double lookups) const noexcept {
  if (count == 0) return true;
  const std::uint64_t distance = static_cast<std::uint64_t>(largest_) - static_cast<std::uint64_t>(smallest_);
  return distance < kSmallRange || distance / kMaxRangePerKey < count ||
         (distance < kMaxRangeForLookups && static_cast<double>(distance) <= lookups * kMaxRangePerLookup);
}

void KeyRanksBuilder::prepare(std::shared_ptr<MemoryBudget> budget, std::size_t threads) {
  if (smallest_ <= largest_) {
    ranks_.minimum = static_cast<std::uint64_t>(smallest_.load());
    ranks_.range = static_cast<std::uint64_t>(largest_) - ranks_.minimum + 1;
  }
  budget_ = std::move(budget);
  bitmaps_.resize(threads);
}

KeyRanksBuilder::Adder KeyRanksBuilder::adder(std::size_t thread) {
  Buffer& bitmap = bitmaps_[thread];
  if (bitmap.size() == 0) bitmap = Buffer::zeroed(budget_, wordCount() * sizeof(std::uint64_t));
  return {bitmap.as<std::uint64_t>(), ranks_.minimum};
}

template <typename Visit>
void KeyRanksBuilder::forEachWord(std::size_t part, Visit visit) const noexcept {
  std::array<std::uint64_t, kWordsPerBlock> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  const std::uint64_t end = std::min((part + 1) * kWordsPerPart, wordCount());
  for (std::uint64_t begin = part * kWordsPerPart; begin < end; begin += block.size()) {
    const std::uint64_t size = std::min<std::uint64_t>(block.size(), end - begin);
    std::fill_n(block.begin(), size, 0);
    for (const Buffer& bitmap : bitmaps_) {
      if (bitmap.size() == 0) continue;
      const auto* const bits = bitmap.as<const std::uint64_t>() + begin;
      for (std::uint64_t word = 0; word < size; ++word) block[word] |= bits[word];
    }
    for (std::uint64_t word = 0; word < size; ++word) visit(begin + word, block[word]);
  }
}

std::size_t KeyRanksBuilder::beginCount() {
  words_ = Buffer(budget_, wordCount() * sizeof(RankWord));
  ranks_.words = words_.as<const RankWord>();
  counts_.assign((wordCount() + kWordsPerPart - 1) / kWordsPerPart + 1, 0);
  return counts_.size() - 1;
}

void KeyRanksBuilder::count(std::size_t part) noexcept {
  std::uint64_t members = 0;
  forEachWord(part,
              [&](std::uint64_t, std::uint64_t bits) { members += static_cast<std::uint64_t>(std::popcount(bits)); });
  counts_[part] = members;
}

std::uint64_t KeyRanksBuilder::beginNumber() noexcept {
  std::exclusive_scan(counts_.begin(), counts_.end(), counts_.begin(), std::uint64_t{0});
  return counts_.back();
}

RankInterval KeyRanksBuilder::number(std::size_t part) noexcept {
  auto* const words = words_.as<RankWord>();
  std::uint64_t before = counts_[part];
  forEachWord(part, [&](std::uint64_t word, std::uint64_t bits) {
    words[word] = {bits, before};
    before += static_cast<std::uint64_t>(std::popcount(bits));
  });
  return {counts_[part], before - counts_[part]};
}

}  // namespace basalt
