#pragma once

#include <cstdint>
#include <string_view>

namespace basalt {

/// The types of kernel arguments and results. They tell apart what needs another kernel: a date is not an integer, but
/// all decimals of up to 18 digits are BigInt and the wider ones Int128. Hash is a 64-bit hash, which no SQL expression
/// sees. The last ones are pointers to constants in a form of their own (const LikePattern*, ...), which only arguments
/// have.
enum class KernelType : std::uint8_t {
  Boolean,
  TinyInt,
  SmallInt,
  Integer,
  BigInt,
  Int128,
  Real,
  Double,
  Date,
  Time,
  Timestamp,
  Interval,
  Varchar,
  Hash,
  LikePattern,
  RegularExpression,
  ValueSet,
  Dictionary,
};

/// The enumerator's spelling, such as "BigInt".
constexpr std::string_view name(KernelType type) noexcept {
  switch (type) {
    case KernelType::Boolean:
      return "Boolean";
    case KernelType::TinyInt:
      return "TinyInt";
    case KernelType::SmallInt:
      return "SmallInt";
    case KernelType::Integer:
      return "Integer";
    case KernelType::BigInt:
      return "BigInt";
    case KernelType::Int128:
      return "Int128";
    case KernelType::Real:
      return "Real";
    case KernelType::Double:
      return "Double";
    case KernelType::Date:
      return "Date";
    case KernelType::Time:
      return "Time";
    case KernelType::Timestamp:
      return "Timestamp";
    case KernelType::Interval:
      return "Interval";
    case KernelType::Varchar:
      return "Varchar";
    case KernelType::Hash:
      return "Hash";
    case KernelType::LikePattern:
      return "LikePattern";
    case KernelType::RegularExpression:
      return "RegularExpression";
    case KernelType::ValueSet:
      return "ValueSet";
    case KernelType::Dictionary:
      return "Dictionary";
  }
  return "Unknown";
}

/// Bytes one value takes in a batch, a row or an aggregate's result slot: 1, 2, 4, 8 or 16, which is its alignment too,
/// save for Interval and Varchar, which are aligned to 8.
constexpr std::uint32_t byteSize(KernelType type) noexcept {
  switch (type) {
    case KernelType::Boolean:
    case KernelType::TinyInt:
      return 1;
    case KernelType::SmallInt:
      return 2;
    case KernelType::Integer:
    case KernelType::Real:
    case KernelType::Date:
      return 4;
    case KernelType::BigInt:
    case KernelType::Double:
    case KernelType::Time:
    case KernelType::Timestamp:
    case KernelType::Hash:
    case KernelType::LikePattern:
    case KernelType::RegularExpression:
    case KernelType::ValueSet:
    case KernelType::Dictionary:
      return 8;
    case KernelType::Int128:
    case KernelType::Interval:
    case KernelType::Varchar:
      return 16;
  }
  return 0;
}

/// Whether it is a pointer to a constant that was made ready when the plan was bound.
constexpr bool isPrepared(KernelType type) noexcept { return type >= KernelType::LikePattern; }

}  // namespace basalt
