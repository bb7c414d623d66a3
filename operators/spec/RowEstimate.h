#pragma once

#include <cstdint>
#include <optional>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// How many rows an operator will produce, from the estimates of its children, the number of rows in tables and the
/// ranges of values, which have been derived. Rules of thumb, good enough to tell a large input from a small one.
double estimateRows(const OperatorSpec& spec);

/// How many rows an operator produces at most, whatever the data; nothing when that is not known or beyond all counts.
std::optional<std::uint64_t> mostRows(const OperatorSpec& spec);

}  // namespace basalt
