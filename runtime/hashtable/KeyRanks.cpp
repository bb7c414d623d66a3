#include "runtime/hashtable/KeyRanks.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

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

bool KeyRanksBuilder::isSurelyDense(const KeyBounds& bounds, double lookups) noexcept {
  const std::uint64_t distance = bounds.distance();
  return distance < kSmallRange ||
         (distance < kMaxRangeForLookups && static_cast<double>(distance) <= lookups * kMaxRangePerLookup);
}

bool KeyRanksBuilder::isDense(std::uint64_t count, double lookups) const noexcept {
  if (count == 0) return true;
  const KeyBounds bounds{smallest_, largest_};
  return isSurelyDense(bounds, lookups) || bounds.distance() / kMaxRangePerKey < count;
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

RankInterval KeyRanksBuilder::wordsOf(std::size_t part) const noexcept {
  const std::uint64_t first = part * kWordsPerPart;
  return {first, std::min(kWordsPerPart, wordCount() - first)};
}

std::size_t KeyRanksBuilder::beginCount() {
  const auto made = std::ranges::find_if(bitmaps_, [](const Buffer& bitmap) { return bitmap.size() != 0; });
  bitmap_ = made != bitmaps_.end() ? std::exchange(*made, Buffer())
                                   : Buffer::zeroed(budget_, wordCount() * sizeof(std::uint64_t));
  ranks_.bitmap = bitmap_.as<const std::uint64_t>();
  counts_.assign((wordCount() + kWordsPerPart - 1) / kWordsPerPart + 1, 0);
  return counts_.size() - 1;
}

void KeyRanksBuilder::count(std::size_t part) noexcept {
  const auto [first, count] = wordsOf(part);
  const std::span<std::uint64_t> words(bitmap_.as<std::uint64_t>() + first, count);
  for (const Buffer& bitmap : bitmaps_) {
    if (bitmap.size() == 0) continue;
    const auto* const added = bitmap.as<const std::uint64_t>() + first;
    for (std::uint64_t word = 0; word < count; ++word) words[word] |= added[word];
  }
  std::uint64_t members = 0;
  for (const std::uint64_t bits : words) members += static_cast<std::uint64_t>(std::popcount(bits));
  counts_[part] = members;
}

std::uint64_t KeyRanksBuilder::endCount() noexcept {
  std::exclusive_scan(counts_.begin(), counts_.end(), counts_.begin(), std::uint64_t{0});
  return counts_.back();
}

void KeyRanksBuilder::beginNumber() {
  words_ = Buffer(budget_, wordCount() * sizeof(RankWord));
  ranks_.words = words_.as<const RankWord>();
}

RankInterval KeyRanksBuilder::number(std::size_t part) noexcept {
  const auto [first, count] = wordsOf(part);
  auto* const words = words_.as<RankWord>();
  std::uint64_t before = counts_[part];
  for (std::uint64_t word = first; word < first + count; ++word) {
    const std::uint64_t bits = ranks_.bitmap[word];
    words[word] = {bits, before};
    before += static_cast<std::uint64_t>(std::popcount(bits));
  }
  return {counts_[part], before - counts_[part]};
}

void KeyRanksBuilder::finish(bool keepsBitmap) noexcept {
  bitmaps_.clear();
  if (keepsBitmap) return;
  bitmap_ = Buffer();
  ranks_.bitmap = nullptr;
}

}  // namespace basalt
