#include "runtime/memory/SystemMemory.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

#include "runtime/memory/KeptBlocks.h"

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

std::size_t bytesOfTheMachine() noexcept {
  const auto pages = sysconf(_SC_PHYS_PAGES);
  const auto pageBytes = sysconf(_SC_PAGESIZE);
  return pages <= 0 || pageBytes <= 0 ? 0 : static_cast<std::size_t>(pages) * static_cast<std::size_t>(pageBytes);
}

KeptBlocks::Limits limitsOfKeptBlocks() noexcept {
  constexpr std::size_t kShare = 16;
  constexpr std::size_t kSlack = std::size_t{128} << 20;
  KeptBlocks::Limits limits{.mostBytes = std::max(kSlack, bytesOfTheMachine() / kShare), .slack = kSlack};
#if __has_feature(address_sanitizer)
  // Who uses a block that is free must be found out.
  limits = {.mostBytes = 0, .slack = 0};
#endif
  return limits;
}

KeptBlocks& keptBlocks() noexcept {
  // Never destroyed: blocks are freed until the process ends.
  static KeptBlocks& blocks = *new KeptBlocks(limitsOfKeptBlocks(), giveBack);
  return blocks;
}

/// A fresh block for one that has been counted as in use.
std::byte* mapCounted(std::size_t occupied, std::byte* (*map)(std::size_t occupied) noexcept) noexcept {
  std::byte* block = map(occupied);
  if (block == nullptr) {
    // The blocks kept may be in its way.
    keptBlocks().releaseAll();
    block = map(occupied);
  }
  if (block == nullptr) keptBlocks().forget(occupied);
  return block;
}

}  // namespace

std::byte* SystemMemory::allocate(std::size_t occupied) noexcept {
  if (occupied < KeptBlocks::kLeastBytes) return allocateFresh(occupied);
  if (std::byte* const block = keptBlocks().take(occupied)) return block;
  return mapCounted(occupied, allocateFresh);
}

std::byte* SystemMemory::allocateZeroed(std::size_t occupied) noexcept {
  if (occupied < kHugePage) {
    std::byte* const block = allocate(occupied);
    if (block != nullptr) std::memset(block, 0, occupied);
    return block;
  }
  std::byte* const block = keptBlocks().take(occupied);
  if (block == nullptr) return mapCounted(occupied, mapZeroed);
  std::memset(block, 0, occupied);
  return block;
}

void SystemMemory::releaseKept() noexcept { keptBlocks().releaseAll(); }

void SystemMemory::releaseLongKept() noexcept { keptBlocks().releaseOlderThan(KeptBlocks::Clock::now() - kKeptFor); }

void SystemMemory::free(std::byte* block, std::size_t occupied) noexcept {
  if (occupied < KeptBlocks::kLeastBytes) {
    giveBack(block, occupied);
  } else {
    keptBlocks().put(block, occupied);
  }
}

}  // namespace basalt
