#include "runtime/rows/ColumnOrder.h"

#include <cstring>
#include <utility>

#include "runtime/kernels/Compare.h"

namespace basalt {
namespace {

template <auto Less, typename T>
bool lessValue(const std::byte* left, const std::byte* right) noexcept {
  T leftValue;
  T rightValue;
  std::memcpy(&leftValue, left, sizeof(T));
  std::memcpy(&rightValue, right, sizeof(T));
  return Less(leftValue, rightValue);
}

using Function = bool (*)(const std::byte*, const std::byte*) noexcept;

Function functionFor(PhysicalType type) noexcept {
  switch (type) {
    case PhysicalType::Bool:
      return lessValue<kernels::lessBoolean, bool>;
    case PhysicalType::Int8:
      return lessValue<kernels::lessTinyInt, std::int8_t>;
    case PhysicalType::Int16:
      return lessValue<kernels::lessSmallInt, std::int16_t>;
    case PhysicalType::Int32:
      return lessValue<kernels::lessInteger, std::int32_t>;
    case PhysicalType::Int64:
      return lessValue<kernels::lessBigInt, std::int64_t>;
    case PhysicalType::Int128:
      return lessValue<kernels::lessInt128, Int128>;
    case PhysicalType::Float:
      return lessValue<kernels::lessReal, float>;
    case PhysicalType::Double:
      return lessValue<kernels::lessDouble, double>;
    case PhysicalType::String:
      return lessValue<kernels::lessVarchar, StringView>;
    case PhysicalType::Interval:
      return lessValue<kernels::lessInterval, Interval>;
  }
  std::unreachable();
}

}  // namespace

ColumnLess::ColumnLess(PhysicalType type) noexcept : function_(functionFor(type)) {}

}  // namespace basalt
