#include "operators/expression/KernelLoop.h"

#include <cstddef>

#include "operators/KernelCatalog.h"
#include "operators/KernelHeaders.inc"
#include "operators/expression/KernelLoopTemplate.h"

namespace basalt {

namespace {

// In the catalog's order. The last element is none of the catalog, which might be empty.
constexpr KernelLoop kLoops[] = {
#include "operators/KernelLoops.inc"
    nullptr,
};

}  // namespace

KernelLoop kernelLoop(const KernelInfo& kernel) noexcept { return kLoops[&kernel - kernelCatalog().data()]; }

}  // namespace basalt
