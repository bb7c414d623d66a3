#include "operators/expression/AggregateLoop.h"

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

}  // namespace basalt
