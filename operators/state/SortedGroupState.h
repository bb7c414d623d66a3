#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "operators/spec/OperatorSpec.h"
#include "runtime/memory/Buffer.h"
#include "runtime/rows/SortedGroup.h"

namespace basalt {

/// Keeps the one group that a sort-based aggregation is in the middle of. Its strings are in one of two arenas, so that
/// they can be moved to the other one when those that lie beside them are given up: constant memory for any number of
/// groups.
class SortedGroupState final : public SortedGroupOwner {
 public:
  SortedGroupState(const AggregationSpec& spec, const std::shared_ptr<MemoryBudget>& budget);

  SortedGroup* group() noexcept { return &group_; }
  /// Makes a copy of `row`, whose strings are in the group's arena, the current group. Its strings move; all others
  /// stay in place until forgetOthers(). Throws ExecutionError.
  void carryOver(const std::byte* row);
  /// Gives up the strings that the last carryOver() has left behind.
  void forgetOthers() noexcept { arenas_[1 - current_].strings().clear(); }
  void compact() override;

 private:
  void useArena(std::size_t arena) noexcept;
  void moveStrings(const std::byte* source, std::byte* target);

  const AggregationSpec& spec_;
  bool hasStrings_;
  Buffer row_;
  Buffer copy_;
  /// Without rows: what matters are the strings.
  std::array<RowCollection, 2> arenas_;
  std::size_t current_ = 0;
  std::uint64_t bytesWhenCompacted_ = 0;
  SortedGroup group_{};
};

}  // namespace basalt
