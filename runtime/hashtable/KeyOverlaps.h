#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/hashtable/KeyRanks.h"

namespace basalt {

/// Where several sets of keys, of which no more than the bounds are known, may have keys in common. Rows that came in
/// the order of their keys lie in sets that hardly overlap.
class KeyOverlaps {
 public:
  /// Of no sets: no overlap.
  KeyOverlaps() = default;
  /// All keys lie in the range of `ranks`.
  KeyOverlaps(const KeyRanks& ranks, std::span<const KeyBounds> sets);

  /// Whether more than one set may have the key, one of theirs.
  bool mayBeShared(std::int64_t key) const noexcept {
    return !shared_.empty() && shared_[(static_cast<std::uint64_t>(key) - minimum_) >> shift_] != 0;
  }

 private:
  /// Intervals of so many numbers at least, and so many intervals at most: they stay in the cache.
  static constexpr std::uint32_t kLeastShift = 10;
  static constexpr std::uint32_t kMostIntervals = std::uint32_t{1} << 16;

  std::uint64_t minimum_ = 0;
  /// Bits of a number within its interval.
  std::uint32_t shift_ = kLeastShift;
  /// By interval: 1 where more than one set has a part in it.
  std::vector<std::uint8_t> shared_;
};

}  // namespace basalt
