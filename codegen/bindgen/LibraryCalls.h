#pragma once

#include <string_view>

namespace basalt::bindgen {

/// Functions of the C library and the compiler's runtime that generated code may call: LLVM emits calls to them by
/// itself, for copies, 128-bit division or rounding, and kernels may use them. Everything else a kernel calls must be
/// BASALT_EXPORT.
// clang-format off
inline constexpr std::string_view kLibraryCalls[] = {
    // Memory.
    "memcpy", "memmove", "memset", "memcmp", "bcmp", "memchr", "strlen",
    // 128-bit integers.
    "__divti3", "__modti3", "__udivti3", "__umodti3", "__floattidf", "__floattisf", "__floatuntidf", "__floatuntisf",
    "__fixdfti", "__fixsfti", "__fixunsdfti", "__fixunssfti",
    // Floating point.
    "fmod", "fmodf", "floor", "floorf", "ceil", "ceilf", "trunc", "truncf", "round", "roundf", "rint", "rintf",
    "nearbyint", "nearbyintf", "fma", "fmaf", "fmin", "fminf", "fmax", "fmaxf", "sqrt", "sqrtf", "cbrt", "pow", "powf",
    "exp", "expf", "exp2", "log", "logf", "log2", "log10", "sin", "sinf", "cos", "cosf", "tan", "asin", "acos", "atan",
    "atan2", "sinh", "cosh", "tanh", "hypot",
};
// clang-format on

constexpr bool isLibraryCall(std::string_view symbol) {
  for (std::string_view call : kLibraryCalls) {
    if (call == symbol) {
      return true;
    }
  }
  return false;
}

}  // namespace basalt::bindgen
