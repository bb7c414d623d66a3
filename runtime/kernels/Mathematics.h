#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/Checked.h"

/// Functions of real analysis on doubles, by the C library. Where a function is not defined (the root of a negative
/// number, the logarithm of zero) it fails with InvalidArgument as in PostgreSQL, where DuckDB gives NaN or an
/// infinity. Results too large for a double are infinite as in DuckDB; NaN gives NaN. Angles are in radians.
namespace basalt::kernels {

BASALT_KERNEL("sqrt") inline double squareRootDouble(double value, ErrorCode* error) noexcept {
  failIf(value < 0, ErrorCode::InvalidArgument, error);
  return __builtin_sqrt(value);
}
BASALT_KERNEL("cbrt") inline double cubeRootDouble(double value) noexcept { return __builtin_cbrt(value); }
BASALT_KERNEL("exp") inline double exponentialDouble(double value) noexcept { return __builtin_exp(value); }

BASALT_KERNEL("ln") inline double logarithmDouble(double value, ErrorCode* error) noexcept {
  failIf(value <= 0, ErrorCode::InvalidArgument, error);
  return __builtin_log(value);
}
BASALT_KERNEL("log2") inline double logarithm2Double(double value, ErrorCode* error) noexcept {
  failIf(value <= 0, ErrorCode::InvalidArgument, error);
  return __builtin_log2(value);
}
BASALT_KERNEL("log10") inline double logarithm10Double(double value, ErrorCode* error) noexcept {
  failIf(value <= 0, ErrorCode::InvalidArgument, error);
  return __builtin_log10(value);
}
/// The logarithm to any base but one.
BASALT_KERNEL("log") inline double logarithmToBaseDouble(double base, double value, ErrorCode* error) noexcept {
  failIf((base <= 0) | (base == 1) | (value <= 0), ErrorCode::InvalidArgument, error);
  return __builtin_log10(value) / __builtin_log10(base);
}

/// Fails where the power is not a real number: a negative base with a fraction as its exponent, zero with a negative
/// one.
BASALT_KERNEL("power") inline double powerDouble(double base, double exponent, ErrorCode* error) noexcept {
  const bool isWhole = __builtin_trunc(exponent) == exponent;
  const bool isFinite = __builtin_fabs(base) < __builtin_inf();
  failIf(((base == 0) & (exponent < 0)) | ((base < 0) & isFinite & (exponent == exponent) & !isWhole),
         ErrorCode::InvalidArgument, error);
  return __builtin_pow(base, exponent);
}

BASALT_KERNEL("sin") inline double sineDouble(double angle, ErrorCode* error) noexcept {
  failIf(__builtin_fabs(angle) == __builtin_inf(), ErrorCode::InvalidArgument, error);
  return __builtin_sin(angle);
}
BASALT_KERNEL("cos") inline double cosineDouble(double angle, ErrorCode* error) noexcept {
  failIf(__builtin_fabs(angle) == __builtin_inf(), ErrorCode::InvalidArgument, error);
  return __builtin_cos(angle);
}
BASALT_KERNEL("tan") inline double tangentDouble(double angle, ErrorCode* error) noexcept {
  failIf(__builtin_fabs(angle) == __builtin_inf(), ErrorCode::InvalidArgument, error);
  return __builtin_tan(angle);
}
BASALT_KERNEL("asin") inline double arcSineDouble(double value, ErrorCode* error) noexcept {
  failIf(__builtin_fabs(value) > 1, ErrorCode::InvalidArgument, error);
  return __builtin_asin(value);
}
BASALT_KERNEL("acos") inline double arcCosineDouble(double value, ErrorCode* error) noexcept {
  failIf(__builtin_fabs(value) > 1, ErrorCode::InvalidArgument, error);
  return __builtin_acos(value);
}
BASALT_KERNEL("atan") inline double arcTangentDouble(double value) noexcept { return __builtin_atan(value); }
/// The angle of the point (x, y) seen from the origin.
BASALT_KERNEL("atan2") inline double arcTangent2Double(double y, double x) noexcept { return __builtin_atan2(y, x); }
BASALT_KERNEL("sinh") inline double hyperbolicSineDouble(double value) noexcept { return __builtin_sinh(value); }
BASALT_KERNEL("cosh") inline double hyperbolicCosineDouble(double value) noexcept { return __builtin_cosh(value); }
BASALT_KERNEL("tanh") inline double hyperbolicTangentDouble(double value) noexcept { return __builtin_tanh(value); }

BASALT_KERNEL("pi") inline double piDouble() noexcept { return 3.141592653589793; }
BASALT_KERNEL("degrees") inline double degreesDouble(double radians) noexcept { return radians * (180 / piDouble()); }
BASALT_KERNEL("radians") inline double radiansDouble(double degrees) noexcept { return degrees * (piDouble() / 180); }

BASALT_KERNEL("isnan") inline bool isNanReal(float value) noexcept { return value != value; }
BASALT_KERNEL("isnan") inline bool isNanDouble(double value) noexcept { return value != value; }
BASALT_KERNEL("isinf") inline bool isInfiniteReal(float value) noexcept {
  return __builtin_fabsf(value) == __builtin_inff();
}
BASALT_KERNEL("isinf") inline bool isInfiniteDouble(double value) noexcept {
  return __builtin_fabs(value) == __builtin_inf();
}
BASALT_KERNEL("isfinite") inline bool isFiniteReal(float value) noexcept {
  return __builtin_fabsf(value) < __builtin_inff();
}
BASALT_KERNEL("isfinite") inline bool isFiniteDouble(double value) noexcept {
  return __builtin_fabs(value) < __builtin_inf();
}

}  // namespace basalt::kernels
