#include "operators/expression/AggregateLoop.h"

#include <algorithm>
#include <vector>

#include "operators/KernelCatalog.h"
#include "operators/KernelHeaders.inc"
#include "operators/expression/AggregateLoopTemplate.h"

namespace basalt {

namespace {

// In the catalog's order. The last element is none of the catalog, which might be empty.
constexpr AggregateLoops kLoops[] = {
#include "operators/AggregateLoops.inc"
    {},
};

}  // namespace

const AggregateLoops& aggregateLoops(const AggregateInfo& aggregate) noexcept {
  return kLoops[&aggregate - aggregateCatalog().data()];
}

bool beginsAsZeros(const AggregateInfo& aggregate) {
  std::vector<std::uint64_t> state(aggregate.stateSize / sizeof(std::uint64_t) + 1);
  aggregateLoops(aggregate).initialise(reinterpret_cast<std::byte*>(state.data()));  // NOLINT
  return std::ranges::all_of(state, [](std::uint64_t word) { return word == 0; });
}

}  // namespace basalt
