#include "operators/state/window/WindowPartition.h"

namespace basalt {

std::span<const std::uint64_t> WindowPartition::groupStarts() {
  if (!groupStarts_.empty()) return groupStarts_;
  groupStarts_.push_back(0);
  // Without order keys, all rows are peers.
  if (spec_.rows.keys.keys().size() > spec_.partitionKeys) {
    for (std::uint64_t position = 1; position < size(); ++position) {
      check_();
      // Rows of a partition have equal partition keys, so the order keys decide.
      if (spec_.rows.keys.compare(spec_.rows.layout, rows_[position - 1], rows_[position]) != 0) {
        groupStarts_.push_back(position);
      }
    }
  }
  groupStarts_.push_back(size());
  return groupStarts_;
}

}  // namespace basalt
