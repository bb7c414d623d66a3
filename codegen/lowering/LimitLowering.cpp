#include "codegen/lowering/LimitLowering.h"

#include "codegen/Bindings.h"

namespace basalt::codegen {

void LimitLowering::setup() {
  state_ = p.sharedState<LimitState>(step(), named("state"));
  p.addCounter(countIndex());
  // Rows that are skipped have not left the source, so their number is not how far the position came.
  p.addCounter(0);
}

void LimitLowering::beforeBlock() {
  // if (limitIsExhausted(state)) the other rows need not run;
  p.ifThen(bind::limitIsExhausted(p, *state_), [&] { p.skipRemainingRows(); }, named("exhausted"));
}

void LimitLowering::consume(const Row& row) {
  // if (limitTake(state)) { the rest of the pipeline } else if (limitIsExhausted(state)) end the block;
  p.ifThenElse(
      bind::limitTake(p, *state_), [&] { emitNext(row); },
      [&] { p.ifThen(bind::limitIsExhausted(p, *state_), [&] { p.endBlockBehindRow(); }, named("exhausted")); },
      named("take"));
}

}  // namespace basalt::codegen
