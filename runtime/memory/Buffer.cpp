#include "runtime/memory/Buffer.h"

#include <cstring>
#include <limits>
#include <string>

#include "runtime/ExecutionError.h"

namespace basalt {

Buffer::Buffer(std::shared_ptr<MemoryBudget> budget, std::size_t bytes) : budget_(std::move(budget)), size_(bytes) {
  // Half of the address space is more than there is, and keeps the sums below from wrapping.
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) {
    throw ExecutionError(ErrorCode::OutOfMemory, budget_->name(),
                         "not enough memory: asked for " + std::to_string(bytes) + " bytes");
  }
  const std::size_t charged = chargedBytes(bytes);
  budget_->reserve(charged);
  data_ = SystemMemory::allocate(charged);
  if (data_ == nullptr) {
    budget_->release(charged);
    throw ExecutionError(ErrorCode::OutOfMemory, budget_->name(),
                         "not enough memory: the system refused " + std::to_string(charged) + " bytes");
  }
}

Buffer Buffer::zeroed(std::shared_ptr<MemoryBudget> budget, std::size_t bytes) {
  Buffer buffer(std::move(budget), bytes);
  if (!SystemMemory::isZeroed(chargedBytes(bytes))) std::memset(buffer.data_, 0, bytes);
  return buffer;
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
