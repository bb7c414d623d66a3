#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/memory/Buffer.h"
#include "runtime/types/StringView.h"

namespace basalt {

/// Bump-allocated bytes behind long strings that were computed or copied. Charged to a budget; freed all at once.
class StringArena {
 public:
  explicit StringArena(std::shared_ptr<MemoryBudget> budget) : budget_(std::move(budget)) {}

  /// Room for `bytes`; throws ExecutionError(OutOfMemory).
  char* allocate(std::size_t bytes);
  /// A handle whose bytes live here (or inline); throws ExecutionError(OutOfMemory).
  StringView copy(StringView text);
  /// Gives up all strings but keeps one block for reuse.
  void clear() noexcept;
  /// Bytes handed out since the last clear().
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  std::shared_ptr<MemoryBudget> budget_;
  std::vector<Buffer> blocks_;
  /// Bytes taken of the last block, the one that is being filled.
  std::size_t used_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Room for `bytes` in `arena`, or null pointer when memory ran out: what kernels call, since they do not throw.
BASALT_EXPORT char* arenaAllocate(StringArena* arena, std::uint64_t bytes) noexcept;

}  // namespace basalt
