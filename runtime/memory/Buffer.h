#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "runtime/memory/MemoryBudget.h"
#include "runtime/memory/SystemMemory.h"

namespace basalt {

/// A block of uninitialised memory, 64-byte aligned with 64 readable bytes of padding behind it (so that vector loads
/// may run past the end), charged to a budget for as long as it lives. Blocks of 2 MiB and more ask for huge pages.
class Buffer {
 public:
  static constexpr std::size_t kPadding = 64;

  /// What a buffer of `bytes` takes from its budget: the memory it really occupies, padding included.
  static constexpr std::size_t chargedBytes(std::size_t bytes) noexcept {
    return SystemMemory::occupied(bytes + kPadding);
  }

  Buffer() = default;
  /// Throws ExecutionError(OutOfMemory) when the budget or the system refuses.
  Buffer(std::shared_ptr<MemoryBudget> budget, std::size_t bytes);
  /// All zero; of large ones only what is touched takes memory of the machine.
  static Buffer zeroed(std::shared_ptr<MemoryBudget> budget, std::size_t bytes);
  ~Buffer();
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer moved(std::move(other));
    swap(moved);
    return *this;
  }

  std::byte* data() const noexcept { return data_; }
  template <typename T>
  T* as() const noexcept {
    return reinterpret_cast<T*>(data_);  // NOLINT
  }
  std::size_t size() const noexcept { return size_; }
  explicit operator bool() const noexcept { return data_ != nullptr; }

 private:
  using Allocate = std::byte* (*)(std::size_t) noexcept;
  Buffer(std::shared_ptr<MemoryBudget> budget, std::size_t bytes, Allocate allocate);

  void swap(Buffer& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  std::shared_ptr<MemoryBudget> budget_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace basalt
