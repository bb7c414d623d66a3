#include "cli/ByteSize.h"

#include <charconv>
#include <cmath>
#include <string>

namespace basalt::cli {

namespace {

/// What a unit multiplies by; 0 for an unknown one.
double unitBytes(std::string_view unit) {
  if (unit.empty() || unit == "b") return 1;
  constexpr std::string_view kPrefixes = "kmgtp";
  const std::size_t prefix = kPrefixes.find(unit.front());
  if (prefix == std::string_view::npos) return 0;
  unit.remove_prefix(1);
  const bool isDecimal = unit == "b";
  if (!isDecimal && !unit.empty() && unit != "ib") return 0;
  return std::pow(isDecimal ? 1000.0 : 1024.0, static_cast<double>(prefix + 1));
}

}  // namespace

std::optional<std::uint64_t> parseByteSize(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  std::string unit;
  for (const char character : text.substr(static_cast<std::size_t>(end - text.data()))) {
    if (character == ' ' && unit.empty()) continue;
    unit.push_back(character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character);
  }
  const double bytes = number * unitBytes(unit);
  constexpr double kTooMany = 18446744073709551616.0;
  if (unitBytes(unit) == 0 || bytes >= kTooMany) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace basalt::cli
