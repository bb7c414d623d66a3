#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/rows/RowCollection.h"
#include "runtime/sort/SortKeyLayout.h"

namespace basalt {

class TopNHeap;

/// What pipelines need of one worker's top-N heap.
struct BASALT_SHARED TopNTable {
  /// The row to fill next: first the key at its head, then, when topNAccepts() says so, its columns, then topNCommit().
  std::byte* candidate;
  /// Where its long strings go.
  RowAppender* rows;
  TopNHeap* owner;
};

/// Whether the candidate, of which only the key is written, may be among the first N.
BASALT_EXPORT bool topNAccepts(TopNTable* table) noexcept;
/// Takes the completed candidate in, drops the last of the rows when there are more than N, and provides another
/// candidate; false when memory ran out.
BASALT_EXPORT bool topNCommit(TopNTable* table) noexcept;

/// One worker's N first rows: a binary heap with the last of them on top; a row that drops out becomes the next
/// candidate.
class TopNHeap {
 public:
  TopNHeap(const RowLayout& layout, SortKeyLayout keys, std::uint64_t rowLimit,
           const std::shared_ptr<MemoryBudget>& budget);
  TopNHeap(const TopNHeap&) = delete;
  TopNHeap& operator=(const TopNHeap&) = delete;

  TopNTable* table() noexcept { return &table_; }
  bool accepts() const noexcept;
  void commit();
  /// The rows kept, in no order.
  const RowAddresses& rows() const noexcept { return heap_; }

 private:
  RowCollection rows_;
  SortKeyLayout keys_;
  std::uint64_t rowLimit_;
  RowAddresses heap_;
  TopNTable table_{};
};

}  // namespace basalt
