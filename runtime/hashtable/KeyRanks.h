#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>

#include "runtime/Annotations.h"
#include "runtime/memory/Buffer.h"

namespace basalt {

/// 64 neighbouring keys.
struct BASALT_SHARED RankWord {
  /// Bit i: key 64 * word + i is there.
  std::uint64_t present;
  /// How many of the keys below these are there.
  std::uint64_t before;
};

/// A set of integers that numbers its members in ascending order, without gaps: a bitmap with a count per word, so that
/// a rank is one addition and one population count (Jacobson: "Space-efficient Static Trees and Graphs", FOCS 1989). An
/// array with an entry per member then stands for a hash table: no hash, no collision, and neighbouring keys are
/// neighbours in memory, so that probes in key order read it in order. Misses look at the bitmap alone, which takes two
/// bits for each number between the smallest and the largest member.
struct BASALT_SHARED KeyRanks {
  /// At least one, even without members.
  const RankWord* words;
  /// The smallest member.
  std::uint64_t minimum;
  /// The largest member - the smallest one + 1.
  std::uint64_t range;
};

inline constexpr std::uint64_t kNoRank = UINT64_MAX;

/// Where a key is found among the members.
struct KeyPlace {
  bool isMember;
  /// How many members are smaller, if it is one; else some number up to that of all members.
  std::uint64_t rank;
};

/// Without branches, so that it can be part of vector code.
inline KeyPlace keyPlace(const KeyRanks& ranks, std::int64_t key) noexcept {
  const std::uint64_t offset = static_cast<std::uint64_t>(key) - ranks.minimum;
  const bool isInRange = offset < ranks.range;
  const RankWord word = ranks.words[(isInRange ? offset : 0) >> 6];
  const std::uint64_t bit = std::uint64_t{1} << (offset & 63);
  return {(isInRange & ((word.present & bit) != 0)) != 0,
          word.before + static_cast<std::uint64_t>(std::popcount(word.present & (bit - 1)))};
}

/// How many members are smaller than `key`; kNoRank when it is none itself.
inline std::uint64_t keyRank(const KeyRanks& ranks, std::int64_t key) noexcept {
  const KeyPlace place = keyPlace(ranks, key);
  return place.isMember ? place.rank : kNoRank;
}

/// Collects a set of integers, in three steps: widen() by all keys, add all of them by an Adder per thread, number().
/// The first two from any number of threads.
class KeyRanksBuilder {
 public:
  /// Adds keys of which neighbours often come together: they go to the set by words.
  class Adder {
   public:
    explicit Adder(KeyRanksBuilder& builder) noexcept : builder_(builder) {}
    Adder(const Adder&) = delete;
    Adder& operator=(const Adder&) = delete;

    void add(std::int64_t key) noexcept {
      const std::uint64_t offset = static_cast<std::uint64_t>(key) - builder_.ranks_.minimum;
      const std::uint64_t bit = std::uint64_t{1} << (offset & 63);
      if (offset >> 6 != word_) {
        flush();
        word_ = offset >> 6;
      }
      repeated_ += (bits_ & bit) != 0 ? 1 : 0;
      bits_ |= bit;
    }
    /// Brings the last ones to the set; how many of the keys were there already.
    std::uint64_t finish() noexcept {
      flush();
      return repeated_;
    }

   private:
    void flush() noexcept {
      if (bits_ != 0) repeated_ += builder_.addWord(word_, bits_);
      bits_ = 0;
    }

    KeyRanksBuilder& builder_;
    std::uint64_t word_ = 0;
    /// Keys of this word that the set has not got yet.
    std::uint64_t bits_ = 0;
    std::uint64_t repeated_ = 0;
  };

  /// Numbers from the smallest to the largest key for each of them, beyond which a bitmap of 64 bytes a key takes more
  /// than it gives; how many are few enough in any case: 256 KiB, which stay in a processor's own cache; and how many
  /// are, where lookups are so many that making the bitmap does not count: 16 MiB, for a lookup per 4 numbers.
  static constexpr std::uint64_t kMaxRangePerKey = 256;
  static constexpr std::uint64_t kSmallRange = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kMaxRangeForLookups = std::uint64_t{1} << 26;
  static constexpr double kMaxRangePerLookup = 4;

  /// The keys lie between these, and others lie elsewhere.
  void widen(std::int64_t smallest, std::int64_t largest) noexcept;
  /// Whether `count` keys, the ones seen, lie close enough together for so many lookups.
  bool isDense(std::uint64_t count, double lookups) const noexcept;
  /// Makes room. Throws ExecutionError(OutOfMemory).
  void prepare(const std::shared_ptr<MemoryBudget>& budget);
  /// Ends the collecting; the number of members.
  std::uint64_t number() noexcept;

  const KeyRanks& ranks() const noexcept { return ranks_; }

 private:
  /// How many of the bits were there already.
  std::uint64_t addWord(std::uint64_t word, std::uint64_t bits) noexcept;

  std::atomic<std::int64_t> smallest_{INT64_MAX};
  std::atomic<std::int64_t> largest_{INT64_MIN};
  Buffer words_;
  KeyRanks ranks_{};
};

}  // namespace basalt
