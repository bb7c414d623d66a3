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
          .sets = std::vector<std::uint32_t>(blockCount())};
}

KeyRanksBuilder::Adder KeyRanksBuilder::adder(std::size_t thread, std::size_t set) {
  Bitmap& bitmap = bitmaps_[thread];
  if (bitmap.sets.empty()) bitmap = makeBitmap();
  return {bitmap.words.as<std::uint64_t>(), bitmap.sets.data(), ranks_.minimum, static_cast<std::uint32_t>(set + 1)};
}

RankInterval KeyRanksBuilder::wordsOf(std::size_t part) const noexcept {
  const std::uint64_t first = part * kWordsPerPart;
  return {first, std::min(kWordsPerPart, wordCount() - first)};
}

std::size_t KeyRanksBuilder::beginCount() {
  const auto made = std::ranges::find_if(bitmaps_, [](const Bitmap& bitmap) { return !bitmap.sets.empty(); });
  bitmap_ = made != bitmaps_.end() ? std::exchange(*made, Bitmap()) : makeBitmap();
  ranks_.bitmap = bitmap_.words.as<const std::uint64_t>();
  if (bitmaps_.size() > 1) isShared_.assign(blockCount(), 0);
  counts_.assign((wordCount() + kWordsPerPart - 1) / kWordsPerPart + 1, 0);
  return counts_.size() - 1;
}

void KeyRanksBuilder::unite(std::uint64_t block) noexcept {
  const auto wordsOfBlock = [block](const Bitmap& bitmap) {
    return std::span<std::uint64_t, kWordsPerBlock>(bitmap.words.as<std::uint64_t>() + block * kWordsPerBlock,
                                                    kWordsPerBlock);
  };
  const std::span united = wordsOfBlock(bitmap_);
  bool isUsed = bitmap_.set(block) != 0;
  bool isShared = bitmap_.set(block) == kSeveral;
  for (const Bitmap& bitmap : bitmaps_) {
    const std::uint32_t set = bitmap.set(block);
    if (set == 0) continue;
    isShared = isShared || isUsed || set == kSeveral;
    const std::span added = wordsOfBlock(bitmap);
    if (isUsed) {
      std::ranges::transform(united, added, united.begin(), std::bit_or());
    } else {
      std::ranges::copy(added, united.begin());
    }
    isUsed = true;
  }
  if (!isUsed) std::ranges::fill(united, 0);
  if (!isShared_.empty()) isShared_[block] = isShared ? 1 : 0;
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

bool KeyRanksBuilder::beginCoarse() {
  if (!isNarrow(ranks_) || ranks_.range <= kMostCoarseBits) return false;
  const auto shift = static_cast<std::uint64_t>(std::bit_width((ranks_.range - 1) / kMostCoarseBits));
  const std::uint64_t bits = ((ranks_.range - 1) >> shift) + 1;
  if (counts_.back() > bits / kCoarseBitsPerMember) return false;
  coarse_ = Buffer::zeroed(budget_, (bits / 32 + 1) * sizeof(std::uint32_t));
  ranks_.coarse = coarse_.as<const std::uint32_t>();
  ranks_.coarseShift = shift;
  return true;
}

void KeyRanksBuilder::coarsen(RankInterval words) noexcept {
  // Parts write to words of their own.
  static_assert(kNumbersPerPart >> std::bit_width(INT32_MAX / kMostCoarseBits) >= 32);
  auto* const coarse = coarse_.as<std::uint32_t>();
  for (std::uint64_t word = words.first; word < words.first + words.count; ++word) {
    for (std::uint64_t rest = ranks_.bitmap[word]; rest != 0; rest &= rest - 1) {
      const std::uint64_t number = 64 * word + static_cast<std::uint64_t>(std::countr_zero(rest));
      const std::uint64_t bit = number >> ranks_.coarseShift;
      coarse[bit / 32] |= std::uint32_t{1} << (bit % 32);
    }
  }
}

RankInterval KeyRanksBuilder::number(std::size_t part) noexcept {
  const RankInterval words = wordsOf(part);
  if (ranks_.before != nullptr) {
    auto* const beforeWord = before_.as<std::uint32_t>();
    std::uint64_t before = counts_[part];
    for (std::uint64_t word = words.first; word < words.first + words.count; ++word) {
      beforeWord[word] = static_cast<std::uint32_t>(before);
      before += static_cast<std::uint64_t>(std::popcount(ranks_.bitmap[word]));
    }
  }
  if (ranks_.coarse != nullptr) coarsen(words);
  return {counts_[part], counts_[part + 1] - counts_[part]};
}

void KeyRanksBuilder::discard() noexcept {
  finish();
  bitmap_ = Bitmap();
  isShared_.clear();
  ranks_ = {};
}

}  // namespace basalt
