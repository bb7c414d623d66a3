#include "interpreter/PhysicalOperator.h"

#include <chrono>

#include "runtime/ExecutionError.h"

namespace basalt::interpreter {

void PhysicalOperator::open() {
  if (isOpen()) throw ExecutionError(ErrorCode::InvalidUsage, label_, "operator " + label_ + " already open");
  std::size_t opened = 0;
  try {
    for (; opened < children_.size(); ++opened) children_[opened]->open();
  } catch (const ExecutionError& error) {
    while (opened != 0) children_[--opened]->close();
    throw ExecutionError(error.code(), label_, "failed to open child operator",
                         std::make_shared<ExecutionError>(error));
  }
  try {
    doOpen();
  } catch (...) {
    doClose();
    for (const auto& child : children_) child->close();
    throw;
  }
  state_ = State::Open;
  rowBatch_ = nullptr;
}

const Batch* PhysicalOperator::nextBatch() {
  rowBatch_ = nullptr;
  return produce();
}

const Batch* PhysicalOperator::produce() {
  if (state_ != State::Open) {
    if (state_ == State::AtEnd) return nullptr;
    requireOpen("next");
    throw ExecutionError(ErrorCode::InvalidUsage, label_, "next after an error; reset or close the operator");
  }
  const auto begin = measuresTime_ ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
  // What throws below leaves the operator in this state.
  state_ = State::Failed;
  const Batch* batch = doNextBatch();
  if (measuresTime_) {
    counters_.nanoseconds += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin).count());
  }
  if (batch == nullptr) {
    state_ = State::AtEnd;
    return nullptr;
  }
  state_ = State::Open;
  counters_.rows += batch->size();
  ++counters_.batches;
  return batch;
}

bool PhysicalOperator::next(std::vector<Value>& row) {
  if (rowBatch_ == nullptr || rowIndex_ == rowBatch_->size()) {
    rowBatch_ = produce();
    rowIndex_ = 0;
    if (rowBatch_ == nullptr) return false;
  }
  const std::uint32_t position = rowBatch_->position(rowIndex_++);
  row.clear();
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    const Vector& column = rowBatch_->columns[i];
    const std::uint32_t entry = column.isConstant() ? 0 : position;
    const Type type = schema_[i].type;
    if (column.nulls() != nullptr && column.nulls()[entry] != 0) {
      row.push_back(Value::null(type));
    } else {
      row.push_back(Value::load(type, static_cast<const std::byte*>(column.data()) + entry * byteSize(column.type())));
    }
  }
  return true;
}

void PhysicalOperator::close() noexcept {
  if (!isOpen()) return;
  state_ = State::Closed;
  rowBatch_ = nullptr;
  doClose();
  for (const auto& child : children_) child->close();
}

void PhysicalOperator::reset() {
  requireOpen("reset");
  rowBatch_ = nullptr;
  state_ = State::Failed;
  for (const auto& child : children_) child->reset();
  doReset();
  state_ = State::Open;
}

void PhysicalOperator::measureTime() {
  measuresTime_ = true;
  for (const auto& child : children_) child->measureTime();
}

std::size_t PhysicalOperator::maxParallelism() const noexcept {
  std::size_t workers = SIZE_MAX;
  for (const auto& child : children_) workers = std::min(workers, child->maxParallelism());
  return workers;
}

std::uint64_t PhysicalOperator::estimateMemoryUsage() const noexcept {
  std::uint64_t bytes = ownMemory();
  for (const auto& child : children_) bytes += child->estimateMemoryUsage();
  return bytes;
}

void PhysicalOperator::requireOpen(const char* call) const {
  if (isOpen()) return;
  throw ExecutionError(ErrorCode::InvalidUsage, label_,
                       std::string(call) + (state_ == State::Closed ? " after close" : " before open"));
}

}  // namespace basalt::interpreter
