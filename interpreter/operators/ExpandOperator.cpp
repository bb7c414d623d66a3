#include "interpreter/operators/ExpandOperator.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "interpreter/columns/ValueWidth.h"

namespace basalt::interpreter {

namespace {

/// What the lists compute, list by list.
std::vector<ExpressionPointer> computedExpressions(const ExpandSpec& spec) {
  std::vector<ExpressionPointer> computed;
  for (const auto& list : spec.projections) {
    for (std::size_t column = 0; column < list.size(); ++column) {
      if (spec.passedColumns[column] == ExpandSpec::kComputed) computed.push_back(list[column]);
    }
  }
  return computed;
}

}  // namespace

ExpandOperator::ExpandOperator(const WorkerContext& context, const ExpandSpec& spec,
                               std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      spec_(spec),
      expressions_(context, label(), computedExpressions(spec)),
      multiplier_(context, spec.output),
      values_(spec.projections.size(), std::vector<Vector>(spec.output.size())) {
  batch_.columns.resize(spec.output.size());
  addChild(std::move(input));
}

void ExpandOperator::doReset() {
  input_ = nullptr;
  expressions_.forgetPending();
}

const Batch* ExpandOperator::doNextBatch() {
  if (input_ == nullptr && !beginInput()) return nullptr;
  return deliver();
}

bool ExpandOperator::beginInput() {
  // A failing row fails with all its lists, behind those of the rows before it.
  expressions_.throwPending();
  input_ = child().nextBatch();
  if (input_ == nullptr) return false;
  expressions_.begin(*input_);
  rows_ = RowSelection::of(*input_);
  std::size_t root = 0;
  for (std::vector<Vector>& list : values_) {
    for (std::size_t column = 0; column < list.size(); ++column) {
      if (spec_.passedColumns[column] != ExpandSpec::kComputed) continue;
      if (rows_.count != 0) list[column] = expressions_.value(root, rows_);
      ++root;
    }
  }
  if (rows_.count == 0) expressions_.throwPending();
  cursor_ = 0;
  return true;
}

const Batch* ExpandOperator::deliver() {
  const std::uint64_t lists = values_.size();
  const std::uint64_t end = std::min(cursor_ + multiplier_.capacity(), rows_.count * lists);
  const auto count = static_cast<std::uint32_t>(end - cursor_);
  std::uint32_t* const positions = multiplier_.positions();
  for (std::uint32_t i = 0; i < count; ++i) {
    positions[i] = rows_.position(static_cast<std::uint32_t>((cursor_ + i) / lists));
  }
  for (std::size_t column = 0; column < batch_.columns.size(); ++column) {
    const std::uint32_t passed = spec_.passedColumns[column];
    batch_.columns[column] = passed != ExpandSpec::kComputed
                                 ? multiplier_.gather(input_->columns[passed], column, count)
                                 : interleave(column, count);
  }
  batch_.selectAll(count);
  cursor_ = end;
  if (cursor_ == rows_.count * lists) input_ = nullptr;
  return &batch_;
}

Vector ExpandOperator::interleave(std::size_t column, std::uint32_t count) {
  Vector& target = multiplier_.storage(column);
  const std::uint32_t* const positions = multiplier_.positions();
  const std::uint64_t lists = values_.size();
  const bool hasNulls = std::ranges::any_of(values_, [&](const auto& list) { return list[column].nulls() != nullptr; });
  std::uint8_t* const nulls = hasNulls ? target.mutableNulls() : nullptr;
  for (std::uint64_t list = 0; list < lists; ++list) {
    const Vector& source = values_[list][column];
    const std::uint32_t stride = source.isConstant() ? 0 : 1;
    const auto first = static_cast<std::uint32_t>((list + lists - cursor_ % lists) % lists);
    visitWidth(byteSize(source.type()), [&]<typename T>() {
      auto* const values = static_cast<T*>(target.mutableData());
      for (std::uint64_t i = first; i < count; i += lists) {
        std::memcpy(&values[i], &source.values<T>()[positions[i] * stride], sizeof(T));
      }
    });
    if (!hasNulls) continue;
    for (std::uint64_t i = first; i < count; i += lists) {
      nulls[i] = source.nulls() != nullptr ? source.nulls()[positions[i] * stride] : 0;
    }
  }
  return Vector::refer(target.type(), target.data(), nulls);
}

}  // namespace basalt::interpreter
