#include "interpreter/sinks/GroupPartition.h"

namespace basalt::interpreter {

std::size_t GroupPartition::slotOf(const std::byte* group) noexcept {
  // Fibonacci hashing: the product's high bits depend on all bits of the address.
  constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
  return (reinterpret_cast<std::uint64_t>(group) * kGoldenRatio) >> (64 - kSlotBits);  // NOLINT
}

std::uint32_t GroupPartition::findOrAdd(std::byte* group) noexcept {
  // Never full, as there are more slots than parts.
  for (std::size_t slot = slotOf(group);; slot = (slot + 1) % kSlots) {
    if (slots_[slot].group == group) return slots_[slot].part;
    if (slots_[slot].group != nullptr) continue;
    if (count_ == kMaxGroups) return kMaxGroups;
    slots_[slot] = {group, count_};
    parts_[count_].group = group;
    return count_++;
  }
}

bool GroupPartition::divide(const RowSelection& rows, std::byte* const* groups) {
  if (pause_ != 0) {
    --pause_;
    return false;
  }
  if (positions_.size() == 0) {
    positions_ = Buffer(context_.budget, kMaxGroups * context_.batchRows * sizeof(std::uint32_t));
  }
  slots_.fill({nullptr, 0});
  count_ = 0;
  if (assign(rows, groups) && rows.count >= count_ * kRowsPerPart) return true;
  pause_ = kPause;
  return false;
}

bool GroupPartition::assign(const RowSelection& rows, std::byte* const* groups) {
  auto* const positions = positions_.as<std::uint32_t>();
  const std::size_t capacity = context_.batchRows;
  std::array<std::uint32_t, kMaxGroups> counts{};
  for (std::uint32_t index = 0; index < rows.count; ++index) {
    const std::uint32_t position = rows.position(index);
    std::byte* const group = groups[position];
    const Slot& first = slots_[slotOf(group)];
    std::uint32_t part = first.part;
    if (first.group != group) [[unlikely]] {
      part = findOrAdd(group);
      if (part == kMaxGroups) return false;
    }
    positions[part * capacity + counts[part]++] = position;
  }
  for (std::uint32_t part = 0; part < count_; ++part) {
    parts_[part].rows = {positions + part * capacity, counts[part]};
  }
  return true;
}

}  // namespace basalt::interpreter
