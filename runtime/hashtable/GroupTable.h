#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/rows/RowCollection.h"

namespace basalt {

/// The header of a group's row.
struct BASALT_SHARED GroupRow {
  std::uint64_t hash;
};

/// The header of a group's row where groups have numbers: short, so that a key of four bytes fits beside it.
struct BASALT_SHARED NumberedGroup {
  /// That of the keys' combination; in an array of rows one more, and 0 where no group is.
  std::uint32_t number;
};

/// How an integer key counts in the number of a combination of keys: (key - minimum) * stride.
struct BASALT_SHARED KeyStride {
  std::uint64_t minimum;
  std::uint64_t stride;
};

class LocalGroups;

inline constexpr std::uint64_t kNumbersPerBlock = 512;

/// One worker's hash table of groups: linear probing over entries that hold a row's address in the low 48 bits and the
/// hash's top 16 bits above. It stays within the cache: when it holds `limit` groups, the directory is emptied, while
/// its rows stay where they are; the same group may then occur more than once among a worker's rows, and merging unites
/// them. (Leis et al., SIGMOD 2014, section 4.4: local pre-aggregation.)
///
/// Where hardly two rows had a group in common until then, looking for groups costs more than it saves, and for a while
/// every row makes one of its own: the directory then is a single slot that stays free, so that nobody who looks need
/// know. (Müller, Sanders, Lacurie, Lehner, Färber: "Cache-Efficient Aggregation: Hashing Is Sorting", SIGMOD 2015:
/// switching between hashing and partitioning by the reduction seen.)
///
/// Where every key is an integer and there are few combinations of values, an array over these stands for the
/// directory: the number of a combination takes the place of its hash. It holds the rows' addresses; or, where hardly a
/// combination is left out, the rows themselves.
///
/// A large array of addresses is not made before it is needed: as long as groups come in the order of their numbers, as
/// they do from a table that is clustered by the key, a row belongs to the group that was met last or to a new one
/// behind it, and nothing has to be looked up. The groups then lie in runs of ascending numbers, a new one for each
/// morsel. The first number that falls into a run, or too many short runs, end this.
struct BASALT_SHARED GroupTable {
  std::uint64_t* directory;
  /// Slots - 1; the slot of a hash is `hash & mask`.
  std::uint64_t mask;
  /// Rows that have looked for their group by its hash since the directory was emptied.
  std::uint64_t lookups;
  /// The row for the combination of that number, or null pointer; null pointer itself where rows are found otherwise,
  /// or lie in runs.
  NumberedGroup** byNumber;
  /// The rows themselves, by number; null pointer where they are found otherwise.
  std::byte* rowsByNumber;
  /// Per kNumbersPerBlock numbers: whether any of them has a row.
  std::uint8_t* blocksInUse;
  /// Per key, for these numbers; the first stride is 1.
  const KeyStride* keyStrides;
  /// Of groups in runs: the one met last, or null pointer.
  NumberedGroup* lastRow;
  /// The numbers that a group appended to the run may have: above that of `lastRow`, below those of the next run.
  std::uint64_t runNext;
  std::uint64_t runEnd;
  RowAppender* rows;
  /// Of groups found by their hash: the one that was added first, or null pointer.
  std::byte* firstRow;
  /// Where states keep the bytes of their strings.
  StringArena* strings;
  LocalGroups* owner;
};

BASALT_PRELUDE inline std::uint64_t groupTableSlot(const GroupTable* table, std::uint64_t hash) noexcept {
  return hash & table->mask;
}
BASALT_PRELUDE inline void groupTableCountLookups(GroupTable* table, std::uint64_t rows) noexcept {
  table->lookups += rows;
}
BASALT_PRELUDE inline std::uint64_t groupTableNextSlot(const GroupTable* table, std::uint64_t slot) noexcept {
  return (slot + 1) & table->mask;
}
/// How many groups there are, of those found by their hash, where these are at most `few`: then their rows lie one
/// behind the other from GroupTable::firstRow on. Else 0.
BASALT_PRELUDE inline std::uint64_t groupTableCountFew(const GroupTable* table, std::uint64_t few) noexcept {
  // On another page, which holds more than a few rows, the next row lies further away, or below.
  const auto bytes = reinterpret_cast<std::uintptr_t>(table->rows->next) -  // NOLINT
                     reinterpret_cast<std::uintptr_t>(table->firstRow);     // NOLINT
  return bytes <= few * table->rows->rowBytes ? bytes / table->rows->rowBytes : 0;
}
/// 0 when the slot is free.
BASALT_PRELUDE inline std::uint64_t groupTableEntry(const GroupTable* table, std::uint64_t slot) noexcept {
  return table->directory[slot];
}
/// Whether the entry's row may have this hash.
BASALT_PRELUDE inline bool groupEntryMayMatch(std::uint64_t entry, std::uint64_t hash) noexcept {
  return (entry >> 48) == (hash >> 48);
}
BASALT_PRELUDE inline GroupRow* groupEntryRow(std::uint64_t entry) noexcept {
  return reinterpret_cast<GroupRow*>(entry & ((std::uint64_t{1} << 48) - 1));  // NOLINT
}
/// The entry for a row with this hash; the row itself is not looked at.
inline std::uint64_t groupEntry(const GroupRow* row, std::uint64_t hash) noexcept {
  return reinterpret_cast<std::uint64_t>(row) | (hash >> 48 << 48);  // NOLINT
}
// Asking for memory ahead of a lookup: of the slot, for many rows, then of the row that the slot leads to.

BASALT_PRELUDE inline void groupTablePrefetchSlot(const GroupTable* table, std::uint64_t hash) noexcept {
  __builtin_prefetch(&table->directory[groupTableSlot(table, hash)], 1, 2);
}
BASALT_PRELUDE inline void groupTablePrefetchRow(const GroupTable* table, std::uint64_t hash) noexcept {
  rowPrefetchToWrite(groupEntryRow(groupTableEntry(table, groupTableSlot(table, hash))), table->rows->rowBytes);
}
/// Whether directory and rows are larger than a processor's own cache, so that asking ahead pays.
BASALT_PRELUDE inline bool groupTableIsLarge(const GroupTable* table) noexcept {
  return table->mask >= (std::uint64_t{1} << 15);
}
/// Whether there is an array to look numbers up in.
BASALT_PRELUDE inline bool groupTableIsIndexed(const GroupTable* table) noexcept { return table->byNumber != nullptr; }
BASALT_PRELUDE inline void groupTablePrefetchNumber(const GroupTable* table, std::uint64_t number) noexcept {
  __builtin_prefetch(&table->byNumber[number], 1, 2);
}
BASALT_PRELUDE inline void groupTablePrefetchNumberedRow(const GroupTable* table, std::uint64_t number) noexcept {
  rowPrefetchToWrite(table->byNumber[number], table->rows->rowBytes);
}
/// Whether rows with numbers from one to the other lie far apart: close together they are reached more or less in
/// order, which the processor foresees.
BASALT_PRELUDE inline bool groupNumbersAreFarApart(std::uint64_t first, std::uint64_t last) noexcept {
  return (first < last ? last - first : first - last) >= (std::uint64_t{1} << 14);
}
/// Adds a group that is not in the table: a row with its hash set and keys and states still to be written. Null when
/// memory ran out. Rows handed out before keep their addresses.
BASALT_EXPORT GroupRow* groupTableInsert(GroupTable* table, std::uint64_t hash) noexcept;
/// The row of that number, as far as it is known without groupTableSeek; else null pointer.
BASALT_PRELUDE inline NumberedGroup* groupTableKnown(const GroupTable* table, std::uint64_t number) noexcept {
  if (table->byNumber != nullptr) return table->byNumber[number];
  return number + 1 == table->runNext ? table->lastRow : nullptr;
}
/// Whether a group of that number, which is not known, may be inserted.
BASALT_PRELUDE inline bool groupTableHasPlace(const GroupTable* table, std::uint64_t number) noexcept {
  return table->byNumber != nullptr || (number >= table->runNext && number < table->runEnd);
}
/// Sees to it that the number is known or has its place: by going over to another run, or by making the array. False
/// when memory ran out.
BASALT_EXPORT bool groupTableSeek(GroupTable* table, std::uint64_t number) noexcept;
/// Adds a group like groupTableInsert, by a number that has its place.
BASALT_PRELUDE inline NumberedGroup* groupTableInsertNumber(GroupTable* table, std::uint64_t number) noexcept {
  auto* const row = reinterpret_cast<NumberedGroup*>(rowAppend(table->rows));  // NOLINT
  if (row == nullptr) [[unlikely]]
    return nullptr;
  row->number = static_cast<std::uint32_t>(number);
  if (table->byNumber == nullptr) {
    table->lastRow = row;
    table->runNext = number + 1;
    return row;
  }
  table->byNumber[number] = row;
  table->blocksInUse[number / kNumbersPerBlock] = 1;
  return row;
}
/// Whether so many rows, with ascending numbers from `first` to `last`, belong to the group met last and to ones behind
/// it in the run, for whose rows the page has room.
BASALT_PRELUDE inline bool groupTableRunGoesOn(const GroupTable* table, std::uint64_t first, std::uint64_t last,
                                               std::uint64_t rows) noexcept {
  const auto room = static_cast<std::uint64_t>(table->rows->end - table->rows->next);
  return (first + 1 >= table->runNext) & (last < table->runEnd) & (room >= rows * table->rows->rowBytes);
}
/// Where a run ends, apart from its table: in registers while rows go on with it.
struct BASALT_SHARED GroupRunEnd {
  NumberedGroup* lastRow;
  /// The number behind that of `lastRow`.
  std::uint64_t nextNumber;
  /// Where the row of a new group would lie: there its states have to be initialised before groupRunGoOn.
  std::byte* nextRow;
  std::uint64_t rowBytes;
};
BASALT_PRELUDE inline void groupTableGetRunEnd(const GroupTable* table, GroupRunEnd* end) noexcept {
  *end = {table->lastRow, table->runNext, table->rows->next, table->rows->rowBytes};
}
BASALT_PRELUDE inline void groupTableSetRunEnd(GroupTable* table, const GroupRunEnd* end) noexcept {
  table->lastRow = end->lastRow;
  table->runNext = end->nextNumber;
  table->rows->next = end->nextRow;
}
/// The group of a number with which the run goes on, whose keys are still to be written, new or not: whether it is new
/// depends on how many rows the groups before had, which no processor foresees, and so there is no branch.
BASALT_PRELUDE inline NumberedGroup* groupRunGoOn(GroupRunEnd* end, std::uint64_t number) noexcept {
  const std::uint64_t ifNew = number + 1 != end->nextNumber ? ~std::uint64_t{0} : 0;
  const auto next = reinterpret_cast<std::uint64_t>(end->nextRow);                     // NOLINT
  const auto last = reinterpret_cast<std::uint64_t>(end->lastRow);                     // NOLINT
  auto* const row = reinterpret_cast<NumberedGroup*>(last ^ ((next ^ last) & ifNew));  // NOLINT
  row->number = static_cast<std::uint32_t>(number);
  end->lastRow = row;
  end->nextNumber = number + 1;
  end->nextRow += end->rowBytes & ifNew;
  return row;
}
/// Where the row of that number lies in an array of rows of so many bytes.
inline NumberedGroup* groupTablePlace(const GroupTable* table, std::uint64_t number, std::uint64_t rowBytes) noexcept {
  return reinterpret_cast<NumberedGroup*>(table->rowsByNumber + number * rowBytes);  // NOLINT
}
/// Asks for the memory of a place. None that divides a cache line lies on two of them.
BASALT_PRELUDE inline void groupPrefetchPlace(const NumberedGroup* place, std::uint64_t rowBytes) noexcept {
  __builtin_prefetch(place, 1, 2);
  if (64 % rowBytes != 0) __builtin_prefetch(rowLastByte(place, rowBytes), 1, 2);
}
BASALT_PRELUDE inline bool groupIsThere(const NumberedGroup* place) noexcept { return place->number != 0; }
/// Adds the group, with keys and states still to be written.
BASALT_PRELUDE inline void groupPut(NumberedGroup* place, std::uint64_t number) noexcept {
  place->number = static_cast<std::uint32_t>(number + 1);
}
/// The one row of an aggregation without keys, or null pointer when it has yet to be inserted.
BASALT_EXPORT GroupRow* groupTableSingleRow(GroupTable* table) noexcept;

/// The values of an integer key: `minimum` and the `count` - 1 numbers behind it.
struct KeyInterval {
  std::int64_t minimum = 0;
  std::uint64_t count = 0;

