#include "runtime/kernels/Arithmetic.h"

namespace basalt::kernels {

Int128 divideInt128(Int128 left, Int128 right) noexcept { return left / right; }

}  // namespace basalt::kernels
