#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

std::vector<Dismissal> OperatorLowering::dismissalsOfNext(const VectorColumns& columns,
                                                          const std::function<Row(const Row&)>& toNext) {
  const auto before = [&toNext](const Dismissal::Test& test) -> Dismissal::Test {
    if (!test) return {};
    return [test, toNext](const Row& row) { return test(toNext(row)); };
  };
  std::vector<Dismissal> dismissals = next_->dismissals(columns);
  for (Dismissal& each : dismissals) {
    each.mayMatter = before(each.mayMatter);
    each.passesScreen = before(each.passesScreen);
  }
  return dismissals;
}

void OperatorLowering::prefetchForNext(ForEachRow forEachRow) {
  constexpr std::uint64_t kLookupBytes = PipelineBuilder::kBlockRows * sizeof(std::uint64_t);
  const unsigned rounds = next_->prefetchRounds();
  Val<std::uint64_t*> lookups =
      p.pointerCast<std::uint64_t*>(p.stackBytes(kLookupBytes, alignof(std::uint64_t), named("lookups")));
  // for each row that leads somewhere { lookups[count++] = prefetch(lookup, 0); }
  Var<std::uint64_t> count = p.local(p.constant<std::uint64_t>(0), named("lookupCount"));
  forEachRow([&](const Row& row) {
    next_->beginLookup(row, [&](Val<std::uint64_t> lookup) {
      Val<std::uint64_t> following = next_->prefetch(lookup, 0);
      if (rounds == 1) return;
      Val<std::uint64_t> index = count.get();
      p.storeElement(lookups, Operand(index), following);
      count = p.add(index, 1);
    });
  });
  for (unsigned round = 1; round < rounds; ++round) {
    // for each lookup { lookup = prefetch(lookup, round); }
    p.forRange(
        p.constant<std::uint64_t>(0), count.get(),
        [&](Val<std::uint64_t> index) {
          Val<std::uint64_t> following = next_->prefetch(p.loadElement(lookups, Operand(index)), round);
          if (round + 1 < rounds) p.storeElement(lookups, Operand(index), following);
        },
        named("prefetch"));
  }
}

}  // namespace basalt::codegen
