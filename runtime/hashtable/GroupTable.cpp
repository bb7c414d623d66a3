#include "runtime/hashtable/GroupTable.h"

#include <algorithm>
#include <cstring>

#include "runtime/pipeline/ExportFailure.h"

namespace basalt {
namespace {

constexpr std::uint64_t kInitialSlots = 1024;

/// As they lie in memory, not in the order of their hashes.
template <typename Header, typename Visit>
void forEachGroup(const RowCollection& rows, Visit visit) {
  for (const RowCollection::Slice& slice : rows.slices()) {
    std::byte* row = slice.rows;
    for (std::uint64_t count = slice.count; count != 0; --count, row += rows.layout().rowBytes()) {
      visit(reinterpret_cast<Header*>(row));  // NOLINT
    }
  }
}

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
  if (!intervals.empty()) numberKeys(intervals, lieByNumber);
}

void LocalGroups::numberKeys(std::span<const KeyInterval> intervals, bool lieByNumber) {
  for (const KeyInterval& interval : intervals) {
    keyStrides_.push_back({static_cast<std::uint64_t>(interval.minimum), combinations_});
    combinations_ *= interval.count;
  }
  table_.keyStrides = keyStrides_.data();
  if (lieByNumber) {
    byNumber_ = Buffer::zeroed(budget_, combinations_ * rows_.layout().rowBytes());
    table_.rowsByNumber = byNumber_.data();
  } else if (combinations_ <= kMaxIndexedAtOnce) {
    index();
  }
}

void LocalGroups::index() {
  byNumber_ = Buffer::zeroed(budget_, combinations_ * sizeof(NumberedGroup*));
  blocksInUse_ = Buffer::zeroed(budget_, combinations_ / kNumbersPerBlock + 1);
  table_.byNumber = byNumber_.as<NumberedGroup*>();
  table_.blocksInUse = blocksInUse_.as<std::uint8_t>();
  forEachGroup<NumberedGroup>(rows_, [this](NumberedGroup* row) {
    table_.byNumber[row->number] = row;
    table_.blocksInUse[row->number / kNumbersPerBlock] = 1;
  });
  table_.lastRow = nullptr;
  table_.runNext = 0;
  table_.runEnd = 0;
}

void LocalGroups::seek(std::uint64_t number) {
  closeRun();
  const auto next = std::ranges::lower_bound(runs_, number, {}, &GroupRun::last);
  if (next == runs_.end() || number < next->first) {
    const bool areTooShort = runs_.size() >= kShortRuns && rows_.rowCount() / runs_.size() < kMinRunRows;
    return areTooShort ? index() : beginRun(number, next == runs_.end() ? combinations_ : next->first);
  }
  // Where two runs meet, rows of one group may have been on either side.
  if (number != next->first && number != next->last) return index();
  table_.lastRow = number == next->first ? next->firstRow : next->lastRow;
  table_.runNext = number + 1;
  table_.runEnd = table_.runNext;
}

void LocalGroups::beginRun(std::uint64_t number, std::uint64_t end) {
  auto* const row = reinterpret_cast<NumberedGroup*>(rows_.nextRow());  // NOLINT
  openRun_ = GroupRun{.first = number, .firstRow = row};
  table_.lastRow = nullptr;
  table_.runNext = number;
  table_.runEnd = end;
}

void LocalGroups::closeRun() {
  if (!openRun_) return;
  openRun_->last = table_.runNext - 1;
  openRun_->lastRow = table_.lastRow;
  runs_.insert(std::ranges::lower_bound(runs_, openRun_->first, {}, &GroupRun::first), *openRun_);
  openRun_.reset();
}

std::span<const GroupRun> LocalGroups::closeRuns() {
  closeRun();
  return runs_;
}

GroupRow* LocalGroups::insert(std::uint64_t hash) {
  // At half full probes stay within a cache line on average.
  if (toPassBy_ == 0 && (count_ + 1) * 2 > table_.mask + 1) {
    table_.mask + 1 < kMaxSlots ? grow() : empty();
  }
  auto* const row = reinterpret_cast<GroupRow*>(rows_.append());  // NOLINT
  row->hash = hash;
  if (table_.firstRow == nullptr) table_.firstRow = rows_.first();
  if (toPassBy_ == 0) {
    place(row);
    ++count_;
  } else if (--toPassBy_ == 0) {
    table_.mask = kMaxSlots - 1;
    table_.lookups = 0;
  }
  return row;
}

void LocalGroups::empty() noexcept {
  std::memset(directory_.data(), 0, directory_.size());
  if (table_.lookups < kMinRowsPerGroup * count_) {
    toPassBy_ = kDirectoriesPassedBy * count_;
    table_.mask = 0;
  }
  table_.lookups = 0;
  count_ = 0;
  emptied_ = true;
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
  // All rows: a table that has been emptied does not grow.
  forEachGroup<GroupRow>(rows_, [this](GroupRow* row) { place(row); });
}

GroupRow* groupTableInsert(GroupTable* table, std::uint64_t hash) noexcept {
  try {
    return table->owner->insert(hash);
  } catch (...) {
    keepExportFailure(std::current_exception());
    return nullptr;
  }
}

bool groupTableSeek(GroupTable* table, std::uint64_t number) noexcept {
  try {
    table->owner->seek(number);
    return true;
  } catch (...) {
    keepExportFailure(std::current_exception());
    return false;
  }
}

GroupRow* groupTableSingleRow(GroupTable* table) noexcept {
  return reinterpret_cast<GroupRow*>(table->owner->rows().first());  // NOLINT
}

}  // namespace basalt
