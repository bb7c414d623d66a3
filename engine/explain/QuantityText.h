#pragma once

#include <cstdint>
#include <string>

namespace basalt {

/// Quantities as people read them.

/// "6,001,215".
std::string countText(std::uint64_t count);
/// A count with its noun: "1 row", "6,001,215 rows".
std::string countText(std::uint64_t count, const char* singular);
/// "0.042 ms", "12.3 ms", "4,312 ms": about three digits.
std::string millisecondsText(double milliseconds);
/// "812 bytes", "48.8 MiB".
std::string bytesText(std::uint64_t bytes);

}  // namespace basalt
