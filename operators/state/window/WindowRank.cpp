#include "operators/state/window/WindowRank.h"

namespace basalt {

using Kind = WindowFunctionSpec::Kind;

void WindowRank::compute(WindowPartition& partition) {
  if (kind_ == Kind::RowNumber || kind_ == Kind::Ntile) {
    computeByRow(partition);
  } else {
    computeByGroup(partition);
  }
}

void WindowRank::computeByRow(WindowPartition& partition) const {
  for (std::uint64_t position = 0; position < partition.size(); ++position) {
    partition.interruptCheck()();
    if (kind_ == Kind::Ntile) {
      storeTile(partition.row(position), position, partition.size());
    } else {
      const auto number = static_cast<std::int64_t>(position + 1);
      result_.store(partition.row(position), &number);
    }
  }
}

void WindowRank::storeTile(std::byte* row, std::uint64_t position, std::uint64_t size) const {
  const std::optional<std::int64_t> tiles = operand_.readPositive(row);
  if (!tiles) {
    result_.storeNull(row);
    return;
  }
  // The first `longer` tiles have a row more than the others.
  const auto count = static_cast<std::uint64_t>(*tiles);
  const std::uint64_t shortLength = size / count;
  const std::uint64_t longer = size % count;
  const std::uint64_t inLonger = longer * (shortLength + 1);
  const std::uint64_t tile =
      position < inLonger ? position / (shortLength + 1) : longer + (position - inLonger) / shortLength;
  const auto number = static_cast<std::int64_t>(tile + 1);
  result_.store(row, &number);
}

void WindowRank::computeByGroup(WindowPartition& partition) const {
  const std::span<const std::uint64_t> starts = partition.groupStarts();
  const auto rows = static_cast<double>(partition.size());
  for (std::size_t group = 0; group + 1 < starts.size(); ++group) {
    const std::uint64_t begin = starts[group];
    const std::uint64_t end = starts[group + 1];
    std::int64_t number = 0;
    double share = 0;
    const void* value = &number;
    if (kind_ == Kind::Rank) {
      number = static_cast<std::int64_t>(begin + 1);
    } else if (kind_ == Kind::DenseRank) {
      number = static_cast<std::int64_t>(group + 1);
    } else {
      value = &share;
      if (kind_ == Kind::CumeDist) {
        share = static_cast<double>(end) / rows;
      } else if (begin != 0) {
        share = static_cast<double>(begin) / (rows - 1);
      }
    }
    for (std::uint64_t position = begin; position < end; ++position) {
      partition.interruptCheck()();
      result_.store(partition.row(position), value);
    }
  }
}

}  // namespace basalt
