#include "engine/OrderedResults.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace basalt {

void OrderedResults::push(std::uint64_t morsel, std::vector<ResultBatch> batches, bool isLast) {
  const std::scoped_lock lock(mutex_);
  if (morsel != front_) {
    waitingBatches_ += batches.size();
    Waiting& waiting = waiting_[morsel];
    std::ranges::move(batches, std::back_inserter(waiting.batches));
    waiting.isLast = isLast;
    return;
  }
  queue_.push(std::move(batches));
  while (isLast) {
    const auto next = waiting_.find(++front_);
    if (next == waiting_.end()) return;
    waitingBatches_ -= next->second.batches.size();
    isLast = next->second.isLast;
    queue_.push(std::move(next->second.batches));
    waiting_.erase(next);
  }
}

bool OrderedResults::isFull(std::uint64_t morsel) const {
  if (queue_.isFull()) return true;
  const std::scoped_lock lock(mutex_);
  return morsel != front_ && waitingBatches_ >= capacity_;
}

}  // namespace basalt
