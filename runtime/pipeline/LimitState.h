#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "runtime/Annotations.h"

namespace basalt {

/// The count that the workers of a LIMIT share. Rows are numbered in order of arrival.
class LimitState {
 public:
  LimitState(std::uint64_t limit, std::uint64_t offset) noexcept
      // Without rows to pass there are none to skip either.
      : offset_(limit == 0 ? 0 : offset), end_(limit > UINT64_MAX - offset_ ? UINT64_MAX : offset_ + limit) {}

  struct Claim {
    /// Of the claimed rows, [first, last) pass.
    std::uint64_t first;
    std::uint64_t last;
  };
  /// Claims the next `rows` numbers.
  Claim claim(std::uint64_t rows) noexcept {
    if (isExhausted()) return {0, 0};
    const std::uint64_t begin = arrived_.fetch_add(rows, std::memory_order_relaxed);
    const std::uint64_t first = std::clamp(offset_, begin, begin + rows);
    const std::uint64_t last = std::clamp(end_, begin, begin + rows);
    return {first - begin, last - begin};
  }
  /// No further row will pass.
  bool isExhausted() const noexcept { return arrived_.load(std::memory_order_relaxed) >= end_; }

 private:
  std::uint64_t offset_;
  std::uint64_t end_;
  std::atomic<std::uint64_t> arrived_{0};
};

/// Claims one row; true when it passes.
BASALT_EXPORT bool limitTake(LimitState* state) noexcept;
/// True when no further row will pass.
BASALT_EXPORT bool limitIsExhausted(const LimitState* state) noexcept;

}  // namespace basalt
