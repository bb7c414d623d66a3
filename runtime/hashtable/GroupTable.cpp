#include "runtime/hashtable/GroupTable.h"

#include <cstring>

#include "runtime/pipeline/ExportFailure.h"

namespace basalt {
namespace {

constexpr std::uint64_t kInitialSlots = 1024;

}  // namespace

LocalGroups::LocalGroups(const RowLayout& layout, std::span<const KeyInterval> intervals, bool lieByNumber,
                         const std::shared_ptr<MemoryBudget>& budget)
    : rows_(layout, budget),
      budget_(budget),
      directory_(Buffer::zeroed(budget, kInitialSlots * sizeof(std::uint64_t))) {
  table_.directory = directory_.as<std::uint64_t>();
  table_.mask = kInitialSlots - 1;
  table_.rows = rows_.appender();
  table_.strings = &rows_.strings();
  table_.owner = this;
  if (!intervals.empty()) indexNumbers(intervals, lieByNumber);
}

void LocalGroups::indexNumbers(std::span<const KeyInterval> intervals, bool lieByNumber) {
  std::uint64_t combinations = 1;
  for (const KeyInterval& interval : intervals) {
    keyStrides_.push_back({static_cast<std::uint64_t>(interval.minimum), combinations});
    combinations *= interval.count;
  }
  table_.keyStrides = keyStrides_.data();
  if (lieByNumber) {
    byNumber_ = Buffer::zeroed(budget_, combinations * rows_.layout().rowBytes());
    table_.rowsByNumber = byNumber_.data();
    return;
  }
  byNumber_ = Buffer::zeroed(budget_, combinations * sizeof(GroupRow*));
  table_.byNumber = byNumber_.as<GroupRow*>();
  blocksInUse_ = Buffer::zeroed(budget_, combinations / kNumbersPerBlock + 1);
  table_.blocksInUse = blocksInUse_.as<std::uint8_t>();
}

GroupRow* LocalGroups::insert(std::uint64_t hash) {
  // At half full probes stay within a cache line on average.
  if ((count_ + 1) * 2 > table_.mask + 1) {
    if (table_.mask + 1 < kMaxSlots) {
      grow();
    } else {
      std::memset(directory_.data(), 0, directory_.size());
      count_ = 0;
      emptied_ = true;
    }
  }
  auto* row = reinterpret_cast<GroupRow*>(rows_.append());  // NOLINT
  row->hash = hash;
  place(row);
  ++count_;
  return row;
}

void LocalGroups::place(GroupRow* row) noexcept {
  std::uint64_t slot = groupTableSlot(&table_, row->hash);
  while (table_.directory[slot] != 0) slot = groupTableNextSlot(&table_, slot);
  table_.directory[slot] = groupEntry(row, row->hash);
}

void LocalGroups::grow() {
  const std::uint64_t slots = (table_.mask + 1) * 4;
  directory_ = Buffer::zeroed(budget_, slots * sizeof(std::uint64_t));
  table_.directory = directory_.as<std::uint64_t>();
  table_.mask = slots - 1;
  // All rows: a table that has been emptied does not grow. As they lie in memory, not in the order of their hashes.
  for (const RowCollection::Slice& slice : rows_.slices()) {
    std::byte* row = slice.rows;
    for (std::uint64_t count = slice.count; count != 0; --count, row += rows_.layout().rowBytes()) {
      place(reinterpret_cast<GroupRow*>(row));  // NOLINT
    }
  }
}

GroupRow* groupTableInsert(GroupTable* table, std::uint64_t hash) noexcept {
  try {
    return table->owner->insert(hash);
  } catch (...) {
    keepExportFailure(std::current_exception());
    return nullptr;
  }
}

GroupRow* groupTableSingleRow(GroupTable* table) noexcept {
  return reinterpret_cast<GroupRow*>(table->owner->rows().first());  // NOLINT
}

}  // namespace basalt
