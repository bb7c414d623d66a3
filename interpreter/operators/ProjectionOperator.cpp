#include "interpreter/operators/ProjectionOperator.h"

#include <utility>

namespace basalt::interpreter {

ProjectionOperator::ProjectionOperator(const WorkerContext& context, const ProjectionSpec& spec,
                                       std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output), expressions_(context, label(), spec.expressions) {
  addChild(std::move(input));
  batch_.columns.resize(spec.expressions.size());
}

const Batch* ProjectionOperator::doNextBatch() {
  expressions_.throwPending();
  const Batch* const input = child().nextBatch();
  if (input == nullptr) return nullptr;
  expressions_.begin(*input);
  RowSelection rows = RowSelection::of(*input);
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) batch_.columns[i] = expressions_.value(i, rows);
  if (rows.count == 0) expressions_.throwPending();
  batch_.rowCount = input->rowCount;
  if (rows.positions == nullptr) {
    batch_.selectAll(rows.count);
  } else {
    batch_.select(rows.positions, rows.count);
  }
  return &batch_;
}

}  // namespace basalt::interpreter