  friend bool operator==(const KeyInterval&, const KeyInterval&) = default;
};

/// Groups whose rows were appended one after the other, in ascending order of their numbers.
struct GroupRun {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  NumberedGroup* firstRow = nullptr;
  NumberedGroup* lastRow = nullptr;
};

/// The owner of one worker's GroupTable.
class LocalGroups {
 public:
  /// Directory slots at most: 2 MiB of entries.
  static constexpr std::uint64_t kMaxSlots = std::uint64_t{1} << 18;
  /// A full directory for which fewer rows per group than this have looked is passed by...
  static constexpr std::uint64_t kMinRowsPerGroup = 2;
  /// ... by as many rows as fill so many, since the rows to come may be others.
  static constexpr std::uint64_t kDirectoriesPassedBy = 4;
  /// So many combinations have an array from the start: it stays within the cache.
  static constexpr std::uint64_t kMaxIndexedAtOnce = std::uint64_t{1} << 14;

  /// `intervals`: where the values of each key lie, or nothing when some key is no integer or there are too many;
  /// `lieByNumber`: whether their array holds the rows themselves. Rows have a NumberedGroup header where there are
  /// intervals, which have fewer than 2^32 combinations, else a GroupRow header.
  LocalGroups(const RowLayout& layout, std::span<const KeyInterval> intervals, bool lieByNumber,
              const std::shared_ptr<MemoryBudget>& budget);
  LocalGroups(const LocalGroups&) = delete;
  LocalGroups& operator=(const LocalGroups&) = delete;

