#pragma once

#include "operators/expression/Expression.h"

namespace basalt {

/// The same expression, with conditions on strings that are there by codes of a small dictionary decided once per
/// string, now, and per row by the code: "mode in ('AIR', 'RAIL')" becomes a look at bits, "type like 'PROMO%'" mostly
/// a comparison, as such strings lie together in an ascending dictionary. What may fail is left alone.
ExpressionPointer decideByCodes(const ExpressionPointer& expression);

}  // namespace basalt
