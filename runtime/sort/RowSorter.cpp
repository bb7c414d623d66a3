#include "runtime/sort/RowSorter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/sort/pdqsort/pdqsort.hpp>

#include "runtime/sort/InterruptibleRowLess.h"

namespace basalt {

RowSorter::RowSorter(RowLayout layout, SortKeyLayout keys, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
    : layout_(std::move(layout)), keys_(std::move(keys)), budget_(std::move(budget)), runs_(workers) {}

RowCollection& RowSorter::rows(std::size_t worker) {
  auto& rows = runs_[worker].rows;
  if (!rows) rows = std::make_unique<RowCollection>(layout_, budget_);
  return *rows;
}

void RowSorter::sortRun(std::size_t index) {
  Run& run = runs_[index];
  if (!run.rows) return;
  const std::uint64_t count = run.rows->rowCount();
  run.order = RowAddresses(RowAddresses::allocator_type(budget_));
  run.order.reserve(count);
  run.rows->collectRows(run.order);
  // In place, so that nothing escapes the budget, or leaks when the comparison throws.
  boost::sort::pdqsort(run.order.begin(), run.order.end(), InterruptibleRowLess(layout_, keys_, interrupt_));
}

void RowSorter::merge() {
  std::vector<Run*> filled;
  for (Run& run : runs_) {
    if (!run.order.empty()) filled.push_back(&run);
  }
  merged_ = RowAddresses(RowAddresses::allocator_type(budget_));
  for (Run* run : filled) {
    if (merged_.empty()) {
      merged_ = std::move(run->order);
      continue;
    }
    RowAddresses united{RowAddresses::allocator_type(budget_)};
    united.reserve(merged_.size() + run->order.size());
    std::merge(merged_.begin(), merged_.end(), run->order.begin(), run->order.end(), std::back_inserter(united),
               InterruptibleRowLess(layout_, keys_, interrupt_));
    merged_ = std::move(united);
    run->order = RowAddresses(RowAddresses::allocator_type(budget_));
  }
}

}  // namespace basalt
