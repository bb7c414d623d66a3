#pragma once

#include <cstddef>
#include <string_view>

namespace basalt::kernels {

/// The first position from `from` (at most the text's size) on where `part` stands in `text`, or npos. An empty part
/// stands everywhere. Looks for the part's first and last byte in many positions at a time and compares where both
/// stand. (Muła, "SIMD-friendly algorithms for substring searching", 2016: the generic algorithm.)
std::size_t findBytes(std::string_view text, std::string_view part, std::size_t from) noexcept;

}  // namespace basalt::kernels
