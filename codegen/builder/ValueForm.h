#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "runtime/types/Int128.h"
#include "runtime/types/KernelType.h"

namespace basalt::codegen {

/// How a C++ value is represented in emitted code. Several C++ types share a form: enums and both signs of an integer
/// width. A Pair is a 16-byte struct, which travels as its two eightbytes (as the ABI passes it): a string handle, an
/// interval.
enum class ValueForm : std::uint8_t { Void, Bool, Int8, Int16, Int32, Int64, Int128, Float, Double, Pointer, Pair };

/// The standard's concept leaves 128-bit integers out when extensions are off.
template <typename T>
concept WideInteger = std::same_as<T, Int128> || std::same_as<T, UInt128>;

template <typename T>
concept IntegerValue = (std::integral<T> && !std::same_as<T, bool>) || WideInteger<T>;

template <typename T>
concept EnumValue = std::is_enum_v<T>;

template <typename T>
concept PairStruct = std::is_class_v<T> && std::is_trivially_copyable_v<T> && sizeof(T) == 16;

template <typename T>
concept Emittable = std::same_as<T, bool> || IntegerValue<T> || EnumValue<T> || std::same_as<T, float> ||
                    std::same_as<T, double> || std::is_pointer_v<T> || PairStruct<T>;

/// Types that compare and compute as integers in emitted code: integers and enums.
template <typename T>
concept IntegerLike = IntegerValue<T> || EnumValue<T>;

template <typename T>
concept Arithmetic = IntegerLike<T> || std::same_as<T, float> || std::same_as<T, double>;

/// True for types whose compares, divisions and widenings are signed.
template <typename T>
consteval bool isSignedValue() {
  if constexpr (std::is_enum_v<T>) {
    return isSignedValue<std::underlying_type_t<T>>();
  } else {
    return std::same_as<T, Int128> || std::is_signed_v<T>;
  }
}

template <typename T>
consteval ValueForm formOf() {
  if constexpr (std::is_void_v<T>) {
    return ValueForm::Void;
  } else if constexpr (std::same_as<T, bool>) {
    return ValueForm::Bool;
  } else if constexpr (std::same_as<T, float>) {
    return ValueForm::Float;
  } else if constexpr (std::same_as<T, double>) {
    return ValueForm::Double;
  } else if constexpr (std::is_pointer_v<T>) {
    return ValueForm::Pointer;
  } else if constexpr (PairStruct<T>) {
    return ValueForm::Pair;
  } else {
    static_assert(IntegerLike<T>, "this type has no form in emitted code");
    constexpr auto size = sizeof(T);
    return size == 1   ? ValueForm::Int8
           : size == 2 ? ValueForm::Int16
           : size == 4 ? ValueForm::Int32
           : size == 8 ? ValueForm::Int64
                       : ValueForm::Int128;
  }
}

constexpr ValueForm formOf(KernelType type) noexcept {
  switch (type) {
    case KernelType::Boolean:
      return ValueForm::Bool;
    case KernelType::TinyInt:
      return ValueForm::Int8;
    case KernelType::SmallInt:
      return ValueForm::Int16;
    case KernelType::Integer:
    case KernelType::Date:
      return ValueForm::Int32;
    case KernelType::BigInt:
    case KernelType::Time:
    case KernelType::Timestamp:
    case KernelType::Hash:
      return ValueForm::Int64;
    case KernelType::Int128:
      return ValueForm::Int128;
    case KernelType::Real:
      return ValueForm::Float;
    case KernelType::Double:
      return ValueForm::Double;
    case KernelType::Interval:
    case KernelType::Varchar:
      return ValueForm::Pair;
    case KernelType::LikePattern:
    case KernelType::RegularExpression:
    case KernelType::ValueSet:
    case KernelType::Dictionary:
      return ValueForm::Pointer;
  }
  return ValueForm::Void;
}

}  // namespace basalt::codegen
