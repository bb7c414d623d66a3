#pragma once

#include <span>
#include <string>
#include <string_view>

namespace basalt {

/// "; did you mean 'l_tax'?" with the one of `known` that differs from `name` by the fewest typing errors, or nothing
/// when none is near. Case is not counted as a difference.
std::string suggestName(std::string_view name, std::span<const std::string> known);

}  // namespace basalt
