#include "operators/state/GroupMerger.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <numeric>
#include <utility>

#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

constexpr std::uint64_t kMinSlots = 16;

}  // namespace

GroupMerger::GroupMerger(const AggregationSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
    : spec_(spec), budget_(std::move(budget)), keysEqual_(spec.layout, spec.keyCount()), workers_(workers) {
  for (std::size_t index = 0; index < spec.aggregates.size(); ++index) {
    stateMerges_.push_back(
        {spec.layout.blockOffset(index), aggregateLoops(*spec.aggregates[index].function).mergeRows});
  }
}

LocalGroups& GroupMerger::groups(std::size_t worker) {
  auto& groups = workers_[worker];
  if (!groups)
    groups = std::make_unique<LocalGroups>(spec_.layout, spec_.keyIntervals, spec_.groupsLieByNumber, budget_);
  return *groups;
}

void GroupMerger::insertGroup(const std::vector<Value>& keys) {
  LocalGroups& groups = this->groups(0);
  // No other rows will meet it, so that nobody looks at its header.
  std::byte* const row = groups.rows().append();
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const RowLayout::Column& column = spec_.layout.column(index);
    if (column.nullable) row[column.nullOffset] = std::byte{keys[index].isNull()};
    if (column.holdsText() && !keys[index].isNull()) {
      const StringView text = groups.rows().own(StringView::make(keys[index].asString()));
      std::memcpy(row + column.offset, &text, sizeof(text));
    } else {
      keys[index].store(row + column.offset);
    }
  }
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    aggregateLoops(*spec_.aggregates[index].function).initialise(row + spec_.layout.blockOffset(index));
  }
}

std::size_t GroupMerger::partitionsFor(std::uint64_t rows) noexcept {
  return std::min(std::bit_ceil(rows / kRowsPerPartition + 1), kMaxPartitions);
}

std::size_t GroupMerger::beginFindRuns() {
  std::vector<LocalGroups*> filled;
  for (const auto& worker : workers_) {
    if (worker && (spec_.groupsLieByNumber || worker->rows().rowCount() != 0)) filled.push_back(worker.get());
  }
  if (spec_.groupsLieByNumber) {
    filled_.assign(filled.begin(), filled.end());
    partitions_ = partitionsFor(spec_.combinationCount());
    return 0;
  }
  if (filled.empty() && !spec_.standingGroups.empty()) {
    for (const std::vector<Value>& keys : spec_.standingGroups) insertGroup(keys);
    filled.push_back(workers_[0].get());
  }
  if (filled.empty()) return 0;
  if (filled.size() == 1 && !filled[0]->mayRepeat()) {
    for (const RowCollection::Slice& slice : filled[0]->rows().slices()) merged_.push_back(RowSegment::of(slice));
    return 0;
  }
  filled_.assign(filled.begin(), filled.end());
  makeParts();
  return hasOrderedKey() ? scatterParts_.size() : 0;
}

bool GroupMerger::hasOrderedKey() const {
  return !hasNumbers() && spec_.keyCount() == 1 && KeyRuns::canOrder(spec_.layout);
}

void GroupMerger::findRuns(std::size_t index) {
  scatterParts_[index].runs = KeyRuns(spec_.layout).find(scatterParts_[index].rows, index);
}

std::size_t GroupMerger::beginScatter() {
  if (filled_.empty() || spec_.groupsLieByNumber) return 0;
  if (hasNumbers() ? uniteRunsByNumber() : uniteRunsByKey()) {
    partitions_ = 0;
    return 0;
  }
  if (!hasNumbers()) return scatterParts_.size();
  // Numbers need no scattering: the rows of a range of them are found in the same place of every worker's array.
  std::ranges::copy_if(filled_, std::back_inserter(unindexed_),
                       [](LocalGroups* groups) { return !groupTableIsIndexed(groups->table()); });
  return unindexed_.size();
}

void GroupMerger::makeParts() {
  std::uint64_t rows = 0;
  std::vector<RowCollection::Slice> slices;
  for (const LocalGroups* groups : filled_) {
    rows += groups->rows().rowCount();
    std::ranges::copy(groups->rows().slices(kRowsPerPart), std::back_inserter(slices));
  }
  partitions_ = partitionsFor(rows);
  // Not where rows are merged in this order: sums of floating-point numbers would depend on addresses.
  if (hasNumbers()) std::ranges::sort(slices, {}, &RowCollection::Slice::rows);
  for (const RowCollection::Slice& slice : slices) scatterParts_.emplace_back(slice);
}

