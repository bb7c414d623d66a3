#pragma once

#include "runtime/Annotations.h"

/// Three-valued logic on (value, is NULL) pairs; the value that comes with a NULL is arbitrary. The values computed
/// here are false where the result is NULL, so a filter, which keeps only what is true, need not ask for it.
namespace basalt::kernels {

BASALT_PRELUDE inline bool orValue(bool left, bool leftNull, bool right, bool rightNull) noexcept {
  return (left & !leftNull) | (right & !rightNull);
}
/// Without a true that would decide alone.
BASALT_PRELUDE inline bool orIsNull(bool left, bool leftNull, bool right, bool rightNull) noexcept {
  return (leftNull | rightNull) & !orValue(left, leftNull, right, rightNull);
}

BASALT_PRELUDE inline bool andValue(bool left, bool leftNull, bool right, bool rightNull) noexcept {
  return (left & !leftNull) & (right & !rightNull);
}
/// Without a false that would decide alone.
BASALT_PRELUDE inline bool andIsNull(bool left, bool leftNull, bool right, bool rightNull) noexcept {
  return (leftNull | rightNull) & (left | leftNull) & (right | rightNull);
}

BASALT_KERNEL("not") inline bool notBoolean(bool value) noexcept { return !value; }

}  // namespace basalt::kernels
