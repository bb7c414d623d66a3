#include "runtime/memory/SystemMemory.h"

#include <cstdint>
#include <cstdlib>

#include <sys/mman.h>

namespace basalt {

namespace {

std::byte* mapPages(std::size_t bytes) noexcept {
  const std::size_t reserved = bytes + SystemMemory::kHugePage;
  void* mapping = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) {
    return nullptr;
  }
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

}  // namespace

std::byte* SystemMemory::allocate(std::size_t occupied) noexcept {
  return occupied >= kHugePage ? mapPages(occupied) : static_cast<std::byte*>(std::aligned_alloc(kAlignment, occupied));
}

void SystemMemory::free(std::byte* block, std::size_t occupied) noexcept {
  if (occupied >= kHugePage) {
    munmap(block, occupied);
  } else {
    std::free(block);
  }
}

}  // namespace basalt
