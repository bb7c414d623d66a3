#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/hashtable/KeyRanks.h"
#include "runtime/rows/RowCollection.h"

namespace basalt {

/// The header of a build row that is found by the rank of its key. Where nobody asks for rows, they have none at all.
struct BASALT_SHARED JoinRow {
  /// The next row of the same directory slot, or null pointer.
  const JoinRow* next;
};

/// The header of a build row that may have to be found by its hash.
struct BASALT_SHARED HashedJoinRow {
  JoinRow row;
  std::uint64_t hash;
};

/// The header of a build row of which more has to be known: it may be put out after all probing.
struct BASALT_SHARED TrackedJoinRow {
  HashedJoinRow row;
  /// Not 0 when a probe row has matched it. Probes write it from any thread.
  std::uint8_t isMatched;
  /// Not 0 when it has a NULL in a key, so that it matches nothing and is in no chain.
  std::uint8_t isUnlinked;
};

/// What a build row begins with, in front of its columns.
enum class JoinRowHeader : std::uint8_t { None, Linked, Hashed, Tracked };

constexpr std::uint32_t byteSize(JoinRowHeader header) noexcept {
  constexpr std::array<std::uint32_t, 4> kSizes = {0, sizeof(JoinRow), sizeof(HashedJoinRow), sizeof(TrackedJoinRow)};
  return kSizes[static_cast<std::size_t>(header)];
}

/// What a probe needs of a join's table: chained rows, found in one of two ways.
///
/// Hashed: behind a directory of tagged pointers. An entry holds the address of the slot's first row in its low 48 bits
/// and in the high 16 a Bloom filter of the slot's hashes, so most misses touch no row. (Leis, Boncz, Kemper, Neumann:
/// "Morsel-Driven Parallelism", SIGMOD 2014, section 4.2.)
///
/// Ranked: where the first key is an integer and its values lie close together, by its rank among them. All rows of a
/// chain have that key. Without a directory where nobody asks for a row.
///
/// Rows of a chain are in no particular order: where several threads build, it differs from run to run.
struct BASALT_SHARED JoinTable {
  /// Hashed: tagged pointers. Ranked: plain pointers, by rank.
  const std::uint64_t* directory;
  /// Hashed: the slot of a hash is `hash >> shift`.
  std::uint64_t shift;
  /// Ranked; else empty.
  KeyRanks ranks;
  /// A row of the table's layout that is in no chain and whose nullable columns are all NULL: what extends a probe row
  /// without a match.
  const JoinRow* nullRow;
  /// All rows of the build side that are stored, those in no chain included.
  std::uint64_t rowCount;
  /// Those of them that are in no chain.
  std::uint64_t unlinkedRows;
  /// Not 0 for a ranked table.
  std::uint64_t ranked;
  /// Not 0 for a ranked table whose rows do not lie in the order of their keys, more or less.
  std::uint64_t scattered;

  bool isRanked() const noexcept { return ranked != 0; }
  /// Whether a candidate may have the hash that was looked up; in a ranked table nobody asks for a hash.
  bool mayMatch(const JoinRow* row, std::uint64_t hash) const noexcept {
    return isRanked() || reinterpret_cast<const HashedJoinRow*>(row)->hash == hash;  // NOLINT
  }
};

/// The filter bit of a hash within a directory entry.
inline std::uint64_t joinTagBit(std::uint64_t hash) noexcept { return std::uint64_t{1} << (48 + (hash & 15)); }

/// The first candidate for `hash`, or null pointer.
BASALT_PRELUDE inline const JoinRow* joinTableFirst(const JoinTable* table, std::uint64_t hash) noexcept {
  constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << 48) - 1;
  const std::uint64_t entry = table->directory[hash >> table->shift];
  if ((entry & joinTagBit(hash)) == 0) return nullptr;
  return reinterpret_cast<const JoinRow*>(entry & kAddressMask);  // NOLINT
}

/// The first candidate of a rank, or null pointer for kNoRank.
BASALT_PRELUDE inline const JoinRow* joinTableRankedAt(const JoinTable* table, std::uint64_t rank) noexcept {
  return rank == kNoRank ? nullptr : reinterpret_cast<const JoinRow*>(table->directory[rank]);  // NOLINT
}

/// The first candidate for `key`, the first one of a ranked table with a directory, or null pointer.
BASALT_PRELUDE inline const JoinRow* joinTableRanked(const JoinTable* table, std::int64_t key) noexcept {
  return joinTableRankedAt(table, keyRank(table->ranks, key));
}

/// Whether a ranked table has candidates for `key`; where nobody asks for rows, or JoinFacts::isSelective.
BASALT_PRELUDE inline bool joinTableHasKey(const JoinTable* table, std::int64_t key) noexcept {
  return hasKey(table->ranks, key);
}

/// The same where JoinFacts::isNarrow.
BASALT_PRELUDE inline bool joinTableHasNarrowKey(const JoinTable* table, std::int32_t key) noexcept {
  return hasNarrowKey(table->ranks, key);
}