bool GroupMerger::uniteRunsByNumber() {
  std::vector<KeyRun> runs;
  for (LocalGroups* groups : filled_) {
    if (groupTableIsIndexed(groups->table())) return false;
    for (const GroupRun& run : groups->closeRuns()) {
      auto* const firstRow = reinterpret_cast<std::byte*>(run.firstRow);  // NOLINT
      auto* const lastRow = reinterpret_cast<std::byte*>(run.lastRow);    // NOLINT
      runs.push_back({run.first, run.last, firstRow, lastRow, partOf(firstRow)});
    }
  }
  std::ranges::sort(runs, {}, [](const KeyRun& run) { return std::pair(run.first, run.last); });
  const auto overlap = [](const KeyRun& run, const KeyRun& next) { return next.first < run.last; };
  if (std::ranges::adjacent_find(runs, overlap) != runs.end()) return false;
  uniteEnds(runs);
  return true;
}

bool GroupMerger::uniteRunsByKey() {
  std::vector<KeyRun> runs;
  for (const ScatterPart& part : scatterParts_) {
    if (part.runs.empty()) return false;
    std::ranges::copy(part.runs, std::back_inserter(runs));
  }
  if (!KeyRuns(spec_.layout).separate(runs)) return false;
  uniteEnds(runs);
  return true;
}

void GroupMerger::uniteEnds(std::span<KeyRun> runs) {
  StateMerges merges(*this, *strings_.emplace_back(std::make_unique<StringArena>(budget_)));
  for (std::size_t index = 1; index < runs.size(); ++index) {
    const KeyRun& run = runs[index - 1];
    KeyRun& next = runs[index];
    if (next.first != run.last) continue;
    merges.add(run.lastRow, next.firstRow);
    markMerged(scatterParts_[next.part], next.firstRow);
    // Of a run of this group alone nothing is left for the next one to be merged into.
    if (next.first == next.last) next.lastRow = run.lastRow;
  }
  merges.run();
}

void GroupMerger::scatter(std::size_t index) {
  if (hasNumbers()) return unindexed_[index]->index();
  ScatterPart& part = scatterParts_[index];
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  const auto forEachHash = [&](auto visit) {
    std::byte* row = part.rows.rows;
    for (std::uint64_t count = part.rows.count; count != 0; --count, row += rowBytes) {
      visit(reinterpret_cast<const GroupRow*>(row)->hash, row);  // NOLINT
    }
  };
  // The high bits, as a number below partitions_; the table of a partition uses the low ones.
  const auto partitionOf = [this](std::uint64_t hash) { return (hash >> 32) * partitions_ >> 32; };
  std::vector<std::size_t> places(partitions_);
  forEachHash([&](std::uint64_t hash, std::byte*) { ++places[partitionOf(hash)]; });
  std::exclusive_scan(places.begin(), places.end(), places.begin(), std::size_t{0});
  part.scattered = ScatteredRows(part.rows.count, ScatteredRows::allocator_type(budget_));
  forEachHash([&](std::uint64_t hash, std::byte* row) { part.scattered[places[partitionOf(hash)]++] = {hash, row}; });
  part.ends = std::move(places);
}

std::size_t GroupMerger::beginMerge() {
  if (filled_.empty()) return 0;
  if (spec_.groupsLieByNumber) makeSegments(partitions_);
  for (std::size_t partition = 0; partition < partitions_; ++partition) {
    strings_.push_back(std::make_unique<StringArena>(budget_));
  }
  return partitions_;
}

void GroupMerger::StateMerges::run() {
  for (std::size_t index = 0; index < merger_.stateMerges_.size(); ++index) {
    const auto [offset, mergeRows] = merger_.stateMerges_[index];
    ErrorCode error = ErrorCode::None;
    mergeRows({targets_.data(), sources_.data(), offset, count_, &error, &strings_});
    if (error != ErrorCode::None) {
      throw ExecutionError(error, merger_.spec_.label(), merger_.spec_.aggregates[index].text);
    }
  }
  count_ = 0;
}

void GroupMerger::merge(std::size_t partition) {
  if (spec_.groupsLieByNumber) return mergePlaces(partition);
  hasNumbers() ? mergeNumbers(partition) : mergeHashes(partition);
}

