#include "operators/state/window/WindowFrames.h"

#include <algorithm>

namespace basalt {
namespace {

using Kind = FrameBound::Kind;
using Unit = WindowFrame::Unit;

/// The first position in [begin, end) for which `isBefore` is false; it is true for all before that and false for all
/// behind it. Quick when that is close to `near`. (Bentley and Yao, "An almost optimal algorithm for unbounded
/// searching", Information Processing Letters 1976.)
template <typename IsBefore>
std::uint64_t partitionPoint(std::uint64_t begin, std::uint64_t end, std::uint64_t near, IsBefore isBefore) {
  near = std::clamp(near, begin, end);
  std::uint64_t step = 1;
  if (near < end && isBefore(near)) {
    begin = near + 1;
    while (end - begin > step && isBefore(begin + step - 1)) {
      begin += step;
      step *= 2;
    }
    end = std::min(end, begin + step);
  } else {
    end = near;
    while (end - begin > step && !isBefore(end - step)) {
      end -= step;
      step *= 2;
    }
    begin = std::max(begin, end - std::min(end, step));
  }
  while (begin < end) {
    const std::uint64_t middle = begin + (end - begin) / 2;
    if (isBefore(middle)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace

WindowFrames::WindowFrames(const WindowSpec& spec, const WindowFrameSpec& frame, WindowPartition& partition)
    : spec_(spec),
      frame_(frame),
      partition_(partition),
      valued_{0, partition.size()},
      less_(spec.rows.layout.column(frame.rangeKey).type) {
  if (frame.usesPeers()) groupStarts_ = partition.groupStarts();
  if (frame.unit != Unit::Range || !(frame.start.hasOffset() || frame.end.hasOffset())) return;
  key_ = spec.rows.layout.column(frame.rangeKey);
  const SortKeyLayout::Key& order = spec.rows.keys.keys().back();
  descending_ = order.descending;
  // NULLs are all at one end.
  const auto isNullAt = [&](std::uint64_t position) { return isNull(key_, partition.row(position)); };
  if (order.nullsFirst) {
    valued_.begin = partitionPoint(0, partition.size(), 0, isNullAt);
  } else {
    valued_.end = partitionPoint(0, partition.size(), partition.size(),
                                 [&](std::uint64_t position) { return !isNullAt(position); });
  }
}

void WindowFrames::moveTo(std::uint64_t row) {
  if (groupStarts_.empty()) return;
  while (groupStarts_[group_ + 1] <= row) ++group_;
}

std::uint64_t WindowFrames::search(std::uint64_t row, const WindowBoundSpec& bound, bool isBehind,
                                   std::uint64_t near) const {
  const std::byte* const own = partition_.row(row);
  const RowLayout::Column& limit = spec_.rows.layout.column(bound.column);
  return partitionPoint(valued_.begin, valued_.end, near, [&](std::uint64_t position) {
    const std::byte* const other = partition_.row(position);
    const bool keyIsLess = less_(key_, other, limit, own);
    const bool keyIsGreater = !keyIsLess && less_(limit, own, key_, other);
    const bool isBeforeBound = descending_ ? keyIsGreater : keyIsLess;
    return isBeforeBound || (isBehind && !keyIsLess && !keyIsGreater);
  });
}

std::uint64_t WindowFrames::begin(std::uint64_t row) {
  const WindowBoundSpec& bound = frame_.start;
  if (bound.kind == Kind::UnboundedPreceding) return 0;
  if (frame_.unit == Unit::Rows) {
    if (bound.kind == Kind::Preceding) return row - std::min(row, bound.offset);
    return row + std::min(bound.offset, partition_.size() - row);
  }
  if (frame_.unit == Unit::Groups) {
    if (bound.kind == Kind::Preceding) return groupStarts_[group_ - std::min(group_, bound.offset)];
    const std::uint64_t groups = groupStarts_.size() - 1;
    return groupStarts_[group_ + std::min(bound.offset, groups - group_)];
  }
  if (bound.kind == Kind::CurrentRow || isNull(key_, partition_.row(row))) return groupStarts_[group_];
  return search(row, bound, false, last_.begin);
}

std::uint64_t WindowFrames::end(std::uint64_t row) {
  const WindowBoundSpec& bound = frame_.end;
  if (bound.kind == Kind::UnboundedFollowing) return partition_.size();
  if (frame_.unit == Unit::Rows) {
    if (bound.kind == Kind::Preceding) return row + 1 - std::min(row + 1, bound.offset);
    return row + 1 + std::min(bound.offset, partition_.size() - row - 1);
  }
  if (frame_.unit == Unit::Groups) {
    if (bound.kind == Kind::Preceding) return groupStarts_[group_ + 1 - std::min(group_ + 1, bound.offset)];
    const std::uint64_t groups = groupStarts_.size() - 1;
    return groupStarts_[group_ + 1 + std::min(bound.offset, groups - group_ - 1)];
  }
  if (bound.kind == Kind::CurrentRow || isNull(key_, partition_.row(row))) return groupStarts_[group_ + 1];
  return search(row, bound, true, last_.end);
}

RowRange WindowFrames::at(std::uint64_t row) {
  moveTo(row);
  RowRange range{begin(row), end(row)};
  range.end = std::max(range.begin, range.end);
  last_ = range;
  return range;
}

}  // namespace basalt