/// False for most keys without candidates, true for all that have some; where JoinFacts::isSparse.
BASALT_PRELUDE inline bool joinTableMayHaveNarrowKey(const JoinTable* table, std::int32_t key) noexcept {
  return mayHaveNarrowKey(table->ranks, key);
}

// Asking for memory ahead of a lookup: the functions of a kind are called in their order, each for many rows before the
// next one, so that what one reads has come since the one before asked for it.

BASALT_PRELUDE inline void joinTablePrefetchSlot(const JoinTable* table, std::uint64_t hash) noexcept {
  __builtin_prefetch(&table->directory[hash >> table->shift], 0, 2);
}
BASALT_PRELUDE inline void joinTablePrefetchRow(const JoinTable* table, std::uint64_t hash,
                                                std::uint64_t rowBytes) noexcept {
  rowPrefetchToRead(joinTableFirst(table, hash), rowBytes);
}
BASALT_PRELUDE inline void joinTablePrefetchRank(const JoinTable* table, std::int64_t key) noexcept {
  const std::uint64_t word = (static_cast<std::uint64_t>(key) - table->ranks.minimum) >> 6;
  __builtin_prefetch(&table->ranks.bitmap[word], 0, 2);
  __builtin_prefetch(&table->ranks.before[word], 0, 2);
}
/// Returns the key's rank, or kNoRank.
BASALT_PRELUDE inline std::uint64_t joinTablePrefetchRankedSlot(const JoinTable* table, std::int64_t key) noexcept {
  const std::uint64_t rank = keyRank(table->ranks, key);
  __builtin_prefetch(&table->directory[rank], 0, 2);
  return rank;
}
BASALT_PRELUDE inline void joinTablePrefetchRankedRow(const JoinTable* table, std::uint64_t rank,
                                                      std::uint64_t rowBytes) noexcept {
  rowPrefetchToRead(joinTableRankedAt(table, rank), rowBytes);
}
/// The same where a key may have several candidates: rows that came one after the other are chained from the last to
/// the first, each behind the next.
BASALT_PRELUDE inline void joinTablePrefetchRankedChain(const JoinTable* table, std::uint64_t rank,
                                                        std::uint64_t rowBytes) noexcept {
  constexpr std::uintptr_t kCacheLine = 64;
  const JoinRow* const row = joinTableRankedAt(table, rank);
  rowPrefetchToRead(row, rowBytes);
  const std::uintptr_t before = reinterpret_cast<std::uintptr_t>(row) - kCacheLine;  // NOLINT
  __builtin_prefetch(reinterpret_cast<const void*>(before), 0, 2);                   // NOLINT
}
/// Whether rows and directory take a good part of a processor's own cache, which what streams through it leaves to
/// nobody for long, so that asking ahead pays.
BASALT_PRELUDE inline bool joinTableIsLarge(const JoinTable* table, std::uint64_t rowBytes) noexcept {
  return table->rowCount * (rowBytes + sizeof(table->directory[0])) >= (std::uint64_t{1} << 19);
}
/// The same of a ranked table into which so many rows with keys from one to the other look. In their order and close to
/// each other they read memory that the processor foresees. Some way apart they do not, but of a table of moderate size
/// they meet the next cache, which the window bridges.
BASALT_PRELUDE inline bool joinTableIsLargeBetween(const JoinTable* table, std::int64_t first, std::int64_t last,
                                                   std::uint64_t rows, std::uint64_t rowBytes) noexcept {
  constexpr std::uint64_t kFar = 32;
  const std::uint64_t distance = first < last ? static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first)
                                              : static_cast<std::uint64_t>(first) - static_cast<std::uint64_t>(last);
  if (table->scattered != 0 || distance >= (std::uint64_t{1} << 14)) return joinTableIsLarge(table, rowBytes);
  return table->rowCount >= (std::uint64_t{1} << 18) && distance / kFar >= rows;
}

/// Notes that a probe row has matched `row`, which has a TrackedJoinRow header. Any number of threads may do so at
/// once.
BASALT_PRELUDE inline void joinRowMark(const JoinRow* row) noexcept {
  auto* const tracked = reinterpret_cast<TrackedJoinRow*>(const_cast<JoinRow*>(row));  // NOLINT
  // Most rows that are matched are matched often, and reading leaves the cache line to all processors.
  if (__atomic_load_n(&tracked->isMatched, __ATOMIC_RELAXED) == 0) {
    __atomic_store_n(&tracked->isMatched, std::uint8_t{1}, __ATOMIC_RELAXED);
  }
}

/// Notes in a worker's `marks`, of JoinTableBuilder::keyMarks(), that one of its probe rows has this key: a byte by
/// rank is in the cache where the row is not.
BASALT_PRELUDE inline void joinTableMarkKey(const JoinTable* table, std::uint8_t* marks, std::int64_t key) noexcept {
  const KeyPlace place = keyPlace(table->ranks, key);
  // One branch, foreseen once most keys have been met.
  if (place.isMember & (marks[place.rank] == 0)) [[unlikely]]
    marks[place.rank] = 1;
}

}  // namespace basalt
