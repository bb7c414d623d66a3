#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/memory/Buffer.h"

namespace basalt {

/// A set of integers that numbers its members in ascending order, without gaps: a bitmap with a count per word, so that
/// a rank is one addition and one population count (Jacobson: "Space-efficient Static Trees and Graphs", FOCS 1989). An
/// array with an entry per member then stands for a hash table: no hash, no collision, and neighbouring keys are
/// neighbours in memory, so that probes in key order read it in order. One and a half bits for each number between the
/// smallest and the largest member.
///
/// Bits and counts lie apart: often all that is asked, or is asked first, is whether a key is a member. Few members far
/// apart have a coarse bitmap besides, with a bit for several neighbouring numbers: it stays in the first-level cache,
/// and tells most keys that are no members.
struct BASALT_SHARED KeyRanks {
  /// Bit i of word w: key 64 * w + i is there. Up to the one with the bit `range`, which is not set.
  const std::uint64_t* bitmap = nullptr;
  /// For ranks; else null pointer. By word: how many keys below its own are there.
  const std::uint32_t* before = nullptr;
  /// The smallest member.
  std::uint64_t minimum = 0;
  /// The largest member - the smallest one + 1.
  std::uint64_t range = 0;
  /// Of few members that are narrow; else null pointer. Bit i of word w: one of the numbers (32 * w + i) << coarseShift
  /// and those up to the next bit's is a member. One bit more than they need, which is not set.
  const std::uint32_t* coarse = nullptr;
  std::uint64_t coarseShift = 0;
};

inline constexpr std::uint64_t kNoRank = UINT64_MAX;

/// Where a key is found among the members.
struct KeyPlace {
  bool isMember;
  /// How many members are smaller, if it is one; else some number up to that of all members.
  std::uint64_t rank;
};

/// The bit of a key. All keys out of range share the one behind the last, which nobody sets.
inline std::uint64_t keyBit(const KeyRanks& ranks, std::int64_t key) noexcept {
  const std::uint64_t offset = static_cast<std::uint64_t>(key) - ranks.minimum;
  return offset < ranks.range ? offset : ranks.range;
}

/// Without branches, as are the functions below, so that they can be part of vector code.
inline KeyPlace keyPlace(const KeyRanks& ranks, std::int64_t key) noexcept {
  const std::uint64_t index = keyBit(ranks, key);
  const std::uint64_t word = ranks.bitmap[index >> 6];
  const std::uint64_t bit = std::uint64_t{1} << (index & 63);
  return {(word & bit) != 0, ranks.before[index >> 6] + static_cast<std::uint64_t>(std::popcount(word & (bit - 1)))};
}

/// Whether `key` is a member.
inline bool hasKey(const KeyRanks& ranks, std::int64_t key) noexcept {
  const std::uint64_t index = keyBit(ranks, key);
  return ((ranks.bitmap[index >> 6] >> (index & 63)) & 1) != 0;
}

/// Whether all members are integers of 32 bits and lie less than 2^31 apart.
inline bool isNarrow(const KeyRanks& ranks) noexcept {
  const auto smallest = static_cast<std::int64_t>(ranks.minimum);
  return smallest >= INT32_MIN && smallest <= INT32_MAX && ranks.range <= INT32_MAX &&
         smallest + static_cast<std::int64_t>(ranks.range) <= std::int64_t{INT32_MAX} + 1;
}

/// The same where isNarrow(ranks), all in 32 bits, of which vector code tests twice as many at once.
inline bool hasNarrowKey(const KeyRanks& ranks, std::int32_t key) noexcept {
  // Keys below the smallest one wrap around to numbers beyond that of the largest integer, and so beyond the range.
  const std::uint32_t offset = static_cast<std::uint32_t>(key) - static_cast<std::uint32_t>(ranks.minimum);
  const auto range = static_cast<std::uint32_t>(ranks.range);
  const std::uint32_t index = offset < range ? offset : range;
  // Words of 64 bits are pairs of such of 32.
  static_assert(std::endian::native == std::endian::little);
  std::uint32_t bits;
  std::memcpy(&bits, reinterpret_cast<const std::byte*>(ranks.bitmap) + sizeof(bits) * (index >> 5),  // NOLINT
              sizeof(bits));
  return ((bits >> (index & 31)) & 1) != 0;
}

/// False for most keys that are no members, true for all that are; where there is a coarse bitmap.
inline bool mayHaveNarrowKey(const KeyRanks& ranks, std::int32_t key) noexcept {
  const std::uint32_t offset = static_cast<std::uint32_t>(key) - static_cast<std::uint32_t>(ranks.minimum);
  const auto end = static_cast<std::uint32_t>(((ranks.range - 1) >> ranks.coarseShift) + 1);
  const std::uint32_t number = offset >> ranks.coarseShift;
  const std::uint32_t index = number < end ? number : end;
  return ((ranks.coarse[index >> 5] >> (index & 31)) & 1) != 0;
}

/// How many members are smaller than `key`; kNoRank when it is none itself.
inline std::uint64_t keyRank(const KeyRanks& ranks, std::int64_t key) noexcept {
  const KeyPlace place = keyPlace(ranks, key);
  return place.isMember ? place.rank : kNoRank;
}

/// `count` numbers from `first` on.
struct RankInterval {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// Integers from one to the other, both included; none to begin with.
struct KeyBounds {
  std::int64_t smallest = INT64_MAX;
  std::int64_t largest = INT64_MIN;

