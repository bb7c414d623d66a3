#pragma once

#include <optional>

#include "codegen/builder/KernelValue.h"

namespace basalt::codegen {

/// An emitted value with its NULL flag. Without a flag the value cannot be NULL, and no code asks whether it is. Under
/// NULL the value is arbitrary, but fit for every kernel that can neither fail nor follow a pointer.
struct SqlValue {
  KernelValue value;
  std::optional<Val<bool>> isNull;

  KernelType type() const { return value.type; }
};

}  // namespace basalt::codegen
