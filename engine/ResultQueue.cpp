#include "engine/ResultQueue.h"

#include <utility>

namespace basalt {

void ResultQueue::push(std::vector<ResultBatch> batches) {
  if (batches.empty()) return;
  const std::scoped_lock lock(mutex_);
  for (ResultBatch& batch : batches) {
    rowsPushed_ += batch.batch.size();
    if (!discarding_) batches_.push_back(std::move(batch));
  }
  changed_.notify_all();
}

bool ResultQueue::isFull() const {
  const std::scoped_lock lock(mutex_);
  return batches_.size() >= capacity_;
}

void ResultQueue::close(std::exception_ptr failure) {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  failure_ = std::move(failure);
  // Rows of a failed query are not handed out behind the client's back.
  if (failure_) batches_.clear();
  changed_.notify_all();
}

void ResultQueue::discard() {
  const std::scoped_lock lock(mutex_);
  discarding_ = true;
  batches_.clear();
}

std::optional<ResultBatch> ResultQueue::pop() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !batches_.empty(); });
  if (!batches_.empty()) {
    ResultBatch batch = std::move(batches_.front());
    batches_.pop_front();
    return batch;
  }
  if (failure_) std::rethrow_exception(failure_);
  return std::nullopt;
}

void ResultQueue::waitUntilClosed() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_; });
}

std::uint64_t ResultQueue::rowsPushed() const {
  const std::scoped_lock lock(mutex_);
  return rowsPushed_;
}

}  // namespace basalt
