#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/types/Int128.h"

namespace basalt {

/// Numbers as text: the one place that says how SQL reads and shows them. Readers ignore blanks at both ends, take the
/// whole rest or fail, and write `*value` only on success. Writers return the number of bytes written at `target`,
/// which needs room for kMaxNumberText.
inline constexpr std::size_t kMaxNumberText = 64;

/// `text` without blanks at its ends.
std::string_view trimBlanks(std::string_view text) noexcept;

/// true, t, yes, y, on, 1 and their opposites, in either case.
bool parseBoolean(std::string_view text, bool* value) noexcept;
/// An optional sign and decimal digits, within 64 bits.
bool parseInteger(std::string_view text, std::int64_t* value) noexcept;
/// Digits with an optional sign, point and exponent; "nan", "inf" and "infinity" in either case. Fails beyond the
/// range.
bool parseDouble(std::string_view text, double* value) noexcept;
bool parseReal(std::string_view text, float* value) noexcept;
/// Digits with an optional sign, point and exponent, as the unscaled value of a decimal(precision, scale). Digits
/// beyond the scale are rounded half away from zero; fails when the precision does not suffice.
bool parseDecimal(std::string_view text, unsigned precision, unsigned scale, Int128* value) noexcept;

std::size_t formatBoolean(bool value, char* target) noexcept;
std::size_t formatInteger(Int128 value, char* target) noexcept;
/// The shortest text that reads back to the same number, always with a point or an exponent: "5.0", "0.1", "1e+30",
/// "inf".
std::size_t formatDouble(double value, char* target) noexcept;
std::size_t formatReal(float value, char* target) noexcept;
/// With all `scale` (at most 38) digits behind the point: "12.50", "-0.07", and no point when the scale is 0.
std::size_t formatDecimal(Int128 unscaled, unsigned scale, char* target) noexcept;

}  // namespace basalt
