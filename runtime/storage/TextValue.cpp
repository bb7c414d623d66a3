#include "runtime/storage/TextValue.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "runtime/ExecutionError.h"
#include "runtime/types/NumberText.h"
#include "runtime/types/TemporalText.h"

namespace basalt {

namespace {

/// A digit's value, or more than 9.
constexpr unsigned digitOf(char c) noexcept { return static_cast<unsigned char>(c) - unsigned{'0'}; }

constexpr auto kPowersOfTen = [] {
  std::array<Int128, Type::kMaxPrecision + 1> powers{};
  powers[0] = 1;
  for (std::size_t exponent = 1; exponent < powers.size(); ++exponent) {
    powers[exponent] = powers[exponent - 1] * 10;
  }
  return powers;
}();

/// Up to 18 digits with an optional minus; nothing for any other form.
std::optional<std::int64_t> readShortInteger(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  if (text.empty() || text.size() > 18) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text) {
    const unsigned digit = digitOf(c);
    if (digit > 9) {
      return std::nullopt;
    }
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

bool appendInteger(ColumnBuffer& buffer, std::string_view text) {
  std::int64_t value = 0;
  if (const auto quick = readShortInteger(text)) {
    value = *quick;
  } else if (!parseInteger(text, &value)) {
    return false;
  }
  const std::size_t bits = byteSize(buffer.type().physical()) * 8;
  if (bits < 64) {
    const std::int64_t bound = std::int64_t{1} << (bits - 1);
    if (value < -bound || value >= bound) {
      return false;
    }
  }
  buffer.appendInteger(value);
  return true;
}

/// [sign] digits [. digits] as an unscaled value; nothing for any other form, or when the type cannot hold it exactly.
/// `T` is the type's physical integer.
template <typename T>
std::optional<T> readDecimal(std::string_view text, Type type) noexcept {
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
  // A value of that size has all the digits that the precision allows.
  const auto full = static_cast<T>(kPowersOfTen[type.precision - 1U]);
  T value = 0;
  unsigned scale = 0;
  bool anyDigit = false;
  bool afterPoint = false;
  for (const char c : text) {
    const unsigned digit = digitOf(c);
    if (digit <= 9) {
      anyDigit = true;
      if (afterPoint && scale == type.scale) {
        if (digit != 0) {
          return std::nullopt;
        }
        continue;
      }
      if (value >= full) {
        return std::nullopt;
      }
      value = static_cast<T>(value * 10 + static_cast<T>(digit));
      scale += afterPoint ? 1 : 0;
    } else if (c == '.' && !afterPoint) {
      afterPoint = true;
    } else {
      return std::nullopt;
    }
  }
  if (!anyDigit) {
    return std::nullopt;
  }
  for (; scale < type.scale; ++scale) {
    if (value >= full) {
      return std::nullopt;
    }
    value = static_cast<T>(value * 10);
  }
  return negative ? static_cast<T>(-value) : value;
}

bool appendDecimal(ColumnBuffer& buffer, std::string_view text) {
  if (buffer.form() == ColumnBuffer::Form::Integer) {
    const auto value = readDecimal<std::int64_t>(trimBlanks(text), buffer.type());
    if (value) {
      buffer.appendInteger(*value);
    }
    return value.has_value();
  }
  const auto value = readDecimal<Int128>(trimBlanks(text), buffer.type());
  if (value) {
    buffer.appendWide(*value);
  }
  return value.has_value();
}

/// Days since 1970-01-01 of "yyyy-mm-dd"; nothing for any other form.
std::optional<std::int64_t> readPlainDate(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  unsigned worst = 0;
  const auto number = [&](std::size_t begin, std::size_t end) {
    unsigned result = 0;
    for (std::size_t at = begin; at < end; ++at) {
      worst = std::max(worst, digitOf(text[at]));
      result = result * 10 + digitOf(text[at]);
    }
    return result;
  };
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 7)), std::chrono::day(number(8, 10)));
  if (worst > 9 || !date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count();
}

bool appendDate(ColumnBuffer& buffer, std::string_view text) {
  if (const auto quick = readPlainDate(text)) {
    buffer.appendInteger(*quick);
    return true;
  }
  Date value{};
  if (!parseDate(text, &value)) {
    return false;
  }
  buffer.appendInteger(static_cast<std::int32_t>(value));
  return true;
}

/// Types that are too rare in large files to need a way of their own.
bool appendAny(ColumnBuffer& buffer, std::string_view text) {
  std::optional<Value> value;
  try {
    value = Value::parse(buffer.type(), text);
  } catch (const ExecutionError&) {
    return false;
  }
  buffer.append(*value);
  return true;
}

}  // namespace

bool appendText(ColumnBuffer& buffer, std::string_view text) {
  switch (buffer.type().id) {
    case TypeId::TinyInt:
    case TypeId::SmallInt:
    case TypeId::Integer:
    case TypeId::BigInt:
      return appendInteger(buffer, text);
    case TypeId::Decimal:
      return appendDecimal(buffer, text);
    case TypeId::Date:
      return appendDate(buffer, text);
    case TypeId::Varchar:
      buffer.appendString(text);
      return true;
    case TypeId::Real: {
      float value = 0;
      const bool valid = parseReal(text, &value);
      if (valid) {
        buffer.appendFloating(double{value});
      }
      return valid;
    }
    case TypeId::Double: {
      double value = 0;
      const bool valid = parseDouble(text, &value);
      if (valid) {
        buffer.appendFloating(value);
      }
      return valid;
    }
    case TypeId::Boolean:
    case TypeId::Time:
    case TypeId::Timestamp:
    case TypeId::Interval:
    case TypeId::Binary:
      return appendAny(buffer, text);
  }
  return false;
}

}  // namespace basalt
