#include "operators/state/SortedGroupState.h"

#include <algorithm>
#include <cstring>

#include "operators/expression/AggregateLoop.h"
#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

/// Less than this is not worth a compaction.
constexpr std::uint64_t kBytesToCompact = std::uint64_t{64} * 1024;

}  // namespace

SortedGroupState::SortedGroupState(const AggregationSpec& spec, const std::shared_ptr<MemoryBudget>& budget)
    : spec_(spec),
      hasStrings_(spec.holdsStrings()),
      row_(budget, spec.layout.rowBytes()),
      copy_(budget, spec.layout.rowBytes()),
      arenas_{RowCollection(spec.layout, budget), RowCollection(spec.layout, budget)} {
  group_.row = row_.data();
  group_.owner = this;
  useArena(0);
}

void SortedGroupState::useArena(std::size_t arena) noexcept {
  current_ = arena;
  group_.keys = arenas_[arena].appender();
  group_.strings = &arenas_[arena].strings();
}

void SortedGroupState::carryOver(const std::byte* row) {
  group_.isOpen = 1;
  if (!hasStrings_) {
    if (row != group_.row) std::memcpy(group_.row, row, spec_.layout.rowBytes());
    return;
  }
  std::memcpy(copy_.data(), row, spec_.layout.rowBytes());
  forgetOthers();
  useArena(1 - current_);
  std::memcpy(group_.row, copy_.data(), spec_.layout.rowBytes());
  moveStrings(copy_.data(), group_.row);
  bytesWhenCompacted_ = group_.strings->bytes();
}

void SortedGroupState::moveStrings(const std::byte* source, std::byte* target) {
  for (std::size_t key = 0; key < spec_.keyCount(); ++key) {
    const RowLayout::Column& column = spec_.layout.column(key);
    if (!column.holdsText()) continue;
    StringView text{};
    std::memcpy(&text, source + column.offset, sizeof(text));
    text = group_.strings->copy(text);
    std::memcpy(target + column.offset, &text, sizeof(text));
  }
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    const AggregateSpec& aggregate = spec_.aggregates[index];
    if (!aggregate.function->mergeUsesArena) continue;
    // A fresh state that takes in another one is a copy of it with strings of its own.
    const std::uint32_t offset = spec_.layout.blockOffset(index);
    const AggregateLoops& loops = aggregateLoops(*aggregate.function);
    ErrorCode error = ErrorCode::None;
    loops.initialise(target + offset);
    loops.merge(target + offset, source + offset, &error, group_.strings);
    if (error != ErrorCode::None) throw ExecutionError(error, spec_.label(), aggregate.text);
  }
}

void SortedGroupState::compact() {
  if (group_.isOpen == 0 || group_.strings->bytes() < kBytesToCompact + 2 * bytesWhenCompacted_) return;
  carryOver(group_.row);
  forgetOthers();
}

}  // namespace basalt
