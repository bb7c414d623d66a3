#include "runtime/memory/MemoryBudget.h"

#include <algorithm>
#include <cassert>

#include "runtime/ExecutionError.h"

namespace basalt {

MemoryBudget::MemoryBudget(std::string name, std::shared_ptr<MemoryBudget> parent, std::uint64_t limitBytes)
    : name_(std::move(name)),
      parent_(std::move(parent)),
      chargeMutex_(parent_ ? parent_->chargeMutex_ : std::make_shared<std::mutex>()),
      limit_(limitBytes) {}

std::shared_ptr<MemoryBudget> MemoryBudget::createRoot(std::string name, std::uint64_t limitBytes) {
  return std::shared_ptr<MemoryBudget>(new MemoryBudget(std::move(name), nullptr, limitBytes));
}

std::shared_ptr<MemoryBudget> MemoryBudget::createChild(std::string name, std::uint64_t limitBytes) {
  auto child = std::shared_ptr<MemoryBudget>(new MemoryBudget(std::move(name), shared_from_this(), limitBytes));
  const std::lock_guard lock(childrenMutex_);
  children_.push_back(child.get());
  return child;
}

MemoryBudget::~MemoryBudget() {
  assert(current() == 0 && "a memory budget ended with bytes still charged to it");
  if (parent_) {
    const std::lock_guard lock(parent_->childrenMutex_);
    std::erase(parent_->children_, this);
  }
}

const MemoryBudget* MemoryBudget::charge(std::uint64_t bytes) noexcept {
  // One lock for the tree: a charge that is refused at the root must not have been seen at a leaf. Charges are made per
  // block of memory, not per row. Releases need no lock: they can only make room.
  const std::lock_guard lock(*chargeMutex_);
  for (const MemoryBudget* level = this; level != nullptr; level = level->parent_.get()) {
    const std::uint64_t current = level->current();
    if (bytes > level->limit_ || current > level->limit_ - bytes) {
      return level;
    }
  }
  for (MemoryBudget* level = this; level != nullptr; level = level->parent_.get()) {
    const std::uint64_t now = level->current_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (now > level->peak()) {
      level->peak_.store(now, std::memory_order_relaxed);
    }
  }
  return nullptr;
}

bool MemoryBudget::tryReserve(std::uint64_t bytes) noexcept { return charge(bytes) == nullptr; }

void MemoryBudget::reserve(std::uint64_t bytes) {
  const MemoryBudget* refusing = charge(bytes);
  if (refusing == nullptr) {
    return;
  }
  std::string message = "not enough memory: the limit of '" + refusing->name_ + "' does not allow it; asked for " +
                        std::to_string(bytes) + " bytes, " + std::to_string(refusing->current()) + " of " +
                        std::to_string(refusing->limit_) + " bytes in use";
  constexpr std::size_t kHoldersShown = 5;
  std::string_view separator = "; most is held by ";
  for (const auto& [holder, held] : refusing->topHolders(kHoldersShown)) {
    message.append(separator).append(holder).append(": ").append(std::to_string(held));
    separator = ", ";
  }
  throw ExecutionError(ErrorCode::OutOfMemory, name_, std::move(message));
}

void MemoryBudget::release(std::uint64_t bytes) noexcept {
  for (MemoryBudget* level = this; level != nullptr; level = level->parent_.get()) {
    [[maybe_unused]] const std::uint64_t before = level->current_.fetch_sub(bytes, std::memory_order_relaxed);
    assert(before >= bytes && "more bytes released than were charged");
  }
}

std::uint64_t MemoryBudget::collectHolders(std::vector<std::pair<std::string, std::uint64_t>>& holders) const {
  const std::lock_guard lock(childrenMutex_);
  std::uint64_t heldByChildren = 0;
  for (const MemoryBudget* child : children_) {
    const std::uint64_t held = child->current();
    const std::uint64_t below = child->collectHolders(holders);
    heldByChildren += held;
    if (held > below) {
      holders.emplace_back(child->name_, held - below);
    }
  }
  return heldByChildren;
}

std::vector<std::pair<std::string, std::uint64_t>> MemoryBudget::topHolders(std::size_t count) const {
  std::vector<std::pair<std::string, std::uint64_t>> holders;
  collectHolders(holders);
  std::ranges::sort(holders, [](const auto& left, const auto& right) {
    return left.second != right.second ? left.second > right.second : left.first < right.first;
  });
  holders.resize(std::min(holders.size(), count));
  return holders;
}

}  // namespace basalt
