#include "runtime/types/Value.h"

#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "runtime/ExecutionError.h"
#include "runtime/types/NumberText.h"
#include "runtime/types/StringView.h"
#include "runtime/types/TemporalText.h"

namespace basalt {

namespace {

template <typename T>
void put(void* target, T value) {
  std::memcpy(target, &value, sizeof(value));
}

template <typename T>
T get(const void* source) {
  T value;
  std::memcpy(&value, source, sizeof(value));
  return value;
}

/// PostgreSQL's form of binary data: "\x" and two hexadecimal digits per byte.
std::string toHexadecimal(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result = "\\x";
  for (const char c : bytes) {
    result.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    result.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return result;
}

std::optional<std::string> fromHexadecimal(std::string_view digits) {
  const auto valueOf = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  if (digits.size() % 2 != 0) {
    return std::nullopt;
  }
  std::string result;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = valueOf(digits[i]);
    const int low = valueOf(digits[i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    result.push_back(static_cast<char>(high * 16 + low));
  }
  return result;
}

/// The range of an integer type of `bytes` bytes.
bool fits(Int128 value, std::size_t bytes) {
  const Int128 bound = Int128{1} << (bytes * 8 - 1);
  return value >= -bound && value < bound;
}

/// The value of `text`, or nothing when it does not have the form of `type`.
std::optional<Value> tryParse(Type type, std::string_view text) {
  switch (type.id) {
    case TypeId::Boolean: {
      bool value = false;
      return parseBoolean(text, &value) ? std::optional(Value::boolean(value)) : std::nullopt;
    }
    case TypeId::TinyInt:
    case TypeId::SmallInt:
    case TypeId::Integer:
    case TypeId::BigInt: {
      std::int64_t value = 0;
      const bool valid = parseInteger(text, &value) && fits(value, byteSize(type.physical()));
      return valid ? std::optional(Value::integer(type, value)) : std::nullopt;
    }
    case TypeId::Real: {
      float value = 0;
      return parseReal(text, &value) ? std::optional(Value::floating(type, double{value})) : std::nullopt;
    }
    case TypeId::Double: {
      double value = 0;
      return parseDouble(text, &value) ? std::optional(Value::floating(type, value)) : std::nullopt;
    }
    case TypeId::Decimal: {
      Int128 value = 0;
      const bool valid = parseDecimal(text, type.precision, type.scale, &value);
      return valid ? std::optional(Value::decimal(type, value)) : std::nullopt;
    }
    case TypeId::Date: {
      Date value{};
      return parseDate(text, &value) ? std::optional(Value::date(value)) : std::nullopt;
    }
    case TypeId::Time: {
      Time value{};
      const bool valid = parseTime(text, &value);
      return valid ? std::optional(Value::integer(type, static_cast<std::int64_t>(value))) : std::nullopt;
    }
    case TypeId::Timestamp: {
      Timestamp value{};
      const bool valid = parseTimestamp(text, &value);
      return valid ? std::optional(Value::integer(type, static_cast<std::int64_t>(value))) : std::nullopt;
    }
    case TypeId::Interval: {
      Interval value{};
      return parseInterval(text, &value) ? std::optional(Value::interval(value)) : std::nullopt;
    }
    case TypeId::Varchar:
      return Value::string(type, std::string(text));
    case TypeId::Binary: {
      if (!text.starts_with("\\x")) {
        return Value::string(type, std::string(text));
      }
      auto bytes = fromHexadecimal(text.substr(2));
      return bytes ? std::optional(Value::string(type, std::move(*bytes))) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

Value Value::null(Type type) {
  Value result;
  result.type_ = type;
  return result;
}

Value Value::boolean(bool value) {
  Value result = null(Type::boolean());
  result.content_ = value;
  return result;
}

Value Value::integer(Type type, Int128 value) {
  Value result = null(type);
  result.content_ = value;
  return result;
}

Value Value::decimal(Type type, Int128 unscaled) { return integer(type, unscaled); }

Value Value::floating(Type type, double value) {
  Value result = null(type);
  result.content_ = value;
  return result;
}

Value Value::date(Date value) { return integer(Type::date(), static_cast<std::int32_t>(value)); }

Value Value::interval(Interval value) {
  Value result = null(Type::interval());
  result.content_ = value;
  return result;
}

Value Value::string(Type type, std::string value) {
  Value result = null(type);
  result.content_ = std::move(value);
  return result;
}

void Value::store(void* target) const {
  const PhysicalType physical = type_.physical();
  if (isNull()) {
    std::memset(target, 0, byteSize(physical));
    return;
  }
  switch (physical) {
    case PhysicalType::Bool:
      return put(target, asBool());
    case PhysicalType::Int8:
      return put(target, static_cast<std::int8_t>(asInt128()));
    case PhysicalType::Int16:
      return put(target, static_cast<std::int16_t>(asInt128()));
    case PhysicalType::Int32:
      return put(target, static_cast<std::int32_t>(asInt128()));
    case PhysicalType::Int64:
      return put(target, static_cast<std::int64_t>(asInt128()));
    case PhysicalType::Int128:
      return put(target, asInt128());
    case PhysicalType::Float:
      return put(target, static_cast<float>(asDouble()));
    case PhysicalType::Double:
      return put(target, asDouble());
    case PhysicalType::String:
      return put(target, StringView::make(asString()));
    case PhysicalType::Interval:
      return put(target, asInterval());
  }
}

Value Value::load(Type type, const void* source) {
  switch (type.physical()) {
    case PhysicalType::Bool:
      return boolean(get<std::uint8_t>(source) != 0);
    case PhysicalType::Int8:
      return integer(type, get<std::int8_t>(source));
    case PhysicalType::Int16:
      return integer(type, get<std::int16_t>(source));
    case PhysicalType::Int32:
      return integer(type, get<std::int32_t>(source));
    case PhysicalType::Int64:
      return integer(type, get<std::int64_t>(source));
    case PhysicalType::Int128:
      return integer(type, get<Int128>(source));
    case PhysicalType::Float:
      return floating(type, double{get<float>(source)});
    case PhysicalType::Double:
      return floating(type, get<double>(source));
    case PhysicalType::String: {
      const auto text = get<StringView>(source);
      return string(type, std::string(text.view()));
    }
    case PhysicalType::Interval:
      return interval(get<Interval>(source));
  }
  return null(type);
}

std::string Value::toString() const {
  if (isNull()) {
    return "NULL";
  }
  std::array<char, std::max(kMaxNumberText, kMaxTemporalText)> text;
  const auto wrap = [&text](std::size_t size) { return std::string(text.data(), size); };
  switch (type_.id) {
    case TypeId::Boolean:
      return wrap(formatBoolean(asBool(), text.data()));
    case TypeId::TinyInt:
    case TypeId::SmallInt:
    case TypeId::Integer:
    case TypeId::BigInt:
      return wrap(formatInteger(asInt128(), text.data()));
    case TypeId::Real:
      return wrap(formatReal(static_cast<float>(asDouble()), text.data()));
    case TypeId::Double:
      return wrap(formatDouble(asDouble(), text.data()));
    case TypeId::Decimal:
      return wrap(formatDecimal(asInt128(), type_.scale, text.data()));
    case TypeId::Date:
      return wrap(formatDate(Date{static_cast<std::int32_t>(asInt128())}, text.data()));
    case TypeId::Time:
      return wrap(formatTime(Time{static_cast<std::int64_t>(asInt128())}, text.data()));
    case TypeId::Timestamp:
      return wrap(formatTimestamp(Timestamp{static_cast<std::int64_t>(asInt128())}, text.data()));
    case TypeId::Interval:
      return wrap(formatInterval(asInterval(), text.data()));
    case TypeId::Varchar:
      return asString();
    case TypeId::Binary:
      return toHexadecimal(asString());
  }
  return "";
}

Value Value::parse(Type type, std::string_view text) {
  std::optional<Value> value = tryParse(type, text);
  if (!value) {
    throw ExecutionError(ErrorCode::InvalidCast, "",
                         "expected a value of type " + basalt::toString(type) + ", got '" + std::string(text) + "'");
  }
  return std::move(*value);
}

}  // namespace basalt
