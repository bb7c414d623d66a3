#include "operators/state/window/WindowValue.h"

#include <algorithm>

namespace basalt {

using Kind = WindowFunctionSpec::Kind;

WindowValue::WindowValue(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result,
                         const std::shared_ptr<MemoryBudget>& budget)
    : spec_(spec),
      function_(function),
      argument_(spec.rows.layout.column(*function.argument)),
      operand_(spec, function),
      result_(result),
      valued_(BudgetAllocator<std::uint64_t>(budget)) {}

std::uint64_t WindowValue::countBefore(std::uint64_t position) const {
  if (!function_.ignoreNulls) return position;
  return static_cast<std::uint64_t>(std::ranges::lower_bound(valued_, position) - valued_.begin());
}

std::optional<std::uint64_t> WindowValue::nth(Int128 index, const WindowPartition& partition) const {
  const std::uint64_t count = function_.ignoreNulls ? valued_.size() : partition.size();
  if (index < 0 || index >= Int128{count}) return {};
  const auto position = static_cast<std::uint64_t>(index);
  return function_.ignoreNulls ? valued_[position] : position;
}

std::optional<std::uint64_t> WindowValue::shifted(std::uint64_t row, std::int64_t distance,
                                                  const WindowPartition& partition) const {
  const Int128 forward = function_.kind == Kind::Lead ? Int128{distance} : -Int128{distance};
  if (forward == 0) return row;
  // The row itself does not count.
  const std::uint64_t before = countBefore(forward > 0 ? row + 1 : row);
  return nth(forward > 0 ? before + forward - 1 : before + forward, partition);
}

std::optional<std::uint64_t> WindowValue::inFrame(RowRange frame, std::int64_t number,
                                                  const WindowPartition& partition) const {
  const bool isLast = function_.kind == Kind::LastValue;
  const Int128 index = isLast ? Int128{countBefore(frame.end)} - 1 : Int128{countBefore(frame.begin)} + number - 1;
  const std::optional<std::uint64_t> position = nth(index, partition);
  if (!position || *position < frame.begin || *position >= frame.end) return {};
  return position;
}

void WindowValue::compute(WindowPartition& partition) {
  valued_.clear();
  if (function_.ignoreNulls) {
    for (std::uint64_t position = 0; position < partition.size(); ++position) {
      partition.interruptCheck()();
      if (!isNull(argument_, partition.row(position))) valued_.push_back(position);
    }
  }
  if (isShift()) {
    computeShift(partition);
  } else {
    computeInFrame(partition);
  }
}

void WindowValue::computeShift(WindowPartition& partition) {
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    std::byte* const target = partition.row(row);
    const std::optional<std::int64_t> distance = operand_.read(target);
    const std::optional<std::uint64_t> source = distance ? shifted(row, *distance, partition) : std::nullopt;
    if (source) {
      result_.copy(target, partition.row(*source), argument_);
    } else if (distance && function_.defaultValue) {
      result_.copy(target, target, spec_.rows.layout.column(*function_.defaultValue));
    } else {
      result_.storeNull(target);
    }
  }
}

void WindowValue::computeInFrame(WindowPartition& partition) {
  WindowFrames frames(spec_, function_.frame, partition);
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    std::byte* const target = partition.row(row);
    const std::optional<std::int64_t> number = function_.kind == Kind::NthValue ? operand_.readPositive(target) : 1;
    const std::optional<std::uint64_t> source = number ? inFrame(frames.at(row), *number, partition) : std::nullopt;
    if (source) {
      result_.copy(target, partition.row(*source), argument_);
    } else {
      result_.storeNull(target);
    }
  }
}

}  // namespace basalt
