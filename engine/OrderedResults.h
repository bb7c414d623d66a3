#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "engine/ResultQueue.h"

namespace basalt {

/// Results of morsels that run side by side, on their way into a queue in the order of the morsels, which are numbered
/// from 0 and all have to end. Like the queue bounded by consent. Thread-safe.
class OrderedResults {
 public:
  /// `capacity`: batches that may wait here for those of morsels in front of theirs.
  OrderedResults(ResultQueue& queue, std::size_t capacity) : queue_(queue), capacity_(capacity) {}

  /// Batches of a morsel, behind those that it brought before; `isLast`: the morsel is done.
  void push(std::uint64_t morsel, std::vector<ResultBatch> batches, bool isLast);
  /// Whether the morsel should bring no more for now. While the queue has room, never the one in front: it is what the
  /// others wait for.
  bool isFull(std::uint64_t morsel) const;

 private:
  struct Waiting {
    std::vector<ResultBatch> batches;
    bool isLast = false;
  };

  ResultQueue& queue_;
  std::size_t capacity_;
  mutable std::mutex mutex_;
  /// The morsel in front: its batches go on at once.
  std::uint64_t front_ = 0;
  /// By morsel, behind that one.
  std::map<std::uint64_t, Waiting> waiting_;
  /// Batches of these.
  std::size_t waitingBatches_ = 0;
};

}  // namespace basalt