  void widen(std::int64_t key) noexcept { widen(KeyBounds{.smallest = key, .largest = key}); }
  void widen(const KeyBounds& other) noexcept {
    smallest = std::min(smallest, other.smallest);
    largest = std::max(largest, other.largest);
  }
  bool isEmpty() const noexcept { return smallest > largest; }
  std::uint64_t distance() const noexcept {
    return static_cast<std::uint64_t>(largest) - static_cast<std::uint64_t>(smallest);
  }
};

/// Collects sets of integers into one: widen() by all keys; prepare(); each thread adds keys of a set through an Adder
/// of its own; then the members are counted and, where somebody asks for ranks, numbered, range by range. All but
/// prepare(), the begins and finish() from any number of threads.
///
/// It also knows where sets may have keys in common: of each block of numbers, whether more than one has keys in it.
/// Rows that come in the order of their keys make sets that hardly share any block.
class KeyRanksBuilder {
 public:
  /// Adds keys to the bitmap of one thread, which shares no memory with the others': a bit set in common memory would
  /// take a locked instruction, and wait for the one before. Threads often have keys in different places, and each
  /// clears only those blocks that it has keys in.
  class Adder {
   public:
    void add(std::int64_t key) noexcept {
      const std::uint64_t offset = static_cast<std::uint64_t>(key) - minimum_;
      // Keys in order stay within one block for a while.
      if (offset / kNumbersPerBlock != block_) enter(offset / kNumbersPerBlock);
      words_[offset >> 6] |= std::uint64_t{1} << (offset & 63);
    }

   private:
    friend class KeyRanksBuilder;
    Adder(std::uint64_t* words, std::uint32_t* sets, std::uint64_t minimum, std::uint32_t set) noexcept
        : words_(words), sets_(sets), minimum_(minimum), set_(set) {}
    void enter(std::uint64_t block) noexcept {
      block_ = block;
      std::uint32_t& known = sets_[block];
      if (known == 0) std::fill_n(words_ + block * kWordsPerBlock, kWordsPerBlock, std::uint64_t{0});
      known = known == 0 || known == set_ ? set_ : kSeveral;
    }

    std::uint64_t* words_;
    /// As in Bitmap.
    std::uint32_t* sets_;
    std::uint64_t minimum_;
    std::uint32_t set_;
    /// The one of the last key.
    std::uint64_t block_ = UINT64_MAX;
  };

  /// Numbers from the smallest to the largest key for each of them, beyond which words of 64 bytes a key take more than
  /// they give; how many are few enough in any case: 256 KiB, which stay in a processor's own cache; and how many
  /// are, where lookups are so many that making the bitmap does not count: 16 MiB, for a lookup per 4 numbers.
  static constexpr std::uint64_t kMaxRangePerKey = 256;
  static constexpr std::uint64_t kSmallRange = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kMaxRangeForLookups = std::uint64_t{1} << 26;
  static constexpr double kMaxRangePerLookup = 4;

