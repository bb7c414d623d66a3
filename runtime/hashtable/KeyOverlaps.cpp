#include "runtime/hashtable/KeyOverlaps.h"

namespace basalt {

KeyOverlaps::KeyOverlaps(const KeyRanks& ranks, std::span<const KeyBounds> sets) : minimum_(ranks.minimum) {
  while (ranks.range >> shift_ >= kMostIntervals) ++shift_;
  const auto intervalOf = [this](std::int64_t key) { return (static_cast<std::uint64_t>(key) - minimum_) >> shift_; };
  // How many more sets have a part in an interval than in the one before it.
  std::vector<std::int32_t> changes((ranks.range >> shift_) + 2);
  for (const KeyBounds& set : sets) {
    // Without keys.
    if (set.smallest > set.largest) continue;
    ++changes[intervalOf(set.smallest)];
    --changes[intervalOf(set.largest) + 1];
  }
  shared_.resize(changes.size() - 1);
  std::int32_t count = 0;
  for (std::size_t interval = 0; interval < shared_.size(); ++interval) {
    count += changes[interval];
    shared_[interval] = count > 1 ? 1 : 0;
  }
}

}  // namespace basalt
