#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/scheduler/InterruptCheck.h"
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
      : layout_(&layout), keys_(&keys), check_(interrupt) {}

  bool operator()(const std::byte* left, const std::byte* right) {
    check_();
    return keys_->compare(*layout_, left, right) < 0;
  }
  bool operator()(const SortEntry& left, const SortEntry& right) {
    check_();
    if (left.prefix != right.prefix) return left.prefix < right.prefix;
    return !keys_->prefixDecides() && keys_->compare(*layout_, left.row, right.row) < 0;
  }

 private:
  const RowLayout* layout_;
  const SortKeyLayout* keys_;
  InterruptCheck check_;
};

}  // namespace basalt
