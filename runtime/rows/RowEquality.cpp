#include "runtime/rows/RowEquality.h"

#include <cstring>

#include "runtime/kernels/Compare.h"

namespace basalt {
namespace {

template <auto Equal, typename T>
bool equalColumn(const RowLayout::Column& column, const std::byte* left, const std::byte* right) noexcept {
  if (column.nullable) {
    const bool leftNull = left[column.nullOffset] != std::byte{0};
    const bool rightNull = right[column.nullOffset] != std::byte{0};
    if (leftNull || rightNull) return leftNull == rightNull;
  }
  T leftValue;
  T rightValue;
  std::memcpy(&leftValue, left + column.offset, sizeof(T));
  std::memcpy(&rightValue, right + column.offset, sizeof(T));
  return Equal(leftValue, rightValue);
}

using Function = bool (*)(const RowLayout::Column&, const std::byte*, const std::byte*) noexcept;

Function functionFor(PhysicalType type) {
  switch (type) {
    case PhysicalType::Bool:
      return equalColumn<kernels::equalBoolean, bool>;
    case PhysicalType::Int8:
      return equalColumn<kernels::equalTinyInt, std::int8_t>;
    case PhysicalType::Int16:
      return equalColumn<kernels::equalSmallInt, std::int16_t>;
    case PhysicalType::Int32:
      return equalColumn<kernels::equalInteger, std::int32_t>;
    case PhysicalType::Int64:
      return equalColumn<kernels::equalBigInt, std::int64_t>;
    case PhysicalType::Int128:
      return equalColumn<kernels::equalInt128, Int128>;
    case PhysicalType::Float:
      return equalColumn<kernels::equalReal, float>;
    case PhysicalType::Double:
      return equalColumn<kernels::equalDouble, double>;
    case PhysicalType::String:
      return equalColumn<kernels::equalVarchar, StringView>;
    case PhysicalType::Interval:
      return equalColumn<kernels::equalInterval, Interval>;
  }
  return nullptr;
}

}  // namespace

RowEquality::RowEquality(const RowLayout& layout, std::size_t columns) {
  for (std::size_t index = 0; index < columns; ++index) {
    comparisons_.push_back({layout.column(index), functionFor(layout.column(index).type)});
  }
}

}  // namespace basalt
