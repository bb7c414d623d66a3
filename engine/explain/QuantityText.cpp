#include "engine/explain/QuantityText.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace basalt {

std::string countText(std::uint64_t count) {
  std::string text = fmt::to_string(count);
  for (std::size_t position = text.size(); position > 3;) {
    position -= 3;
    text.insert(position, 1, ',');
  }
  return text;
}

std::string countText(std::uint64_t count, const char* singular) {
  return fmt::format("{} {}{}", countText(count), singular, count == 1 ? "" : "s");
}

std::string millisecondsText(double milliseconds) {
  if (milliseconds >= 1000) return countText(static_cast<std::uint64_t>(std::llround(milliseconds))) + " ms";
  const int digits = milliseconds >= 100 ? 0 : milliseconds >= 10 ? 1 : milliseconds >= 1 ? 2 : 3;
  return fmt::format("{:.{}f} ms", milliseconds, digits);
}

std::string bytesText(std::uint64_t bytes) {
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return countText(bytes, "byte");
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (amount >= 1024 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

}  // namespace basalt
