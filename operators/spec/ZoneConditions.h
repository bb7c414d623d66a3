#pragma once

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// Adds to `conditions` every conjunct of `filter` that compares a column with a literal. `readColumns` says which
/// column of the table each column of the filter's input is.
void collectZoneConditions(const Expression& filter, const std::vector<std::uint32_t>& readColumns,
                           std::vector<ZoneCondition>& conditions);

}  // namespace basalt
