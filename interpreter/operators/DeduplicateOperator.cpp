#include "interpreter/operators/DeduplicateOperator.h"

#include <utility>

namespace basalt::interpreter {

DeduplicateOperator::DeduplicateOperator(const WorkerContext& context, const AggregationSpec& spec, GroupTable* table,
                                         std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), input->schema()),
      expressions_(context, label(), spec.inputs.front().keys),
      lookup_(context, spec, table),
      keys_(spec.keyCount()),
      groups_(context.budget, context.batchRows * sizeof(std::byte*)) {
  addChild(std::move(input));
}

const Batch* DeduplicateOperator::doNextBatch() {
  expressions_.throwPending();
  const Batch* const input = child().nextBatch();
  if (input == nullptr) return nullptr;
  expressions_.begin(*input);
  RowSelection rows = RowSelection::of(*input);
  for (std::size_t i = 0; i < keys_.size() && rows.count != 0; ++i) keys_[i] = expressions_.value(i, rows);
  if (rows.count == 0) expressions_.throwPending();
  lookup_.find(keys_, rows, groups_.as<std::byte*>());
  batch_.columns = input->columns;
  batch_.rowCount = input->rowCount;
  if (rows.positions == nullptr) {
    batch_.selectAll(rows.count);
  } else {
    batch_.select(rows.positions, rows.count);
  }
  return &batch_;
}

}  // namespace basalt::interpreter