  /// Some keys, or none, lie between these, and others lie elsewhere.
  void widen(const KeyBounds& bounds) noexcept;
  /// Whether any number of keys between these bounds lies close enough together for so many lookups.
  static bool isSurelyDense(const KeyBounds& bounds, double lookups) noexcept;
  /// Whether `count` keys, the ones seen, do; and can be counted.
  bool isDense(std::uint64_t count, double lookups) const noexcept;
  /// All keys have been seen; so many threads may add them.
  void prepare(std::shared_ptr<MemoryBudget> budget, std::size_t threads);
  /// For the thread of this number, which calls it itself, and the set of that, below 2^32 - 2. Throws
  /// ExecutionError(OutOfMemory).
  Adder adder(std::size_t thread, std::size_t set);

  /// Ends the collecting; in how many parts the members are counted and numbered. Throws ExecutionError(OutOfMemory).
  std::size_t beginCount();
  std::size_t partCount() const noexcept { return counts_.size() - 1; }
  void count(std::size_t part) noexcept;
  /// After all parts have been counted; the number of members.
  std::uint64_t endCount() noexcept;
  /// After that: says that somebody will ask for ranks. Throws ExecutionError(OutOfMemory).
  void beginNumber();
  /// After that: says that a coarse bitmap is of use; returns whether the members are few enough for one. Throws
  /// ExecutionError(OutOfMemory).
  bool beginCoarse();
  /// Makes what was begun; returns the numbers of the part's members.
  RankInterval number(std::size_t part) noexcept;
  /// After all parts have been counted, or numbered: frees what is not asked for any more.
  void finish() noexcept { bitmaps_.clear(); }
  /// In place of numbering: frees all, since nobody will ask.
  void discard() noexcept;

  const KeyRanks& ranks() const noexcept { return ranks_; }
  /// Whether more than one set may have this key, which one has; known where there are several threads, after all parts
  /// have been counted, and never before.
  bool mayBeShared(std::int64_t key) const noexcept {
    return !isShared_.empty() && isShared_[(static_cast<std::uint64_t>(key) - ranks_.minimum) / kNumbersPerBlock] != 0;
  }

 private:
  /// 256 bytes.
  static constexpr std::uint64_t kWordsPerBlock = 32;
  static constexpr std::uint64_t kNumbersPerBlock = kWordsPerBlock * 64;
  /// That one part takes on: 64 KiB.
  static constexpr std::uint64_t kBlocksPerPart = 256;
  static constexpr std::uint64_t kWordsPerPart = kBlocksPerPart * kWordsPerBlock;
  static constexpr std::uint64_t kNumbersPerPart = kWordsPerPart * 64;
  static constexpr std::uint32_t kSeveral = UINT32_MAX;
  /// Bits of a coarse bitmap: 32 KiB. Of more than one in so many of them set, the rows that pass cost too much.
  static constexpr std::uint64_t kMostCoarseBits = std::uint64_t{1} << 18;
  static constexpr std::uint64_t kCoarseBitsPerMember = 16;

  /// Which keys one thread has added.
  struct Bitmap {
    /// Whole blocks; those not in use hold anything.
    Buffer words;
    /// By block: 1 + the set that the thread has keys of there, 0 for none, or kSeveral.
    std::vector<std::uint32_t> sets;

    /// What `sets` says of the block; 0 where no thread has made the bitmap.
    std::uint32_t set(std::uint64_t block) const noexcept { return sets.empty() ? 0 : sets[block]; }
  };

  std::uint64_t wordCount() const noexcept { return ranks_.range / 64 + 1; }
  std::uint64_t blockCount() const noexcept { return ranks_.range / kNumbersPerBlock + 1; }
  RankInterval wordsOf(std::size_t part) const noexcept;
  Bitmap makeBitmap() const;
  /// Adds to a block what all others have in it.
  void unite(std::uint64_t block) noexcept;
  /// Sets the coarse bits of some words.
  void coarsen(RankInterval words) noexcept;

  std::atomic<std::int64_t> smallest_{INT64_MAX};
  std::atomic<std::int64_t> largest_{INT64_MIN};
  std::shared_ptr<MemoryBudget> budget_;
  /// By thread, made on first use, until they are united.
  std::vector<Bitmap> bitmaps_;
  /// Of all threads: one thread's, to which the others' are added.
  Bitmap bitmap_;
  /// By block: 1 where several sets have keys. None with a single thread.
  std::vector<std::uint8_t> isShared_;
  Buffer before_;
  Buffer coarse_;
  /// By part: the members in it; from endCount() on, those before it, and one entry more.
  std::vector<std::uint64_t> counts_;
  KeyRanks ranks_{};
};

}  // namespace basalt
