#include "runtime/hashtable/KeyRanks.h"

#include <algorithm>
#include <functional>
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
  if (count > UINT32_MAX) return false;
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

KeyRanksBuilder::Bitmap KeyRanksBuilder::makeBitmap() const {
  return {.words = Buffer(budget_, blockCount() * kWordsPerBlock * sizeof(std::uint64_t)),
          .isUsed = std::vector<std::uint8_t>(blockCount())};
}

KeyRanksBuilder::Adder KeyRanksBuilder::adder(std::size_t thread) {
  Bitmap& bitmap = bitmaps_[thread];
  if (bitmap.isUsed.empty()) bitmap = makeBitmap();
  return {bitmap.words.as<std::uint64_t>(), bitmap.isUsed.data(), ranks_.minimum};
}

RankInterval KeyRanksBuilder::wordsOf(std::size_t part) const noexcept {
  const std::uint64_t first = part * kWordsPerPart;
  return {first, std::min(kWordsPerPart, wordCount() - first)};
}

std::size_t KeyRanksBuilder::beginCount() {
  const auto made = std::ranges::find_if(bitmaps_, [](const Bitmap& bitmap) { return !bitmap.isUsed.empty(); });
  bitmap_ = made != bitmaps_.end() ? std::exchange(*made, Bitmap()) : makeBitmap();
  ranks_.bitmap = bitmap_.words.as<const std::uint64_t>();
  counts_.assign((wordCount() + kWordsPerPart - 1) / kWordsPerPart + 1, 0);
  return counts_.size() - 1;
}

void KeyRanksBuilder::unite(std::uint64_t block) noexcept {
  const auto wordsOfBlock = [block](const Bitmap& bitmap) {
    return std::span<std::uint64_t, kWordsPerBlock>(bitmap.words.as<std::uint64_t>() + block * kWordsPerBlock,
                                                    kWordsPerBlock);
  };
  const std::span united = wordsOfBlock(bitmap_);
  bool isUsed = bitmap_.isUsed[block] != 0;
  for (const Bitmap& bitmap : bitmaps_) {
    if (bitmap.isUsed.empty() || bitmap.isUsed[block] == 0) continue;
    const std::span added = wordsOfBlock(bitmap);
    if (isUsed) {
      std::ranges::transform(united, added, united.begin(), std::bit_or());
    } else {
      std::ranges::copy(added, united.begin());
    }
    isUsed = true;
  }
  if (!isUsed) std::ranges::fill(united, 0);
}

void KeyRanksBuilder::count(std::size_t part) noexcept {
  const std::uint64_t firstBlock = part * kBlocksPerPart;
  const std::uint64_t endBlock = std::min(firstBlock + kBlocksPerPart, blockCount());
  for (std::uint64_t block = firstBlock; block < endBlock; ++block) unite(block);
  const auto [first, count] = wordsOf(part);
  std::uint64_t members = 0;
  for (const std::uint64_t bits : std::span(ranks_.bitmap + first, count)) {
    members += static_cast<std::uint64_t>(std::popcount(bits));
  }
  counts_[part] = members;
}

std::uint64_t KeyRanksBuilder::endCount() noexcept {
  std::exclusive_scan(counts_.begin(), counts_.end(), counts_.begin(), std::uint64_t{0});
  return counts_.back();
}

void KeyRanksBuilder::beginNumber() {
  before_ = Buffer(budget_, wordCount() * sizeof(std::uint32_t));
  ranks_.before = before_.as<const std::uint32_t>();
}

RankInterval KeyRanksBuilder::number(std::size_t part) noexcept {
  const auto [first, count] = wordsOf(part);
  auto* const beforeWord = before_.as<std::uint32_t>();
  std::uint64_t before = counts_[part];
  for (std::uint64_t word = first; word < first + count; ++word) {
    beforeWord[word] = static_cast<std::uint32_t>(before);
    before += static_cast<std::uint64_t>(std::popcount(ranks_.bitmap[word]));
  }
  return {counts_[part], before - counts_[part]};
}

void KeyRanksBuilder::makeCoarse() {
  if (!isNarrow(ranks_) || ranks_.range <= kMostCoarseBits) return;
  const auto shift = static_cast<std::uint64_t>(std::bit_width((ranks_.range - 1) / kMostCoarseBits));
  const std::uint64_t bits = ((ranks_.range - 1) >> shift) + 1;
  if (counts_.back() > bits / kCoarseBitsPerMember) return;
  coarse_ = Buffer::zeroed(budget_, (bits / 32 + 1) * sizeof(std::uint32_t));
  auto* const coarse = coarse_.as<std::uint32_t>();
  for (std::uint64_t word = 0; word < wordCount(); ++word) {
    for (std::uint64_t rest = ranks_.bitmap[word]; rest != 0; rest &= rest - 1) {
      const std::uint64_t bit = (64 * word + static_cast<std::uint64_t>(std::countr_zero(rest))) >> shift;
      coarse[bit / 32] |= std::uint32_t{1} << (bit % 32);
    }
  }
  ranks_.coarse = coarse;
  ranks_.coarseShift = shift;
}

void KeyRanksBuilder::discard() noexcept {
  finish();
  bitmap_ = Bitmap();
  ranks_ = {};
}

}  // namespace basalt
