#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace basalt {

/// The logical types of columns and expressions.
enum class TypeId : std::uint8_t {
  Boolean,
  TinyInt,
  SmallInt,
  Integer,
  BigInt,
  Real,
  Double,
  Decimal,
  Date,
  Time,
  Timestamp,
  Interval,
  Varchar,
  Binary,
};

/// How one value of a type lies in memory, in a batch or a row.
enum class PhysicalType : std::uint8_t { Bool, Int8, Int16, Int32, Int64, Int128, Float, Double, String, Interval };

/// A logical type. Precision (1 to 38) and scale (0 to precision) mean something for decimals only and are 0 otherwise.
struct Type {
  TypeId id = TypeId::Boolean;
  std::uint8_t precision = 0;
  std::uint8_t scale = 0;

  static constexpr std::uint8_t kMaxInt64Precision = 18;
  static constexpr std::uint8_t kMaxPrecision = 38;

  static constexpr Type boolean() { return {TypeId::Boolean}; }
  static constexpr Type tinyInt() { return {TypeId::TinyInt}; }
  static constexpr Type smallInt() { return {TypeId::SmallInt}; }
  static constexpr Type integer() { return {TypeId::Integer}; }
  static constexpr Type bigInt() { return {TypeId::BigInt}; }
  static constexpr Type real() { return {TypeId::Real}; }
  static constexpr Type doublePrecision() { return {TypeId::Double}; }
  static constexpr Type decimal(std::uint8_t precision, std::uint8_t scale) {
    return {TypeId::Decimal, precision, scale};
  }
  static constexpr Type date() { return {TypeId::Date}; }
  static constexpr Type time() { return {TypeId::Time}; }
  static constexpr Type timestamp() { return {TypeId::Timestamp}; }
  static constexpr Type interval() { return {TypeId::Interval}; }
  static constexpr Type varchar() { return {TypeId::Varchar}; }
  static constexpr Type binary() { return {TypeId::Binary}; }

  /// Int64 for decimals of up to 18 digits, Int128 beyond.
  PhysicalType physical() const noexcept;
  bool isInteger() const noexcept { return id >= TypeId::TinyInt && id <= TypeId::BigInt; }
  bool isFloating() const noexcept { return id == TypeId::Real || id == TypeId::Double; }
  bool isDecimal() const noexcept { return id == TypeId::Decimal; }
  bool isNumeric() const noexcept { return isInteger() || isFloating() || isDecimal(); }
  bool isString() const noexcept { return id == TypeId::Varchar || id == TypeId::Binary; }

  friend constexpr bool operator==(const Type&, const Type&) = default;
};

/// Bytes one value takes: 1, 2, 4, 8 or 16.
constexpr std::size_t byteSize(PhysicalType type) noexcept {
  switch (type) {
    case PhysicalType::Bool:
    case PhysicalType::Int8:
      return 1;
    case PhysicalType::Int16:
      return 2;
    case PhysicalType::Int32:
    case PhysicalType::Float:
      return 4;
    case PhysicalType::Int64:
    case PhysicalType::Double:
      return 8;
    case PhysicalType::Int128:
    case PhysicalType::String:
    case PhysicalType::Interval:
      return 16;
  }
  return 0;
}

/// SQL's spelling in lower case: "integer", "decimal(15,2)", "varchar".
std::string toString(Type type);

/// Reads SQL's spelling, case-insensitive, with the usual synonyms (int, bigint, int8, double precision, numeric, text,
/// char(n), varchar(n), bytea, ...). Throws ExecutionError(InvalidPlan) naming an unknown type or a bad precision.
Type parseType(std::string_view text);

}  // namespace basalt
