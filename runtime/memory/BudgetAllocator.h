#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "runtime/memory/MemoryBudget.h"
#include "runtime/memory/SystemMemory.h"

namespace basalt {

/// Lets a standard container charge its memory to a budget. Allocation throws ExecutionError(OutOfMemory) when the
/// budget refuses. Without a budget (default-constructed) nothing may be allocated but by the system's allocator,
/// uncharged.
template <typename T>
class BudgetAllocator {
 public:
  using value_type = T;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_copy_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;

  BudgetAllocator() = default;
  explicit BudgetAllocator(std::shared_ptr<MemoryBudget> budget) noexcept : budget_(std::move(budget)) {}
  template <typename U>
  BudgetAllocator(const BudgetAllocator<U>& other) noexcept : budget_(other.budget()) {}  // NOLINT

  T* allocate(std::size_t count) {
    const std::size_t occupied = SystemMemory::occupied(count * sizeof(T));
    if (budget_) budget_->reserve(occupied);
    auto* const memory = reinterpret_cast<T*>(SystemMemory::allocate(occupied));  // NOLINT
    if (memory != nullptr) return memory;
    if (budget_) budget_->release(occupied);
    throw std::bad_alloc();
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    const std::size_t occupied = SystemMemory::occupied(count * sizeof(T));
    SystemMemory::free(reinterpret_cast<std::byte*>(memory), occupied);  // NOLINT
    if (budget_) budget_->release(occupied);
  }
  /// Elements that come without a value stay uninitialised: mostly they are written all the same.
  template <typename U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  const std::shared_ptr<MemoryBudget>& budget() const noexcept { return budget_; }
  friend bool operator==(const BudgetAllocator& left, const BudgetAllocator& right) noexcept {
    return left.budget_ == right.budget_;
  }

 private:
  std::shared_ptr<MemoryBudget> budget_;
};

template <typename T>
using BudgetedVector = std::vector<T, BudgetAllocator<T>>;

}  // namespace basalt
