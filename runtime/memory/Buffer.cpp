#include "runtime/memory/Buffer.h"

#include <limits>
#include <string>

#include "runtime/ExecutionError.h"

namespace basalt {

Buffer::Buffer(std::shared_ptr<MemoryBudget> budget, std::size_t bytes)
    : Buffer(std::move(budget), bytes, SystemMemory::allocate) {}

Buffer::Buffer(std::shared_ptr<MemoryBudget> budget, std::size_t bytes, Allocate allocate)
    : budget_(std::move(budget)), size_(bytes) {
  // Half of the address space is more than there is, and keeps the sums below from wrapping.
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) {
    throw ExecutionError(ErrorCode::OutOfMemory, budget_->name(),
                         "not enough memory: asked for " + std::to_string(bytes) + " bytes");
  }
  const std::size_t charged = chargedBytes(bytes);
  budget_->reserve(charged);
  data_ = allocate(charged);
  if (data_ == nullptr) {
    budget_->release(charged);
    throw ExecutionError(ErrorCode::OutOfMemory, budget_->name(),
                         "not enough memory: the system refused " + std::to_string(charged) + " bytes");
  }
}

Buffer Buffer::zeroed(std::shared_ptr<MemoryBudget> budget, std::size_t bytes) {
  return {std::move(budget), bytes, SystemMemory::allocateZeroed};
}

Buffer::~Buffer() {
  if (data_ == nullptr) {
    return;
  }
  const std::size_t charged = chargedBytes(size_);
  SystemMemory::free(data_, charged);
  budget_->release(charged);
}

}  // namespace basalt
