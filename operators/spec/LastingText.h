#pragma once

#include <cstdint>

#include "operators/expression/Expression.h"
#include "operators/spec/OperatorSpec.h"

/// Which strings stay where they are for as long as the query runs: those of tables and of its own literals. Rows that
/// operators store keep views of these; all others, which lie in memory of a batch or of another operator, are copied.
namespace basalt {

/// Whether the strings of the operator's output column last.
bool textLasts(const OperatorSpec& spec, std::uint32_t column);

/// Whether the strings do that the expression yields over the columns of `input`.
bool textLasts(const Expression& value, const OperatorSpec& input);

}  // namespace basalt
