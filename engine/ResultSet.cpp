#include "engine/ResultSet.h"

#include "engine/Query.h"

namespace basalt {

ResultSet::ResultSet(std::shared_ptr<Query> query) : query_(std::move(query)) {}

ResultSet::~ResultSet() { query_->abandon(); }

const Schema& ResultSet::schema() const { return query_->plan().plan.output(); }

const PipelinePlan& ResultSet::plan() const { return query_->plan(); }

std::optional<ResultBatch> ResultSet::nextBatch() { return query_->nextBatch(); }

bool ResultSet::next(std::vector<Value>& row) {
  while (!current_ || position_ == current_->batch.size()) {
    current_ = nextBatch();
    position_ = 0;
    if (!current_) return false;
  }
  row.clear();
  for (std::size_t column = 0; column < schema().size(); ++column) {
    row.push_back(valueAt(current_->batch, schema(), column, position_));
  }
  ++position_;
  return true;
}

void ResultSet::cancel() { query_->cancel(); }

ExecutionStatistics ResultSet::statistics() const { return query_->statistics(); }

Value valueAt(const Batch& batch, const Schema& schema, std::size_t column, std::uint32_t row) {
  const Vector& vector = batch.columns[column];
  const std::uint32_t position = vector.isConstant() ? 0 : batch.position(row);
  const Type type = schema[column].type;
  if (vector.nulls() != nullptr && vector.nulls()[position] != 0) return Value::null(type);
  return Value::load(type, vector.values<std::byte>() + position * byteSize(vector.type()));
}

}  // namespace basalt
