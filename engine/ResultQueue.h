#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "runtime/pipeline/ResultWriter.h"

namespace basalt {

/// Result batches on their way from the workers to the client. Bounded by consent: pushing always succeeds, so that no
/// row is ever lost, and whoever pushes asks isFull() before making more. Thread-safe.
class ResultQueue {
 public:
  explicit ResultQueue(std::size_t capacity) : capacity_(capacity) {}

  void push(std::vector<ResultBatch> batches);
  bool isFull() const;
  /// Nothing more will come; `failure` is what the client gets behind the last batch, or null.
  void close(std::exception_ptr failure);
  /// Drops what waits: the client does not want it any more.
  void discard();
  /// The next batch, waiting for it; nothing at the end. Throws the failure, each time.
  std::optional<ResultBatch> pop();
  void waitUntilClosed();
  std::uint64_t rowsPushed() const;

 private:
  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ResultBatch> batches_;
  std::uint64_t rowsPushed_ = 0;
  bool discarding_ = false;
  bool closed_ = false;
  std::exception_ptr failure_;
};

}  // namespace basalt
