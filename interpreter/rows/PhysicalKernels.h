#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "runtime/kernels/Compare.h"
#include "runtime/kernels/Hash.h"
#include "runtime/kernels/SortKey.h"
#include "runtime/types/Int128.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"
#include "runtime/types/Type.h"

namespace basalt::interpreter {

/// The kernels that work on keys of one physical type. Dates and times are integers to all of them.
template <typename T, auto HashKernel, auto EqualKernel, auto EncodeKernel>
struct KernelsOf {
  using Value = T;
  static std::uint64_t hash(T value) noexcept { return HashKernel(value); }
  static bool equal(T left, T right) noexcept { return EqualKernel(left, right); }
  static void encodeSortKey(std::byte* target, T value, bool descending) noexcept {
    EncodeKernel(target, value, descending);
  }

  /// Reads a value; the byte of a bool may be anything under a NULL, and 16-byte values are aligned to 8.
  static T load(const void* source) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
      return *static_cast<const std::uint8_t*>(source) != 0;
    } else {
      T value;
      std::memcpy(&value, source, sizeof(T));
      return value;
    }
  }
  static T load(const void* values, std::size_t index) noexcept {
    return load(static_cast<const std::byte*>(values) + index * sizeof(T));
  }
};

/// Calls `visit` with the KernelsOf a type as its template argument.
template <typename Visit>
decltype(auto) visitPhysicalType(PhysicalType type, Visit&& visit) {
  using namespace kernels;  // NOLINT(google-build-using-namespace): a table of kernels
  switch (type) {
    case PhysicalType::Bool:
      return visit.template operator()<KernelsOf<bool, hashBoolean, equalBoolean, encodeSortKeyBoolean>>();
    case PhysicalType::Int8:
      return visit.template operator()<KernelsOf<std::int8_t, hashTinyInt, equalTinyInt, encodeSortKeyTinyInt>>();
    case PhysicalType::Int16:
      return visit.template operator()<KernelsOf<std::int16_t, hashSmallInt, equalSmallInt, encodeSortKeySmallInt>>();
    case PhysicalType::Int32:
      return visit.template operator()<KernelsOf<std::int32_t, hashInteger, equalInteger, encodeSortKeyInteger>>();
    case PhysicalType::Int64:
      return visit.template operator()<KernelsOf<std::int64_t, hashBigInt, equalBigInt, encodeSortKeyBigInt>>();
    case PhysicalType::Int128:
      return visit.template operator()<KernelsOf<Int128, hashInt128, equalInt128, encodeSortKeyInt128>>();
    case PhysicalType::Float:
      return visit.template operator()<KernelsOf<float, hashReal, equalReal, encodeSortKeyReal>>();
    case PhysicalType::Double:
      return visit.template operator()<KernelsOf<double, hashDouble, equalDouble, encodeSortKeyDouble>>();
    case PhysicalType::String:
      return visit.template operator()<KernelsOf<StringView, hashVarchar, equalVarchar, encodeSortKeyVarchar>>();
    case PhysicalType::Interval:
      return visit.template operator()<KernelsOf<Interval, hashInterval, equalInterval, encodeSortKeyInterval>>();
  }
  std::unreachable();
}

}  // namespace basalt::interpreter
