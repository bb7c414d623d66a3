#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "interpreter/columns/RowSelection.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// Buffers for positions, taken and given back in stack order, so that nested conditions need no allocation per batch.
class SelectionStack {
 public:
  explicit SelectionStack(std::shared_ptr<MemoryBudget> budget) : budget_(std::move(budget)) {}

  /// Sets the positions that a buffer has room for; only while the stack is empty.
  void setCapacity(std::uint32_t rows) {
    if (rows <= capacity_) return;
    capacity_ = rows;
    buffers_.clear();
  }
  /// Room for as many positions as setCapacity() said (or as many bytes, which are fewer).
  std::uint32_t* push() {
    if (depth_ == buffers_.size()) {
      buffers_.emplace_back(budget_, (std::size_t{capacity_} + kSelectionPadding) * sizeof(std::uint32_t));
    }
    return buffers_[depth_++].as<std::uint32_t>();
  }
  std::size_t depth() const noexcept { return depth_; }
  /// Gives back all buffers pushed since the stack had this depth.
  void popTo(std::size_t depth) noexcept { depth_ = depth; }

 private:
  std::shared_ptr<MemoryBudget> budget_;
  std::vector<Buffer> buffers_;
  std::size_t depth_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace basalt::interpreter
