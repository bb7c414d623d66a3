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
  // Padding, which nothing initialises, stays what it was.
  std::vector<std::uint64_t> state((aggregate.stateSize + 7) / 8, ~std::uint64_t{0});
  const auto bytes = std::as_writable_bytes(std::span(state)).first(aggregate.stateSize);
  aggregateLoops(aggregate).initialise(bytes.data());
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace basalt
