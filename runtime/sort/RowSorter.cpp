#include "runtime/sort/RowSorter.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include <boost/sort/pdqsort/pdqsort.hpp>

namespace basalt {

RowSorter::RowSorter(RowLayout layout, SortKeyLayout keys, std::size_t workers, std::shared_ptr<MemoryBudget> budget,
                     bool stable)
    : layout_(std::move(layout)),
      keys_(std::move(keys)),
      numberOffset_(stable ? (keys_.bytes() + 7) / 8 * 8 : InterruptibleRowLess::kNoNumber),
      budget_(std::move(budget)),
      runs_(workers) {}

RowCollection& RowSorter::rows(std::size_t worker) {
  auto& rows = runs_[worker].rows;
  if (!rows) rows = std::make_unique<RowCollection>(layout_, budget_);
  return *rows;
}

void RowSorter::sortRun(std::size_t index) {
  Run& run = runs_[index];
  if (!run.rows) return;
  run.order = noEntries();
  run.order.reserve(run.rows->rowCount());
  for (const RowCollection::Page& page : run.rows->pages()) {
    std::byte* row = page.memory.data();
    for (std::uint64_t count = page.rowCount; count != 0; --count, row += layout_.rowBytes()) {
      if (numberOffset_ != InterruptibleRowLess::kNoNumber) {
        const std::uint64_t number = run.order.size();
        std::memcpy(row + numberOffset_, &number, sizeof(number));
      }
      run.order.push_back({keys_.prefix(row), row});
    }
  }
  // In place, so that nothing escapes the budget, or leaks when the comparison throws.
  boost::sort::pdqsort(run.order.begin(), run.order.end(), rowLess());
}

void RowSorter::merge() {
  BudgetedVector<SortEntry> merged = noEntries();
  for (Run& run : runs_) {
    if (run.order.empty()) continue;
    if (merged.empty()) {
      merged = std::move(run.order);
      continue;
    }
    BudgetedVector<SortEntry> united = noEntries();
    united.reserve(merged.size() + run.order.size());
    std::merge(merged.begin(), merged.end(), run.order.begin(), run.order.end(), std::back_inserter(united), rowLess());
    merged = std::move(united);
    run.order = noEntries();
  }
  merged_ = RowAddresses(RowAddresses::allocator_type(budget_));
  merged_.reserve(merged.size());
  for (const SortEntry& entry : merged) merged_.push_back(entry.row);
}

}  // namespace basalt
