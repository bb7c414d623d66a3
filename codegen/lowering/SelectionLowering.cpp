#include "codegen/lowering/SelectionLowering.h"

namespace basalt::codegen {

void SelectionLowering::setup() { p.addCounter(countIndex()); }

void SelectionLowering::consume(const Row& row) {
  // if (predicate) { the rest of the pipeline }
  expressions_.ifTrue(*specOf<SelectionSpec>().predicate, row, [&] { emitNext(row); });
}

}  // namespace basalt::codegen
