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
  p.ifThen(bind::limitIsExhausted(p, *state_), [&] { endMorsel(); }, named("exhausted"));
}

void LimitLowering::consume(const Row& row) {
  // if (limitTake(state)) { the rest of the pipeline } else if (limitIsExhausted(state)) return Done;
  p.ifThenElse(
      bind::limitTake(p, *state_), [&] { emitNext(row); },
      [&] { p.ifThen(bind::limitIsExhausted(p, *state_), [&] { endMorsel(); }, named("exhausted")); }, named("take"));
}

void LimitLowering::endMorsel() {
  // Nothing that the rest of a row, which may have many matches, or the rows behind it bring would be looked at.
  p.skipRemainingRows();
  p.leave(MorselStatus::Done);
}

}  // namespace basalt::codegen
