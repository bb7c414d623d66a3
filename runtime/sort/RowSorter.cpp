#include "runtime/sort/RowSorter.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "runtime/sort/EntrySorter.h"

namespace basalt {

RowSorter::RowSorter(RowLayout layout, SortKeyLayout keys, std::size_t workers, std::shared_ptr<MemoryBudget> budget,
                     bool stable)
    : layout_(std::move(layout)),
      keys_(std::move(keys)),
      numberOffset_(stable ? (keys_.bytes() + 7) / 8 * 8 : InterruptibleRowLess::kNoNumber),
      budget_(std::move(budget)),
      rows_(workers) {}

RowCollection& RowSorter::rows(std::size_t worker) {
  auto& rows = rows_[worker];
  if (!rows) rows = std::make_unique<RowCollection>(layout_, budget_);
  return *rows;
}

std::uint64_t RowSorter::rowCount() const noexcept {
  std::uint64_t total = 0;
  for (const auto& rows : rows_) total += rows ? rows->rowCount() : 0;
  return total;
}

std::size_t RowSorter::beginPhase(std::size_t phase) {
  return phase == kMeasureKeys ? beginMeasure() : phase == kSortRuns ? beginSort() : beginMerge();
}

void RowSorter::runPart(std::size_t phase, std::size_t part) {
  phase == kMeasureKeys ? measureKeys(part) : phase == kSortRuns ? sortRun(part) : merge(part);
}

std::size_t RowSorter::beginMeasure() {
  if (anyOrderWillDo()) return 0;
  const std::uint64_t wanted = std::max(kLeastRowsPerRun, rowCount() / rows_.size());
  for (const auto& rows : rows_) {
    if (rows) addRuns(*rows, wanted);
  }
  return runs_.size();
}

void RowSorter::addRuns(const RowCollection& rows, std::uint64_t wanted) {
  // Even ones: a small rest would be one run more to merge.
  const std::uint64_t runs = std::max<std::uint64_t>((rows.rowCount() + wanted / 2) / wanted, 1);
  const std::uint64_t rowsPerRun = (rows.rowCount() + runs - 1) / runs;
  std::uint64_t number = 0;
  std::uint64_t room = 0;
  for (RowCollection::Slice slice : rows.slices()) {
    while (slice.count != 0) {
      if (room == 0) {
        runs_.push_back({{}, VaryingBytes(keys_.bytes()), number, noEntries()});
        room = rowsPerRun;
      }
      const std::uint64_t count = std::min(slice.count, room);
      runs_.back().rows.push_back({slice.rows, count});
      slice = {slice.rows + count * layout_.rowBytes(), slice.count - count};
      number += count;
      room -= count;
    }
  }
}

std::vector<RowCollection::Slice> RowSorter::slices(std::uint64_t maxRows) const {
  std::vector<RowCollection::Slice> slices;
  for (const auto& rows : rows_) {
    if (rows) std::ranges::copy(rows->slices(maxRows), std::back_inserter(slices));
  }
  return slices;
}

void RowSorter::measureKeys(std::size_t index) {
  Run& run = runs_[index];
  const std::byte* const reference = runs_.front().rows.front().rows;
  for (const RowCollection::Slice& slice : run.rows) run.varying.add(slice, layout_.rowBytes(), reference);
}

std::size_t RowSorter::beginSort() {
  VaryingBytes varying(keys_.bytes());
  for (const Run& run : runs_) varying.unite(run.varying);
  words_.emplace(layout_, keys_, varying);
  return runs_.size();
}

void RowSorter::sortRun(std::size_t index) {
  Run& run = runs_[index];
  std::uint64_t rows = 0;
  for (const RowCollection::Slice& slice : run.rows) rows += slice.count;
  run.order.reserve(rows);
  for (const RowCollection::Slice& slice : run.rows) {
    std::byte* row = slice.rows;
    for (std::uint64_t count = slice.count; count != 0; --count, row += layout_.rowBytes()) {
      if (numberOffset_ != InterruptibleRowLess::kNoNumber) {
        const std::uint64_t number = run.firstNumber + run.order.size();
        std::memcpy(row + numberOffset_, &number, sizeof(number));
      }
      run.order.push_back({0, row});
    }
  }
  EntrySorter(*words_, rowLess(), budget_).sort(run.order);
}

std::size_t RowSorter::beginMerge() {
  merged_ = RowAddresses(RowAddresses::allocator_type(budget_));
  if (anyOrderWillDo()) {
    merged_.reserve(rowCount());
    for (const auto& rows : rows_) {
      if (rows) rows->collectRows(merged_);
    }
    return 0;
  }
  std::vector<Stretch> runs;
  std::size_t rows = 0;
  for (const Run& run : runs_) {
    if (run.order.empty()) continue;
    runs.emplace_back(run.order);
    rows += run.order.size();
  }
  merged_.resize(rows);
  if (runs.empty()) return 0;
  // The keys at which parts begin are those that divide the longest run evenly.
  const Stretch longest = *std::ranges::max_element(runs, {}, &Stretch::size);
  const std::size_t partCount = std::clamp<std::size_t>(rows / kRowsPerMerge, 1, kMaxMergeParts);
  std::size_t offset = 0;
  for (std::size_t part = 0; part < partCount; ++part) {
    MergePart& merge = mergeParts_.emplace_back(MergePart{{}, offset});
    for (Stretch& run : runs) {
      auto end = run.end();
      if (part + 1 < partCount) {
        end = std::ranges::lower_bound(run, longest[longest.size() * (part + 1) / partCount], rowLess());
      }
      const auto length = static_cast<std::size_t>(end - run.begin());
      merge.stretches.push_back(run.first(length));
      run = run.subspan(length);
      offset += length;
    }
    std::erase_if(merge.stretches, [](const Stretch& stretch) { return stretch.empty(); });
  }
  return partCount;
}

void RowSorter::merge(std::size_t part) {
  std::vector<Stretch>& heap = mergeParts_[part].stretches;
  std::byte** target = merged_.data() + mergeParts_[part].offset;
  // A heap of stretches, the one that begins with the least row on top.
  auto less = rowLess();
  const auto beginsLater = [&less](const Stretch& left, const Stretch& right) {
    return less(right.front(), left.front());
  };
  std::ranges::make_heap(heap, beginsLater);
  while (heap.size() > 2) {
    std::ranges::pop_heap(heap, beginsLater);
    Stretch& least = heap.back();
    *target++ = least.front().row;
    least = least.subspan(1);
    if (least.empty()) {
      heap.pop_back();
    } else {
      std::ranges::push_heap(heap, beginsLater);
    }
  }
  if (heap.size() == 2) {
    // One comparison a row, where a heap takes two.
    Stretch& left = heap.front();
    Stretch& right = heap.back();
    while (!left.empty() && !right.empty()) {
      Stretch& least = beginsLater(left, right) ? right : left;
      *target++ = least.front().row;
      least = least.subspan(1);
    }
  }
  for (const Stretch& rest : heap) {
    for (const SortEntry& entry : rest) *target++ = entry.row;
  }
}

}  // namespace basalt
