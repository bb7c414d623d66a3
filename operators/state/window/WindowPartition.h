#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "operators/spec/WindowSpec.h"
#include "runtime/memory/BudgetAllocator.h"
#include "runtime/scheduler/InterruptCheck.h"

namespace basalt {

/// The partition of a window whose functions are being computed; taken by one part of the work after the other. Rows go
/// by their position in it.
class WindowPartition {
 public:
  WindowPartition(const WindowSpec& spec, const std::shared_ptr<MemoryBudget>& budget, InterruptCheck& check)
      : spec_(spec), check_(check), groupStarts_(BudgetAllocator<std::uint64_t>(budget)) {}

  /// Goes on to another partition; the addresses must outlive its use.
  void reset(std::span<std::byte* const> rows) noexcept {
    rows_ = rows;
    groupStarts_.clear();
  }

  std::uint64_t size() const noexcept { return rows_.size(); }
  std::span<std::byte* const> rows() const noexcept { return rows_; }
  std::byte* row(std::uint64_t position) const noexcept { return rows_[position]; }
  /// Where the groups of peers begin, ascending, and size() behind them.
  std::span<const std::uint64_t> groupStarts();
  InterruptCheck& interruptCheck() const noexcept { return check_; }

 private:
  const WindowSpec& spec_;
  InterruptCheck& check_;
  std::span<std::byte* const> rows_;
  BudgetedVector<std::uint64_t> groupStarts_;
};

}  // namespace basalt
