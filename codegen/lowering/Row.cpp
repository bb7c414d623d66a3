#include "codegen/lowering/Row.h"

#include <utility>

namespace basalt::codegen {

Row::Conditional::~Conditional() {
  for (std::size_t index = begin_; index < trail_.emitted_.size(); ++index) {
    trail_.emitted_[index]->reset();
  }
  trail_.emitted_.resize(begin_);
}

void Row::add(Emit emit) { columns_.push_back({std::move(emit), std::make_shared<std::optional<SqlValue>>()}); }

void Row::add(const SqlValue& value) {
  // Not in the trail: it was emitted where this row begins, so it is at hand as long as the row is.
  columns_.push_back({nullptr, std::make_shared<std::optional<SqlValue>>(value)});
}

SqlValue Row::column(std::size_t index) const {
  const Column& column = columns_[index];
  if (!*column.value) {
    *column.value = column.emit();
    trail_->emitted_.push_back(column.value);
  }
  return **column.value;
}

Row Row::select(std::span<const std::uint32_t> indexes) const {
  Row result(*trail_);
  for (std::uint32_t index : indexes) {
    result.columns_.push_back(columns_[index]);
  }
  return result;
}

Row Row::append(const Row& other) const {
  Row result(*this);
  result.columns_.insert(result.columns_.end(), other.columns_.begin(), other.columns_.end());
  return result;
}

}  // namespace basalt::codegen
