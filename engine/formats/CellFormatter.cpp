#include "engine/formats/CellFormatter.h"

#include <array>
#include <cstring>
#include <utility>

#include "runtime/types/Value.h"

namespace basalt {

namespace {

constexpr std::size_t kLongestText = std::max(kMaxNumberText, kMaxTemporalText);

/// A value of a vector; 128-bit ones may lie at 8-byte alignment.
template <typename T>
T load(const void* values, std::uint32_t index) noexcept {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(values) + std::size_t{index} * sizeof(T), sizeof(T));
  return value;
}

/// Appends what `format(value, target)` writes.
template <typename T, auto Format>
void appendFormatted(const void* values, std::uint32_t index, Type /*type*/, std::string& text) {
  std::array<char, kLongestText> buffer;  // NOLINT(*-member-init): written by Format
  text.append(buffer.data(), Format(load<T>(values, index), buffer.data()));
}

template <typename T>
void appendDecimal(const void* values, std::uint32_t index, Type type, std::string& text) {
  std::array<char, kLongestText> buffer;  // NOLINT(*-member-init): written by formatDecimal
  text.append(buffer.data(), formatDecimal(load<T>(values, index), type.scale, buffer.data()));
}

void appendString(const void* values, std::uint32_t index, Type /*type*/, std::string& text) {
  text.append(static_cast<const StringView*>(values)[index].view());
}

/// What is rare goes through a boxed value.
template <typename T>
void appendBoxed(const void* values, std::uint32_t index, Type type, std::string& text) {
  text.append(Value::load(type, static_cast<const T*>(values) + index).toString());
}

}  // namespace

CellFormatter::CellFormatter(Type type) : type_(type) {
  switch (type.id) {
    case TypeId::Boolean:
      append_ = appendFormatted<bool, formatBoolean>;
      return;
    case TypeId::TinyInt:
      append_ = appendFormatted<std::int8_t, formatInteger>;
      return;
    case TypeId::SmallInt:
      append_ = appendFormatted<std::int16_t, formatInteger>;
      return;
    case TypeId::Integer:
      append_ = appendFormatted<std::int32_t, formatInteger>;
      return;
    case TypeId::BigInt:
      append_ = appendFormatted<std::int64_t, formatInteger>;
      return;
    case TypeId::Real:
      append_ = appendFormatted<float, formatReal>;
      return;
    case TypeId::Double:
      append_ = appendFormatted<double, formatDouble>;
      return;
    case TypeId::Decimal:
      append_ = type.physical() == PhysicalType::Int64 ? appendDecimal<std::int64_t> : appendDecimal<Int128>;
      return;
    case TypeId::Date:
      append_ = appendFormatted<Date, formatDate>;
      return;
    case TypeId::Time:
      append_ = appendFormatted<Time, formatTime>;
      return;
    case TypeId::Timestamp:
      append_ = appendFormatted<Timestamp, formatTimestamp>;
      return;
    case TypeId::Interval:
      append_ = appendFormatted<Interval, formatInterval>;
      return;
    case TypeId::Varchar:
      append_ = appendString;
      return;
    case TypeId::Binary:
      append_ = appendBoxed<StringView>;
      return;
  }
  std::unreachable();
}

}  // namespace basalt
