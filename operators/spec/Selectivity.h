#pragma once

#include "operators/expression/Expression.h"
#include "operators/expression/ValueRange.h"

namespace basalt {

/// Which part of the rows, from 0 to 1, is expected to meet a condition over columns with values in these ranges, those
/// behind the last one unknown. Values count as evenly spread over their range, and columns as independent; where no
/// range is known, or it says nothing, a rule of thumb stands in. (Selinger et al.: "Access Path Selection in a
/// Relational Database Management System", SIGMOD 1979, section 4.)
double selectivity(const Expression& condition, const ColumnRanges& columns);

}  // namespace basalt
