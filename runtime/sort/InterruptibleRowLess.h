#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "runtime/scheduler/InterruptCheck.h"
#include "runtime/sort/SortEntry.h"
#include "runtime/sort/SortKeyLayout.h"

namespace basalt {

/// The order of rows by their keys, for sort algorithms that know nothing of cancelling: throws
/// ExecutionError(Cancelled) soon after `*interrupt` has become other than 0. Null pointer: never. With `numberOffset`,
/// rows with equal keys are in the order of the numbers that they have there.
class InterruptibleRowLess {
 public:
  static constexpr std::uint32_t kNoNumber = UINT32_MAX;

  InterruptibleRowLess(const RowLayout& layout, const SortKeyLayout& keys, const std::uint32_t* interrupt,
                       std::uint32_t numberOffset = kNoNumber) noexcept
      : layout_(&layout), keys_(&keys), check_(interrupt), numberOffset_(numberOffset) {}

  /// To be called for comparisons of other kinds.
  void check() { check_(); }
  bool operator()(const std::byte* left, const std::byte* right) {
    check_();
    return rowLess(left, right);
  }
  bool operator()(const SortEntry& left, const SortEntry& right) {
    check_();
    return left.prefix != right.prefix ? left.prefix < right.prefix : rowLess(left.row, right.row);
  }

 private:
  bool rowLess(const std::byte* left, const std::byte* right) const noexcept {
    const int order = keys_->compare(*layout_, left, right);
    return order == 0 ? numberLess(left, right) : order < 0;
  }
  bool numberLess(const std::byte* left, const std::byte* right) const noexcept {
    if (numberOffset_ == kNoNumber) return false;
    std::uint64_t leftNumber = 0;
    std::uint64_t rightNumber = 0;
    std::memcpy(&leftNumber, left + numberOffset_, sizeof(leftNumber));
    std::memcpy(&rightNumber, right + numberOffset_, sizeof(rightNumber));
    return leftNumber < rightNumber;
  }

  const RowLayout* layout_;
  const SortKeyLayout* keys_;
  InterruptCheck check_;
  std::uint32_t numberOffset_;
};

}  // namespace basalt
