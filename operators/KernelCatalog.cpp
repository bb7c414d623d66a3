#include "operators/KernelCatalog.h"

#include <algorithm>

namespace basalt {

namespace {

// The last element is none of the catalog: an array without kernels would have no element, which C++ does not allow.
constexpr KernelInfo kKernels[] = {
#include "operators/KernelCatalog.inc"
    {},
};

constexpr AggregateInfo kAggregates[] = {
#include "operators/AggregateCatalog.inc"
    {},
};

template <typename Info>
std::span<const Info> find(std::span<const Info> catalog, std::string_view name) noexcept {
  auto found = std::ranges::equal_range(catalog, name, {}, &Info::name);
  return {found.begin(), found.end()};
}

}  // namespace

std::span<const KernelInfo> kernelCatalog() noexcept { return std::span(kKernels).first(std::size(kKernels) - 1); }

std::span<const AggregateInfo> aggregateCatalog() noexcept {
  return std::span(kAggregates).first(std::size(kAggregates) - 1);
}

std::span<const KernelInfo> findKernels(std::string_view name) noexcept { return find(kernelCatalog(), name); }

std::span<const AggregateInfo> findAggregates(std::string_view name) noexcept { return find(aggregateCatalog(), name); }

}  // namespace basalt
