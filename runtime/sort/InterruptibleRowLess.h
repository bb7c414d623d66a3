#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/ExecutionError.h"
#include "runtime/sort/SortKeyLayout.h"

namespace basalt {

/// A row to sort with its key's prefix beside it: most comparisons do not look at the row.
/// (Nyberg et al., "AlphaSort: A RISC Machine Sort", SIGMOD 1994.)
struct SortEntry {
  std::uint64_t prefix;
  std::byte* row;
};

/// The order of rows by their keys, for sort algorithms that know nothing of cancelling: throws
/// ExecutionError(Cancelled) soon after `*interrupt` has become other than 0. Null pointer: never.
class InterruptibleRowLess {
 public:
  InterruptibleRowLess(const RowLayout& layout, const SortKeyLayout& keys, const std::uint32_t* interrupt) noexcept
      : layout_(&layout), keys_(&keys), interrupt_(interrupt) {}

  bool operator()(const std::byte* left, const std::byte* right) {
    lookForInterrupt();
    return keys_->compare(*layout_, left, right) < 0;
  }
  bool operator()(const SortEntry& left, const SortEntry& right) {
    lookForInterrupt();
    if (left.prefix != right.prefix) return left.prefix < right.prefix;
    return !keys_->prefixDecides() && keys_->compare(*layout_, left.row, right.row) < 0;
  }

 private:
  /// Far less than a millisecond's, and so many that looking costs nothing.
  static constexpr std::uint32_t kComparisonsPerLook = 1024;

  void lookForInterrupt() {
    if (++comparisons_ % kComparisonsPerLook == 0 && interrupt_ != nullptr &&
        __atomic_load_n(interrupt_, __ATOMIC_RELAXED) != 0) {
      throw ExecutionError(ErrorCode::Cancelled, "query", "the query was cancelled");
    }
  }

  const RowLayout* layout_;
  const SortKeyLayout* keys_;
  const std::uint32_t* interrupt_;
  std::uint32_t comparisons_ = 0;
};

}  // namespace basalt