  GroupTable* table() noexcept { return &table_; }
  /// Of groups that lie by number, no rows but the bytes of their strings.
  RowCollection& rows() noexcept { return rows_; }
  const RowCollection& rows() const noexcept { return rows_; }
  const GroupTable& table() const noexcept { return table_; }
  /// Whether a group may occur more than once among the rows.
  bool mayRepeat() const noexcept { return emptied_; }
  /// By hash; throws ExecutionError(OutOfMemory).
  GroupRow* insert(std::uint64_t hash);
  /// The rows to come need not follow those before: the next group begins a run.
  void beginMorsel() noexcept { table_.runEnd = table_.runNext; }
  /// Of groups in runs: see groupTableSeek. Throws ExecutionError(OutOfMemory).
  void seek(std::uint64_t number);
  /// Makes the array of groups that lie in runs; throws ExecutionError(OutOfMemory).
  void index();
  /// Of groups in runs: these, in the order of their numbers, none of which occurs twice. No group may be added after.
  std::span<const GroupRun> closeRuns();

 private:
  /// Runs that are shorter on average cost more than an array would; so many may be.
  static constexpr std::uint64_t kMinRunRows = 64;
  static constexpr std::uint64_t kShortRuns = 64;

  void numberKeys(std::span<const KeyInterval> intervals, bool lieByNumber);
  void closeRun();
  void beginRun(std::uint64_t number, std::uint64_t end);
  void place(GroupRow* row) noexcept;
  void grow();
  void empty() noexcept;

  RowCollection rows_;
  std::shared_ptr<MemoryBudget> budget_;
  Buffer directory_;
  Buffer byNumber_;
  Buffer blocksInUse_;
  std::vector<KeyStride> keyStrides_;
  std::uint64_t combinations_ = 1;
  /// Those that are closed, in the order of their numbers; and of the one that is not, its beginning.
  std::vector<GroupRun> runs_;
  std::optional<GroupRun> openRun_;
  GroupTable table_{};
  /// Groups in the directory.
  std::uint64_t count_ = 0;
  bool emptied_ = false;
  /// Rows to come that make groups of their own.
  std::uint64_t toPassBy_ = 0;
};

}  // namespace basalt
