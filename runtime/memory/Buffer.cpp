#include "runtime/memory/Buffer.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include <sys/mman.h>

#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

/// Pages straight from the system, starting on a huge page's boundary; null pointer when there are none. Freed memory
/// goes back at once, so what a budget says is what the process occupies.
std::byte* mapPages(std::size_t bytes) noexcept {
  const std::size_t reserved = bytes + Buffer::kHugePage;
  void* mapping = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) {
    return nullptr;
  }
  auto* start = static_cast<std::byte*>(mapping);
  const std::size_t misalignment = reinterpret_cast<std::uintptr_t>(start) % Buffer::kHugePage;  // NOLINT
  const std::size_t before = misalignment == 0 ? 0 : Buffer::kHugePage - misalignment;
  if (before != 0) {
    munmap(start, before);
  }
  munmap(start + before + bytes, reserved - before - bytes);
  // A hint: the memory is just as good when the system has no huge pages.
  madvise(start + before, bytes, MADV_HUGEPAGE);
  return start + before;
}

}  // namespace

Buffer::Buffer(std::shared_ptr<MemoryBudget> budget, std::size_t bytes) : budget_(std::move(budget)), size_(bytes) {
  // Half of the address space is more than there is, and keeps the sums below from wrapping.
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) {
    throw ExecutionError(ErrorCode::OutOfMemory, budget_->name(),
                         "not enough memory: asked for " + std::to_string(bytes) + " bytes");
  }
  const std::size_t charged = chargedBytes(bytes);
  budget_->reserve(charged);
  data_ = charged >= kHugePage ? mapPages(charged) : static_cast<std::byte*>(std::aligned_alloc(kAlignment, charged));
  if (data_ == nullptr) {
    budget_->release(charged);
    throw ExecutionError(ErrorCode::OutOfMemory, budget_->name(),
                         "not enough memory: the system refused " + std::to_string(charged) + " bytes");
  }
}

Buffer Buffer::zeroed(std::shared_ptr<MemoryBudget> budget, std::size_t bytes) {
  Buffer buffer(std::move(budget), bytes);
  // Pages from the system are.
  if (chargedBytes(bytes) < kHugePage) std::memset(buffer.data_, 0, bytes);
  return buffer;
}

Buffer::~Buffer() {
  if (data_ == nullptr) {
    return;
  }
  const std::size_t charged = chargedBytes(size_);
  if (charged >= kHugePage) {
    munmap(data_, charged);
  } else {
    std::free(data_);
  }
  budget_->release(charged);
}

}  // namespace basalt
