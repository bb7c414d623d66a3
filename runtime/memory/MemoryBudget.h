#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace basalt {

/// A node of the tree of memory budgets: process → query → operator. State: the bytes charged to it and its descendants
/// now, the highest such figure so far, and a limit. A charge takes effect on every level up to the root or on none,
/// and a refused charge is never seen, so at each node `current()` and `peak()` are exact at all times, and `current()`
/// is 0 when everything below has been released. Thread-safe. A child keeps its parent alive; a node with bytes still
/// charged at its end is a defect (asserted).
class MemoryBudget : public std::enable_shared_from_this<MemoryBudget> {
 public:
  static constexpr std::uint64_t kUnlimited = UINT64_MAX;

  static std::shared_ptr<MemoryBudget> createRoot(std::string name, std::uint64_t limitBytes = kUnlimited);
  std::shared_ptr<MemoryBudget> createChild(std::string name, std::uint64_t limitBytes = kUnlimited);
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Charges `bytes`; throws ExecutionError(OutOfMemory) that names this budget, the level whose limit was hit, and the
  /// top holders below that level.
  void reserve(std::uint64_t bytes);
  /// The same without throwing; false when a limit on the way to the root does not allow it.
  bool tryReserve(std::uint64_t bytes) noexcept;
  void release(std::uint64_t bytes) noexcept;

  const std::string& name() const noexcept { return name_; }
  std::uint64_t current() const noexcept { return current_.load(std::memory_order_relaxed); }
  std::uint64_t peak() const noexcept { return peak_.load(std::memory_order_relaxed); }
  std::uint64_t limit() const noexcept { return limit_; }

  /// The descendants that hold most, most first, with the bytes charged to them directly, not through their own
  /// descendants; at most `count`.
  std::vector<std::pair<std::string, std::uint64_t>> topHolders(std::size_t count) const;

 private:
  MemoryBudget(std::string name, std::shared_ptr<MemoryBudget> parent, std::uint64_t limitBytes);

  /// Charges every level, or returns the lowest one that refuses.
  const MemoryBudget* charge(std::uint64_t bytes) noexcept;
  /// Appends all descendants with what they hold directly; returns what the children hold together.
  std::uint64_t collectHolders(std::vector<std::pair<std::string, std::uint64_t>>& holders) const;

  std::string name_;
  std::shared_ptr<MemoryBudget> parent_;
  /// One for the whole tree.
  std::shared_ptr<std::mutex> chargeMutex_;
  std::uint64_t limit_;
  std::atomic<std::uint64_t> current_{0};
  std::atomic<std::uint64_t> peak_{0};
  mutable std::mutex childrenMutex_;
  std::vector<MemoryBudget*> children_;
};

}  // namespace basalt
