#include "runtime/sort/TopNTable.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/pipeline/ExportFailure.h"

namespace basalt {

TopNHeap::TopNHeap(const RowLayout& layout, SortKeyLayout keys, std::uint64_t rowLimit,
                   const std::shared_ptr<MemoryBudget>& budget)
    : rows_(layout, budget), keys_(std::move(keys)), rowLimit_(rowLimit), heap_(RowAddresses::allocator_type(budget)) {
  table_ = {rows_.append(), rows_.appender(), this};
}

bool TopNHeap::accepts() const noexcept {
  if (heap_.size() < rowLimit_) return true;
  if (heap_.empty()) return false;
  const int order = std::memcmp(table_.candidate, heap_.front(), keys_.decisiveBytes());
  // Where these are equal only the whole row can tell, and it is not there yet.
  return order < 0 || (order == 0 && keys_.needsTieBreak());
}

void TopNHeap::commit() {
  const auto before = [this](const std::byte* left, const std::byte* right) {
    return keys_.compare(rows_.layout(), left, right) < 0;
  };
  if (heap_.size() == rowLimit_) {
    if (!before(table_.candidate, heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end(), before);
    std::swap(heap_.back(), table_.candidate);
  } else {
    heap_.push_back(table_.candidate);
    table_.candidate = nullptr;
  }
  std::push_heap(heap_.begin(), heap_.end(), before);
  if (table_.candidate == nullptr) table_.candidate = rows_.append();
}

bool topNAccepts(TopNTable* table) noexcept { return table->owner->accepts(); }

bool topNCommit(TopNTable* table) noexcept {
  try {
    table->owner->commit();
    return true;
  } catch (...) {
    keepExportFailure(std::current_exception());
    return false;
  }
}

}  // namespace basalt
