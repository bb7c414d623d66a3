#pragma once

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// Works out where the values of the operator's columns lie, from what its children know and what its table says of its
/// chunks, and takes checks out of its expressions that these ranges make needless.
void deriveRanges(OperatorSpec& spec);

/// Of the columns of joined rows.
ColumnRanges joinedRanges(const JoinSpec& join);

/// The operator whose rows are input 0 of the aggregation.
const OperatorSpec& rowsOf(const AggregationSpec& aggregation);

}  // namespace basalt
