#include "runtime/pipeline/ResultWriter.h"

#include <utility>

#include "runtime/pipeline/ExportFailure.h"

namespace basalt {

ResultCollector::ResultCollector(const Schema& schema, std::uint32_t batchRows, std::shared_ptr<MemoryBudget> budget)
    : schema_(schema), batchRows_(batchRows), budget_(std::move(budget)), columns_(schema.size()) {
  // The first batch is made when the first row comes: count == capacity == 0.
  writer_ = {columns_.data(), 0, 0, 0, this};
}

void ResultCollector::startBatch() {
  if (writer_.count != 0) {
    current_.batch.rowCount = static_cast<std::uint32_t>(writer_.count);
    waiting_.push_back(std::exchange(current_, {}));
    writer_.waiting = waiting_.size();
  }
  writer_.count = 0;
  writer_.capacity = 0;
  ResultBatch fresh;
  fresh.strings = std::make_unique<StringArena>(budget_);
  for (std::size_t column = 0; column < schema_.size(); ++column) {
    const Field& field = schema_[column];
    Vector vector = Vector::allocate(field.type.physical(), batchRows_, budget_);
    columns_[column] = {static_cast<std::byte*>(vector.mutableData()),
                        field.nullable ? vector.mutableNulls() : nullptr};
    fresh.batch.columns.push_back(std::move(vector));
  }
  current_ = std::move(fresh);
  writer_.capacity = batchRows_;
}

std::vector<ResultBatch> ResultCollector::take(bool all) {
  std::vector<ResultBatch> batches;
  batches.reserve(waiting_.size() + 1);
  for (ResultBatch& batch : waiting_) batches.push_back(std::move(batch));
  waiting_.clear();
  writer_.waiting = 0;
  if (all && writer_.count != 0) {
    current_.batch.rowCount = static_cast<std::uint32_t>(writer_.count);
    batches.push_back(std::exchange(current_, {}));
    writer_.count = 0;
    writer_.capacity = 0;
  }
  return batches;
}

bool resultStartBatch(ResultWriter* writer) noexcept {
  try {
    writer->owner->startBatch();
    return true;
  } catch (...) {
    keepExportFailure(std::current_exception());
    return false;
  }
}

bool resultStoreLongString(ResultWriter* writer, StringView* target, StringView text) noexcept {
  try {
    *target = writer->owner->strings().copy(text);
    return true;
  } catch (...) {
    keepExportFailure(std::current_exception());
    return false;
  }
}

}  // namespace basalt
