#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/rows/RowCollection.h"

namespace basalt {

/// The header of a group's row.
struct BASALT_SHARED GroupRow {
  /// Or the number of the keys' combination; in an array of rows one more than that, and 0 where no group is.
  std::uint64_t hash;
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
/// Where every key is an integer and there are few combinations of values, an array over these stands for the
/// directory: the number of a combination takes the place of its hash. It holds the rows' addresses; or, where hardly a
/// combination is left out, the rows themselves.
struct BASALT_SHARED GroupTable {
  std::uint64_t* directory;
  /// Slots - 1; the slot of a hash is `hash & mask`.
  std::uint64_t mask;
  /// The row for the combination of that number, or null pointer; null pointer itself where rows are found otherwise.
  GroupRow** byNumber;
  /// The rows themselves, by number; null pointer where they are found otherwise.
  std::byte* rowsByNumber;
  /// Per kNumbersPerBlock numbers: whether any of them has a row.
  std::uint8_t* blocksInUse;
  /// Per key, for these numbers; the first stride is 1.
  const KeyStride* keyStrides;
  RowAppender* rows;
  /// Where states keep the bytes of their strings.
  StringArena* strings;
  LocalGroups* owner;
};

BASALT_PRELUDE inline std::uint64_t groupTableSlot(const GroupTable* table, std::uint64_t hash) noexcept {
  return hash & table->mask;
}
BASALT_PRELUDE inline std::uint64_t groupTableNextSlot(const GroupTable* table, std::uint64_t slot) noexcept {
  return (slot + 1) & table->mask;
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
  __builtin_prefetch(groupEntryRow(groupTableEntry(table, groupTableSlot(table, hash))), 1, 2);
}
/// Whether directory and rows are larger than a processor's own cache, so that asking ahead pays.
BASALT_PRELUDE inline bool groupTableIsLarge(const GroupTable* table) noexcept {
  return table->mask >= (std::uint64_t{1} << 15);
}
BASALT_PRELUDE inline void groupTablePrefetchNumber(const GroupTable* table, std::uint64_t number) noexcept {
  __builtin_prefetch(&table->byNumber[number], 1, 2);
}
BASALT_PRELUDE inline void groupTablePrefetchNumberedRow(const GroupTable* table, std::uint64_t number) noexcept {
  __builtin_prefetch(table->byNumber[number], 1, 2);
}
/// Whether rows with numbers from one to the other lie far apart: close together they are reached more or less in
/// order, which the processor foresees.
BASALT_PRELUDE inline bool groupNumbersAreFarApart(std::uint64_t first, std::uint64_t last) noexcept {
  return (first < last ? last - first : first - last) >= (std::uint64_t{1} << 14);
}
/// Adds a group that is not in the table: a row with its hash set and keys and states still to be written. Null when
/// memory ran out. Rows handed out before keep their addresses.
BASALT_EXPORT GroupRow* groupTableInsert(GroupTable* table, std::uint64_t hash) noexcept;
/// The same by number; the number takes the place of the hash.
BASALT_PRELUDE inline GroupRow* groupTableInsertNumber(GroupTable* table, std::uint64_t number) noexcept {
  auto* const row = reinterpret_cast<GroupRow*>(rowAppend(table->rows));  // NOLINT
  if (row == nullptr) [[unlikely]]
    return nullptr;
  row->hash = number;
  table->byNumber[number] = row;
  table->blocksInUse[number / kNumbersPerBlock] = 1;
  return row;
}
/// Where the row of that number lies in an array of rows of so many bytes.
inline GroupRow* groupTablePlace(const GroupTable* table, std::uint64_t number, std::uint64_t rowBytes) noexcept {
  return reinterpret_cast<GroupRow*>(table->rowsByNumber + number * rowBytes);  // NOLINT
}
BASALT_PRELUDE inline bool groupIsThere(const GroupRow* place) noexcept { return place->hash != 0; }
/// Adds the group, with keys and states still to be written.
BASALT_PRELUDE inline void groupPut(GroupRow* place, std::uint64_t number) noexcept { place->hash = number + 1; }
BASALT_PRELUDE inline void groupPrefetchPlace(const GroupRow* place) noexcept { __builtin_prefetch(place, 1, 2); }
/// The one row of an aggregation without keys, or null pointer when it has yet to be inserted.
BASALT_EXPORT GroupRow* groupTableSingleRow(GroupTable* table) noexcept;

/// The values of an integer key: `minimum` and the `count` - 1 numbers behind it.
struct KeyInterval {
  std::int64_t minimum = 0;
  std::uint64_t count = 0;

  friend bool operator==(const KeyInterval&, const KeyInterval&) = default;
};

/// The owner of one worker's GroupTable.
class LocalGroups {
 public:
  /// Directory slots at most: 2 MiB of entries.
  static constexpr std::uint64_t kMaxSlots = std::uint64_t{1} << 18;

  /// `intervals`: where the values of each key lie, or nothing when some key is no integer or there are too many;
  /// `lieByNumber`: whether their array holds the rows themselves.
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

 private:
  void indexNumbers(std::span<const KeyInterval> intervals, bool lieByNumber);
  void place(GroupRow* row) noexcept;
  void grow();

  RowCollection rows_;
  std::shared_ptr<MemoryBudget> budget_;
  Buffer directory_;
  Buffer byNumber_;
  Buffer blocksInUse_;
  std::vector<KeyStride> keyStrides_;
  GroupTable table_{};
  /// Groups in the directory.
  std::uint64_t count_ = 0;
  bool emptied_ = false;
};

}  // namespace basalt
