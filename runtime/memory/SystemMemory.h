#pragma once

#include <chrono>
#include <cstddef>

namespace basalt {

/// Memory straight from the system or its allocator, charged to nobody: what Buffer and BudgetAllocator stand on.
/// Blocks of a huge page and more are mapped on their own, begin on a huge page's boundary and ask for huge pages: one
/// fault for 2 MiB, and fewer misses in the processor's table of pages. What is freed is kept for whoever asks next for
/// a block of the same size, who is spared the system's clearing and mapping of pages: at most a 16th of the machine's
/// memory, so that a process never occupies over 128 MiB more than its budgets once held. Thread-safe.
class SystemMemory {
 public:
  static constexpr std::size_t kAlignment = 64;
  static constexpr std::size_t kHugePage = std::size_t{2} << 20;
  static constexpr std::chrono::seconds kKeptFor{10};

  /// What a block of at least `bytes` really occupies.
  static constexpr std::size_t occupied(std::size_t bytes) noexcept {
    // Where it is little in proportion, no rest is left to small pages.
    const std::size_t granule = bytes >= 8 * kHugePage ? kHugePage : bytes >= kHugePage ? kPage : kAlignment;
    return (bytes + granule - 1) / granule * granule;
  }

  /// A block of `occupied` bytes, 64-byte aligned; null pointer when there is no memory.
  static std::byte* allocate(std::size_t occupied) noexcept;
  /// The same, all zero.
  static std::byte* allocateZeroed(std::size_t occupied) noexcept;
  static void free(std::byte* block, std::size_t occupied) noexcept;
  /// Gives what is kept back to the system.
  static void releaseKept() noexcept;
  /// Gives back what has lain for kKeptFor and longer.
  static void releaseLongKept() noexcept;

 private:
  static constexpr std::size_t kPage = 4096;
};

}  // namespace basalt
