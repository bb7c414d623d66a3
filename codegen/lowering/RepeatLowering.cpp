#include "codegen/lowering/RepeatLowering.h"

namespace basalt::codegen {

void RepeatLowering::consume(const Row& row) {
  Val<std::int64_t> count = expressions_.value(*spec_.count, row).value.as<std::int64_t>();
  // for (time = 0; time < count; ++time) { the rest of the pipeline }
  p.forRange(
      p.constant<std::int64_t>(0), count,
      [&](Val<std::int64_t>) {
        Row repeated(p.trail());
        for (std::size_t column = 0; column < spec_.output.size(); ++column) {
          repeated.add(row, column);
        }
        emitNext(repeated);
        // One row may come any number of times, so they count towards the length of a block, too.
        Val<std::uint64_t> inBlock = p.bitAnd(p.rowCount(countIndex()), PipelineBuilder::kBlockRows - 1);
        p.ifThen(unlikely(p.equal(inBlock, 0)), [&] { p.endBlockBehindRow(); }, named("manyTimes"));
      },
      named("time"));
}

}  // namespace basalt::codegen
