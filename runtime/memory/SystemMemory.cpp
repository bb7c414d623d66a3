#include "runtime/memory/SystemMemory.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <sys/mman.h>

namespace basalt {

namespace {

std::byte* mapPages(std::size_t bytes) noexcept {
  const std::size_t reserved = bytes + SystemMemory::kHugePage;
  void* mapping = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  auto* start = static_cast<std::byte*>(mapping);
  const std::size_t misalignment = reinterpret_cast<std::uintptr_t>(start) % SystemMemory::kHugePage;  // NOLINT
  const std::size_t before = misalignment == 0 ? 0 : SystemMemory::kHugePage - misalignment;
  if (before != 0) {
    munmap(start, before);
  }
  munmap(start + before + bytes, reserved - before - bytes);
  // A hint: the memory is just as good when the system has no huge pages.
  madvise(start + before, bytes, MADV_HUGEPAGE);
  return start + before;
}

/// Blocks of a huge page that nobody uses.
class KeptBlocks {
 public:
  /// Null pointer when there is none.
  std::byte* take() noexcept {
    const std::scoped_lock lock(mutex_);
    return count_ != 0 ? blocks_[--count_] : nullptr;
  }
  /// False when there are enough.
  bool put(std::byte* block) noexcept {
    const std::scoped_lock lock(mutex_);
    if (count_ == kCapacity) return false;
    blocks_[count_++] = block;
    return true;
  }

 private:
  // Who uses a block that is free must be found out.
#if __has_feature(address_sanitizer)
  static constexpr std::size_t kCapacity = 0;
#else
  static constexpr std::size_t kCapacity = SystemMemory::kKeptBlocks;
#endif

  std::mutex mutex_;
  std::size_t count_ = 0;
  std::array<std::byte*, SystemMemory::kKeptBlocks> blocks_{};
};

KeptBlocks& keptBlocks() noexcept {
  // Never destroyed: blocks are freed until the process ends.
  static KeptBlocks& blocks = *new KeptBlocks;
  return blocks;
}

}  // namespace

std::byte* SystemMemory::allocate(std::size_t occupied) noexcept {
  if (occupied == kHugePage) {
    if (std::byte* const block = keptBlocks().take()) return block;
  }
  return occupied >= kHugePage ? mapPages(occupied) : static_cast<std::byte*>(std::aligned_alloc(kAlignment, occupied));
}

std::byte* SystemMemory::allocateZeroed(std::size_t occupied) noexcept {
  if (occupied > kHugePage) return mapPages(occupied);
  std::byte* const block = allocate(occupied);
  if (block != nullptr) std::memset(block, 0, occupied);
  return block;
}

void SystemMemory::releaseKept() noexcept {
  while (std::byte* const block = keptBlocks().take()) munmap(block, kHugePage);
}

void SystemMemory::free(std::byte* block, std::size_t occupied) noexcept {
  if (occupied == kHugePage && keptBlocks().put(block)) return;
  if (occupied >= kHugePage) {
    munmap(block, occupied);
  } else {
    std::free(block);
  }
}

}  // namespace basalt
