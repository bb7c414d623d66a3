#pragma once

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// Adds to `conditions` every conjunct of `filter`, over a table's columns, that compares a column with a literal.
void collectZoneConditions(const Expression& filter, std::vector<ZoneCondition>& conditions);

}  // namespace basalt
