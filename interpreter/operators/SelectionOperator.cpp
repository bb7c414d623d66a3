#include "interpreter/operators/SelectionOperator.h"

#include <span>
#include <utility>

namespace basalt::interpreter {

SelectionOperator::SelectionOperator(const WorkerContext& context, const SelectionSpec& spec,
                                     std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output), predicate_(context, label(), std::span(&spec.predicate, 1)) {
  addChild(std::move(input));
}

const Batch* SelectionOperator::doNextBatch() {
  for (;;) {
    predicate_.throwPending();
    const Batch* const input = child().nextBatch();
    if (input == nullptr) return nullptr;
    predicate_.begin(*input);
    const RowSelection rows = predicate_.filter(0, RowSelection::of(*input));
    if (rows.count == 0) continue;
    batch_.columns = input->columns;
    batch_.rowCount = input->rowCount;
    if (rows.positions == nullptr) {
      batch_.selectAll(rows.count);
    } else {
      batch_.select(rows.positions, rows.count);
    }
    return &batch_;
  }
}

}  // namespace basalt::interpreter
