#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// Grouping sets, each the indexes of the keys that it groups by.
using GroupingSets = std::vector<std::vector<std::uint32_t>>;

/// Whether the set groups by the key.
bool groupsBy(const std::vector<std::uint32_t>& set, std::size_t key);

/// For every row of `input` and every set, a row of: the keys that the set groups by, with NULL in place of the others;
/// the number of the set; the input's columns `passed`.
SpecPointer expandGroupingSets(const GroupingSets& sets, const std::vector<ExpressionPointer>& keys,
                               const std::vector<std::uint32_t>& passed, SpecPointer input, const std::string& path);

}  // namespace basalt
