#pragma once

#include <optional>
#include <string_view>

#include "runtime/types/KernelType.h"
#include "runtime/types/Type.h"

namespace basalt {

struct Expression;

/// The kernel type that values of `type` have: Int128 for decimals of more than 18 digits, BigInt for the others.
KernelType kernelTypeOf(Type type) noexcept;
/// The same of the expression's values, or of what a prepared constant points to.
KernelType kernelTypeOf(const Expression& expression) noexcept;

/// The integer type of so many bytes, if they are 1, 2, 4 or 8.
std::optional<KernelType> integerOfWidth(unsigned bytes) noexcept;

/// The SQL type that a kernel's values have when nothing more is known of them; decimal(38,0) for Int128. A Hash is a
/// bigint, and so is an address.
Type typeOf(KernelType type) noexcept;

/// How a type is spelled in the names of cast kernels: "bigint", "varchar".
std::string_view lowerCaseName(KernelType type) noexcept;

}  // namespace basalt
