#include "runtime/kernels/NumericCast.h"

namespace basalt::kernels {

double roundInt128ToDouble(Int128 value) noexcept { return static_cast<double>(value); }

float roundInt128ToReal(Int128 value) noexcept { return static_cast<float>(value); }

Int128 truncateDoubleToInt128(double value) noexcept { return static_cast<Int128>(value); }

}  // namespace basalt::kernels
