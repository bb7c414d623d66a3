#include "runtime/memory/SystemMemory.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <sys/mman.h>

namespace basalt {

namespace {

/// Of a fresh block that gets all its pages at once.
constexpr std::size_t kMostPopulatedBytes = std::size_t{16} << 20;

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

/// Fresh pages, all zero. Whoever asks for zeroes looks before it writes, and a page that is read first costs two
/// faults: the first maps the system's page of zeroes, the second replaces it and stops all other workers' processors
/// to tell them. So blocks of moderate size, which are mostly written all over, get their pages at once; larger ones
/// get them where they are touched.
std::byte* mapZeroed(std::size_t occupied) noexcept {
  std::byte* const block = mapPages(occupied);
#ifdef MADV_POPULATE_WRITE
  if (block != nullptr && occupied <= kMostPopulatedBytes) madvise(block, occupied, MADV_POPULATE_WRITE);
#endif
  return block;
}

std::byte* allocateFresh(std::size_t occupied) noexcept {
  if (occupied >= SystemMemory::kHugePage) return mapPages(occupied);
  return static_cast<std::byte*>(std::aligned_alloc(SystemMemory::kAlignment, occupied));
}

void giveBack(std::byte* block, std::size_t occupied) noexcept {
  if (occupied >= SystemMemory::kHugePage) {
    munmap(block, occupied);
  } else {
    std::free(block);
  }
}

/// Blocks that nobody uses, the one freed last at the end.
class KeptBlocks {
 public:
  /// The one of just this size that was freed last, or null pointer.
  std::byte* take(std::size_t occupied) noexcept {
    if (!mayKeep(occupied)) return nullptr;
    const std::scoped_lock lock(mutex_);
    for (std::size_t index = count_; index-- != 0;) {
      if (blocks_[index].occupied == occupied) return remove(index);
    }
    return nullptr;
  }

  /// Gives those back to the system that have lain longest, where there are too many. False when it may not be kept.
  bool put(std::byte* block, std::size_t occupied) noexcept {
    if (!mayKeep(occupied)) return false;
    const std::scoped_lock lock(mutex_);
    while (count_ == kMost || bytes_ + occupied > SystemMemory::kKeptBytes) dropOldest();
    blocks_[count_++] = {block, occupied};
    bytes_ += occupied;
    return true;
  }

  void releaseAll() noexcept {
    const std::scoped_lock lock(mutex_);
    while (count_ != 0) dropOldest();
  }

 private:
  struct Block {
    std::byte* address = nullptr;
    std::size_t occupied = 0;
  };

  static bool mayKeep(std::size_t occupied) noexcept { return occupied >= kLeastBytes && occupied <= kMostBytes; }

  std::byte* remove(std::size_t index) noexcept {
    std::byte* const block = blocks_[index].address;
    bytes_ -= blocks_[index].occupied;
    std::copy(blocks_.begin() + index + 1, blocks_.begin() + count_, blocks_.begin() + index);
    --count_;
    return block;
  }

  void dropOldest() noexcept {
    const std::size_t occupied = blocks_.front().occupied;
    giveBack(remove(0), occupied);
  }

  /// Smaller ones the allocator keeps; of larger ones few would fill the room.
  static constexpr std::size_t kLeastBytes = std::size_t{32} << 10;
#if __has_feature(address_sanitizer)
  // Who uses a block that is free must be found out.
  static constexpr std::size_t kMostBytes = 0;
#else
  static constexpr std::size_t kMostBytes = SystemMemory::kKeptBytes / 8;
#endif
  static constexpr std::size_t kMost = 256;

  std::mutex mutex_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::array<Block, kMost> blocks_{};
};

KeptBlocks& keptBlocks() noexcept {
  // Never destroyed: blocks are freed until the process ends.
  static KeptBlocks& blocks = *new KeptBlocks;
  return blocks;
}

}  // namespace

std::byte* SystemMemory::allocate(std::size_t occupied) noexcept {
  if (std::byte* const block = keptBlocks().take(occupied)) return block;
  return allocateFresh(occupied);
}

std::byte* SystemMemory::allocateZeroed(std::size_t occupied) noexcept {
  std::byte* block = keptBlocks().take(occupied);
  if (block == nullptr && occupied >= kHugePage) return mapZeroed(occupied);
  if (block == nullptr) block = allocateFresh(occupied);
  if (block != nullptr) std::memset(block, 0, occupied);
  return block;
}

void SystemMemory::releaseKept() noexcept { keptBlocks().releaseAll(); }

void SystemMemory::free(std::byte* block, std::size_t occupied) noexcept {
  if (!keptBlocks().put(block, occupied)) giveBack(block, occupied);
}

}  // namespace basalt
