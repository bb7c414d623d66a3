#include "runtime/hashtable/KeyOverlaps.h"

#include <utility>

namespace basalt {

void KeyOverlaps::prepare(const KeyRanks& ranks, std::size_t threads, std::shared_ptr<MemoryBudget> budget) {
  budget_ = std::move(budget);
  minimum_ = ranks.minimum;
  while (ranks.range >> shift_ >= kMostIntervals) ++shift_;
  intervals_ = (ranks.range >> shift_) + 1;
  sets_.resize(threads);
}

KeyOverlaps::Noter KeyOverlaps::noter(std::size_t thread, std::size_t set) {
  Buffer& sets = sets_[thread];
  if (sets.size() == 0) sets = Buffer::zeroed(budget_, intervals_ * sizeof(std::uint32_t));
  return {*this, sets.as<std::uint32_t>(), static_cast<std::uint32_t>(set + 1)};
}

void KeyOverlaps::unite() {
  shared_.assign(intervals_, 0);
  // Whether a thread before has a set with keys in an interval.
  std::vector<std::uint8_t> isTaken(intervals_);
  for (const Buffer& each : sets_) {
    if (each.size() == 0) continue;
    const auto* const sets = each.as<const std::uint32_t>();
    for (std::uint64_t interval = 0; interval < intervals_; ++interval) {
      const bool isOne = sets[interval] != 0;
      shared_[interval] |= static_cast<std::uint8_t>((isTaken[interval] & isOne) | (sets[interval] == kSeveral));
      isTaken[interval] |= isOne;
    }
  }
  sets_.clear();
}

}  // namespace basalt