void GroupMerger::mergePlaces(std::size_t partition) {
  const std::uint64_t begin = spec_.combinationCount() * partition / partitions_;
  const std::uint64_t end = spec_.combinationCount() * (partition + 1) / partitions_;
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  StateMerges merges(*this, *strings_[partition]);
  const auto placeOf = [rowBytes](LocalGroups* groups, std::uint64_t number) {
    return groupTablePlace(groups->table(), number, rowBytes);
  };
  for (std::size_t worker = 1; worker < filled_.size(); ++worker) {
    for (std::uint64_t number = begin; number < end; ++number) {
      NumberedGroup* const target = placeOf(filled_[0], number);
      NumberedGroup* const source = placeOf(filled_[worker], number);
      auto* const targetBytes = reinterpret_cast<std::byte*>(target);  // NOLINT
      auto* const sourceBytes = reinterpret_cast<std::byte*>(source);  // NOLINT
      const bool isInSource = groupIsThere(source);
      const bool isInTarget = groupIsThere(target);
      const bool isInBoth = isInSource & isInTarget;
      merges.add(targetBytes, sourceBytes, isInBoth);
      if (isInSource != isInBoth) std::memcpy(targetBytes, sourceBytes, rowBytes);
    }
    merges.run();
  }
  // Without a branch: which combinations there are is hard to foresee.
  RowAddresses& groups = addresses_[partition];
  groups.resize(end - begin);
  std::size_t count = 0;
  for (std::uint64_t number = begin; number < end; ++number) {
    NumberedGroup* const place = placeOf(filled_[0], number);
    groups[count] = reinterpret_cast<std::byte*>(place);  // NOLINT
    count += groupIsThere(place) ? 1 : 0;
  }
  groups.resize(count);
  merged_[partition] = RowSegment::of(groups);
}

void GroupMerger::mergeNumbers(std::size_t partition) {
  const std::uint64_t blocks = (spec_.combinationCount() + kNumbersPerBlock - 1) / kNumbersPerBlock;
  const std::uint64_t end = blocks * (partition + 1) / partitions_;
  StateMerges merges(*this, *strings_[partition]);
  for (std::uint64_t block = blocks * partition / partitions_; block < end; ++block) mergeBlock(block, merges);
  merges.run();
}

void GroupMerger::mergeBlock(std::uint64_t block, StateMerges& merges) {
  const std::uint64_t begin = block * kNumbersPerBlock;
  const std::size_t count = std::min(kNumbersPerBlock, spec_.combinationCount() - begin);
  const LocalGroups* first = nullptr;
  bool isShared = false;
  std::array<NumberedGroup*, kNumbersPerBlock>
      united;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled if used
  for (const LocalGroups* worker : filled_) {
    if (worker->table().blocksInUse[block] == 0) continue;
    // Mostly one worker alone has met the groups, since it had a range of the input to itself.
    if (first == nullptr) {
      first = worker;
      continue;
    }
    if (!isShared) std::copy_n(first->table().byNumber + begin, count, united.begin());
    isShared = true;
    unite({united.data(), count}, {worker->table().byNumber + begin, count}, merges);
  }
}

void GroupMerger::unite(std::span<NumberedGroup*> united, std::span<NumberedGroup* const> rows, StateMerges& merges) {
  for (std::size_t index = 0; index < rows.size(); ++index) {
    if (rows[index] == nullptr) continue;
    if (united[index] == nullptr) {
      united[index] = rows[index];
      continue;
    }
    const auto* const row = reinterpret_cast<const std::byte*>(rows[index]);  // NOLINT
    merges.add(reinterpret_cast<std::byte*>(united[index]), row);             // NOLINT
    markMerged(scatterParts_[partOf(row)], row);
  }
}

std::size_t GroupMerger::partOf(const std::byte* row) const {
  const auto behind =
      std::ranges::upper_bound(scatterParts_, row, {}, [](const ScatterPart& part) { return part.rows.rows; });
  return static_cast<std::size_t>(behind - scatterParts_.begin()) - 1;
}

void GroupMerger::markMerged(ScatterPart& part, const std::byte* row) {
  std::uint8_t* marks = part.marks.load(std::memory_order_acquire);
  if (marks == nullptr) marks = makeMarks(part);
  marks[static_cast<std::uint64_t>(row - part.rows.rows) / spec_.layout.rowBytes()] = 1;
}

