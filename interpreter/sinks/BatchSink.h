#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "runtime/batch/Batch.h"

namespace basalt::interpreter {

/// The end of a pipeline: takes batches into the worker's part of a breaker's state, or of the result.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  BatchSink(const BatchSink&) = delete;
  BatchSink& operator=(const BatchSink&) = delete;

  /// Takes the batch's selected rows in. Throws RowError for the first row whose expressions fail, after taking in
  /// those before it; ExecutionError(OutOfMemory).
  void consume(const Batch& batch) {
    rowsConsumed_ += batch.size();
    doConsume(batch);
  }
  std::uint64_t rowsConsumed() const noexcept { return rowsConsumed_; }
  const std::string& label() const noexcept { return label_; }

 protected:
  explicit BatchSink(std::string label) : label_(std::move(label)) {}

 private:
  virtual void doConsume(const Batch& batch) = 0;

  std::string label_;
  std::uint64_t rowsConsumed_ = 0;
};

}  // namespace basalt::interpreter
