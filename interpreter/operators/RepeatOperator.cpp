#include "interpreter/operators/RepeatOperator.h"

#include <algorithm>
#include <span>
#include <utility>

namespace basalt::interpreter {

RepeatOperator::RepeatOperator(const WorkerContext& context, const RepeatSpec& spec,
                               std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      expressions_(context, label(), std::span(&spec.count, 1)),
      multiplier_(context, spec.output) {
  batch_.columns.resize(spec.output.size());
  addChild(std::move(input));
}

void RepeatOperator::doReset() {
  input_ = nullptr;
  expressions_.forgetPending();
}

bool RepeatOperator::beginInput() {
  expressions_.throwPending();
  input_ = child().nextBatch();
  if (input_ == nullptr) return false;
  expressions_.begin(*input_);
  rows_ = RowSelection::of(*input_);
  counts_ = expressions_.value(0, rows_);
  if (rows_.count == 0) expressions_.throwPending();
  row_ = 0;
  times_ = 0;
  return true;
}

const Batch* RepeatOperator::doNextBatch() {
  std::uint32_t count = 0;
  while (count == 0) {
    if (input_ == nullptr && !beginInput()) return nullptr;
    std::uint32_t* const positions = multiplier_.positions();
    const std::uint32_t stride = counts_.isConstant() ? 0 : 1;
    while (row_ < rows_.count && count < multiplier_.capacity()) {
      const std::uint32_t position = rows_.position(row_);
      const std::int64_t wanted = counts_.values<std::int64_t>()[position * stride];
      const auto room = static_cast<std::int64_t>(multiplier_.capacity() - count);
      const std::int64_t now = std::clamp<std::int64_t>(wanted - times_, 0, room);
      std::fill_n(positions + count, now, position);
      count += static_cast<std::uint32_t>(now);
      times_ += now;
      if (times_ < wanted) break;
      ++row_;
      times_ = 0;
    }
    if (count == 0) input_ = nullptr;
  }
  for (std::size_t column = 0; column < batch_.columns.size(); ++column) {
    batch_.columns[column] = multiplier_.gather(input_->columns[column], column, count);
  }
  batch_.selectAll(count);
  if (row_ == rows_.count) input_ = nullptr;
  return &batch_;
}

}  // namespace basalt::interpreter
