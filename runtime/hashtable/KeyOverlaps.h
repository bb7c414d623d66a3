#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/hashtable/KeyRanks.h"
#include "runtime/memory/Buffer.h"

namespace basalt {

/// Where several sets of keys may have keys in common. The numbers between the smallest and the largest key are divided
/// into intervals, and each set notes those that it has keys in: rows that came in the order of their keys lie in sets
/// that hardly share any. Prepared, then noted by any number of threads, then united, then asked by any number.
class KeyOverlaps {
 public:
  /// Notes the keys of one set.
  class Noter {
   public:
    void note(std::int64_t key) noexcept {
      const std::uint64_t interval = overlaps_.intervalOf(key);
      // Keys in order stay within one for a while.
      if (interval == current_) return;
      current_ = interval;
      std::uint32_t& known = sets_[interval];
      known = known == 0 || known == set_ ? set_ : kSeveral;
    }

   private:
    friend class KeyOverlaps;
    Noter(const KeyOverlaps& overlaps, std::uint32_t* sets, std::uint32_t set) noexcept
        : overlaps_(overlaps), sets_(sets), set_(set) {}

    const KeyOverlaps& overlaps_;
    std::uint32_t* sets_;
    std::uint32_t set_;
    std::uint64_t current_ = UINT64_MAX;
  };

  /// All keys will lie in the range of `ranks`; so many threads note them.
  void prepare(const KeyRanks& ranks, std::size_t threads, std::shared_ptr<MemoryBudget> budget);
  /// For the thread of this number and a set of its own, below 2^32 - 2. Throws ExecutionError(OutOfMemory).
  Noter noter(std::size_t thread, std::size_t set);
  /// All keys have been noted.
  void unite();

  /// Whether more than one set may have the key, one of theirs. Before unite(): never.
  bool mayBeShared(std::int64_t key) const noexcept { return !shared_.empty() && shared_[intervalOf(key)] != 0; }

 private:
  /// Intervals of so many numbers at least, and so many intervals at most: they stay in the cache.
  static constexpr std::uint32_t kLeastShift = 10;
  static constexpr std::uint64_t kMostIntervals = std::uint64_t{1} << 16;
  static constexpr std::uint32_t kSeveral = UINT32_MAX;

  std::uint64_t intervalOf(std::int64_t key) const noexcept {
    return (static_cast<std::uint64_t>(key) - minimum_) >> shift_;
  }

  std::shared_ptr<MemoryBudget> budget_;
  std::uint64_t minimum_ = 0;
  /// Bits of a number within its interval.
  std::uint32_t shift_ = kLeastShift;
  std::uint64_t intervals_ = 0;
  /// By thread, made on first use: by interval, 1 + the set that has keys in it, 0 for none, or kSeveral.
  std::vector<Buffer> sets_;
  /// By interval: 1 where more than one set has keys in it.
  std::vector<std::uint8_t> shared_;
};

}  // namespace basalt
