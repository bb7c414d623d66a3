#include "runtime/types/NumberText.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <fast_float/fast_float.h>
#include <fmt/format.h>

namespace basalt {

namespace {

bool isBlank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }

bool equalIgnoringCase(std::string_view text, std::string_view lowerCase) noexcept {
  return std::ranges::equal(text, lowerCase, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

std::size_t copyText(std::string_view text, char* target) noexcept {
  std::memcpy(target, text.data(), text.size());
  return text.size();
}

/// Drops one '+' that a digit or point follows; the number readers below know only '-'.
std::string_view withoutPlus(std::string_view text) noexcept {
  return text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+' ? text.substr(1) : text;
}

template <typename T>
bool parseFloating(std::string_view text, T* value) noexcept {
  text = withoutPlus(trimBlanks(text));
  T parsed = 0;
  const auto [rest, status] = fast_float::from_chars(text.data(), text.data() + text.size(), parsed);
  if (text.empty() || status != std::errc{} || rest != text.data() + text.size()) {
    return false;
  }
  // The reader returns infinity for a number out of range; only the words may mean it.
  if (std::isinf(parsed) && std::ranges::any_of(text, isDigit)) {
    return false;
  }
  *value = parsed;
  return true;
}

template <typename T>
std::size_t formatFloating(T value, char* target) noexcept {
  if (std::isnan(value)) {
    return copyText("nan", target);
  }
  if (std::isinf(value)) {
    return copyText(value < 0 ? "-inf" : "inf", target);
  }
  char* end = fmt::format_to(target, "{}", value);
  if (std::all_of(target, end, [](char c) { return isDigit(c) || c == '-'; })) {
    *end++ = '.';
    *end++ = '0';
  }
  return static_cast<std::size_t>(end - target);
}

/// Writes the digits of `value`, at least `minimumDigits`.
std::size_t formatUnsigned(UInt128 value, unsigned minimumDigits, char* target) noexcept {
  std::array<char, kMaxNumberText> digits;
  std::size_t count = 0;
  // One 128-bit division per 19 digits; the rest is 64-bit work.
  constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;
  while (value > std::numeric_limits<std::uint64_t>::max()) {
    auto chunk = static_cast<std::uint64_t>(value % kChunk);
    value /= kChunk;
    for (int i = 0; i < 19; ++i) {
      digits[count++] = static_cast<char>('0' + chunk % 10);
      chunk /= 10;
    }
  }
  for (auto rest = static_cast<std::uint64_t>(value); rest != 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  while (count < minimumDigits) {
    digits[count++] = '0';
  }
  std::reverse_copy(digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(count), target);
  return count;
}

}  // namespace

std::string_view trimBlanks(std::string_view text) noexcept {
  while (!text.empty() && isBlank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && isBlank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

bool parseBoolean(std::string_view text, bool* value) noexcept {
  text = trimBlanks(text);
  for (const std::string_view word : {"true", "t", "yes", "y", "on", "1"}) {
    if (equalIgnoringCase(text, word)) {
      *value = true;
      return true;
    }
  }
  for (const std::string_view word : {"false", "f", "no", "n", "off", "0"}) {
    if (equalIgnoringCase(text, word)) {
      *value = false;
      return true;
    }
  }
  return false;
}

bool parseInteger(std::string_view text, std::int64_t* value) noexcept {
  text = withoutPlus(trimBlanks(text));
  std::int64_t parsed = 0;
  const auto [rest, status] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (status != std::errc{} || rest != text.data() + text.size()) {
    return false;
  }
  *value = parsed;
  return true;
}

bool parseDouble(std::string_view text, double* value) noexcept { return parseFloating(text, value); }

bool parseReal(std::string_view text, float* value) noexcept { return parseFloating(text, value); }

bool parseDecimal(std::string_view text, unsigned precision, unsigned scale, Int128* value) noexcept {
  text = trimBlanks(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  // Splits into integer digits, fraction digits and exponent.
  const auto firstNonDigit = [&text] { return std::min(text.size(), text.find_first_not_of("0123456789")); };
  const std::string_view integerDigits = text.substr(0, firstNonDigit());
  text.remove_prefix(integerDigits.size());
  std::string_view fractionDigits;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fractionDigits = text.substr(0, firstNonDigit());
    text.remove_prefix(fractionDigits.size());
  }
  if (integerDigits.empty() && fractionDigits.empty()) {
    return false;
  }
  std::int64_t exponent = 0;
  if (!text.empty()) {
    if (text[0] != 'e' && text[0] != 'E') {
      return false;
    }
    std::int32_t parsed = 0;
    text = withoutPlus(text.substr(1));
    const auto [rest, status] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (status != std::errc{} || rest != text.data() + text.size()) {
      return false;
    }
    exponent = parsed;
  }

  // Takes the digits of weight 10^-scale and more; the one behind them decides the rounding.
  const Int128 bound = powerOfTen(precision);
  const Int128 lastBeforeOverflow = bound / 10;
  const auto lastWeight = -static_cast<std::int64_t>(scale);
  std::int64_t weight = static_cast<std::int64_t>(integerDigits.size()) - 1 + exponent;
  Int128 result = 0;
  bool roundUp = false;
  for (const std::string_view digits : {integerDigits, fractionDigits}) {
    for (const char c : digits) {
      if (weight >= lastWeight) {
        if (result >= lastBeforeOverflow) {
          return false;
        }
        result = result * 10 + (c - '0');
      } else if (weight == lastWeight - 1) {
        roundUp = c >= '5';
      }
      --weight;
    }
  }
  for (; weight >= lastWeight && result != 0; --weight) {
    if (result >= lastBeforeOverflow) {
      return false;
    }
    result *= 10;
  }
  result += roundUp ? 1 : 0;
  if (result >= bound) {
    return false;
  }
  *value = negative ? -result : result;
  return true;
}

std::size_t formatBoolean(bool value, char* target) noexcept { return copyText(value ? "true" : "false", target); }

std::size_t formatInteger(Int128 value, char* target) noexcept { return formatDecimal(value, 0, target); }

std::size_t formatDouble(double value, char* target) noexcept { return formatFloating(value, target); }

std::size_t formatReal(float value, char* target) noexcept { return formatFloating(value, target); }

std::size_t formatDecimal(Int128 unscaled, unsigned scale, char* target) noexcept {
  char* position = target;
  auto magnitude = static_cast<UInt128>(unscaled);
  if (unscaled < 0) {
    *position++ = '-';
    magnitude = 0 - magnitude;
  }
  const std::size_t digits = formatUnsigned(magnitude, scale + 1, position);
  if (scale > 0) {
    char* point = position + (digits - scale);
    std::memmove(point + 1, point, scale);
    *point = '.';
    ++position;
  }
  return static_cast<std::size_t>(position - target) + digits;
}

}  // namespace basalt
