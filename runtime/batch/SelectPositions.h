#pragma once

#include <cstdint>

#include "runtime/Annotations.h"

namespace basalt {

/// Positions are written in vectors, so a buffer for n of them has room for n + kSelectionPadding.
inline constexpr std::uint32_t kSelectionPadding = 16;

/// Writes `first` + i for all i < `count` with mask[i] == 1, ascending, to `positions`; every byte of `mask` is 0 or 1.
/// Returns how many there are. Uses AVX-512 where the processor has it.
BASALT_EXPORT std::uint64_t selectPositions(const std::uint8_t* mask, std::uint64_t count, std::uint32_t first,
                                            std::uint32_t* positions) noexcept;

/// How many of the `count` ascending positions are smaller than `bound`.
BASALT_EXPORT std::uint64_t positionsBelow(const std::uint32_t* positions, std::uint64_t count,
                                           std::uint64_t bound) noexcept;

}  // namespace basalt
