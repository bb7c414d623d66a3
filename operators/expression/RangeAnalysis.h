#pragma once

#include <span>

#include "operators/expression/Expression.h"
#include "operators/expression/ValueRange.h"

namespace basalt {

struct RangedExpression {
  ExpressionPointer expression;
  /// Where its values lie.
  KnownRange range;
};

/// What follows from the ranges of an expression's columns (those behind the last one given are not known): where its
/// own values lie, and an expression that means the same without checks that can find nothing. A call that may overflow
/// becomes one of the kernel's `_exact` sibling, which cannot fail, where no operands of these ranges overflow it.
RangedExpression useRanges(const ExpressionPointer& expression, std::span<const KnownRange> columns);

}  // namespace basalt