std::uint8_t* GroupMerger::makeMarks(ScatterPart& part) {
  const std::scoped_lock lock(marksMutex_);
  if (part.isMerged.empty()) {
    part.isMerged = BudgetedVector<std::uint8_t>(part.rows.count, 0, BudgetAllocator<std::uint8_t>(budget_));
    part.marks.store(part.isMerged.data(), std::memory_order_release);
  }
  return part.isMerged.data();
}

void GroupMerger::mergeHashes(std::size_t partition) {
  std::uint64_t rows = 0;
  for (const ScatterPart& part : scatterParts_) rows += part.partition(partition).size();
  const std::uint64_t slots = std::bit_ceil(std::max(rows * 2, kMinSlots));
  const Buffer directoryMemory = Buffer::zeroed(budget_, slots * sizeof(std::uint64_t));
  GroupTable table{};
  table.directory = directoryMemory.as<std::uint64_t>();
  table.mask = slots - 1;

  // Moves `slot` on to a row that may be of the same group; or to a free slot, makes it this row's, and returns false.
  const auto findSimilar = [&table](const ScatteredRow& scattered, std::uint64_t& slot) {
    for (;; slot = groupTableNextSlot(&table, slot)) {
      const std::uint64_t entry = groupTableEntry(&table, slot);
      if (entry == 0) {
        table.directory[slot] = groupEntry(reinterpret_cast<const GroupRow*>(scattered.row), scattered.hash);  // NOLINT
        return false;
      }
      if (groupEntryMayMatch(entry, scattered.hash)) return true;
    }
  };
  StateMerges merges(*this, *strings_[partition]);
  const auto unite = [&](Meeting meeting) {
    const auto& [hash, row] = meeting.scattered;
    do {
      GroupRow* const group = groupEntryRow(groupTableEntry(&table, meeting.slot));
      auto* const known = reinterpret_cast<std::byte*>(group);  // NOLINT
      if (group->hash == hash && keysEqual_(known, row)) {
        merges.add(known, row);
        markMerged(*meeting.part, row);
        return;
      }
      meeting.slot = groupTableNextSlot(&table, meeting.slot);
    } while (findSimilar(meeting.scattered, meeting.slot));
  };
  // Rows lie anywhere: those that meet are asked for some time before they are compared.
  std::array<Meeting, kMeetings> meetings;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  std::size_t count = 0;
  const auto uniteAll = [&] {
    for (std::size_t index = 0; index < count; ++index) unite(meetings[index]);
    count = 0;
  };
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  for (ScatterPart& part : scatterParts_) {
    for (const ScatteredRow& scattered : part.partition(partition)) {
      std::uint64_t slot = groupTableSlot(&table, scattered.hash);
      if (!findSimilar(scattered, slot)) continue;
      rowPrefetchToWrite(groupEntryRow(groupTableEntry(&table, slot)), rowBytes);
      rowPrefetchToRead(scattered.row, rowBytes);
      meetings[count++] = {scattered, &part, slot};
      if (count == kMeetings) uniteAll();
    }
  }
  uniteAll();
  merges.run();
}

std::size_t GroupMerger::beginCollect() {
  if (!scatterParts_.empty()) makeSegments(scatterParts_.size());
  return scatterParts_.size();
}

void GroupMerger::makeSegments(std::size_t count) {
  merged_.resize(count);
  addresses_.assign(count, noAddresses());
}

void GroupMerger::collect(std::size_t index) {
  ScatterPart& part = scatterParts_[index];
  if (part.isMerged.empty()) {
    merged_[index] = RowSegment::of(part.rows);
  } else {
    RowAddresses& groups = addresses_[index];
    groups.resize(part.rows.count);
    std::size_t count = 0;
    std::byte* row = part.rows.rows;
    for (const std::uint8_t isMerged : part.isMerged) {
      groups[count] = row;
      count += isMerged != 0 ? 0 : 1;
      row += spec_.layout.rowBytes();
    }
    groups.resize(count);
    merged_[index] = RowSegment::of(groups);
  }
  part.isMerged = BudgetedVector<std::uint8_t>(BudgetAllocator<std::uint8_t>(budget_));
  part.scattered = ScatteredRows(ScatteredRows::allocator_type(budget_));
}

}  // namespace basalt
