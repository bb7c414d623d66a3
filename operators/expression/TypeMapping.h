#pragma once

#include <string_view>

#include "runtime/types/KernelType.h"
#include "runtime/types/Type.h"

namespace basalt {

/// The kernel type that values of `type` have: Int128 for decimals of more than 18 digits, BigInt for the others.
KernelType kernelTypeOf(Type type) noexcept;

/// The SQL type that a kernel's values have when nothing more is known of them; decimal(38,0) for Int128. A Hash is a
/// bigint.
Type typeOf(KernelType type) noexcept;

/// How a type is spelled in the names of cast kernels: "bigint", "varchar".
std::string_view lowerCaseName(KernelType type) noexcept;

}  // namespace basalt
