#pragma once

#include <cstdint>

#include "runtime/batch/Vector.h"
#include "runtime/types/Type.h"

namespace basalt::interpreter {

/// Calls visit(key), where key(position) is an integer column's value as 64 bits.
template <typename Visit>
void visitIntegerKey(const Vector& column, Visit visit) {
  const auto visitAs = [&]<typename Key>(const Key* values) {
    if (column.isConstant()) {
      visit([value = std::int64_t{*values}](std::uint32_t) { return value; });
    } else {
      visit([values](std::uint32_t position) { return std::int64_t{values[position]}; });
    }
  };
  switch (byteSize(column.type())) {
    case 1:
      return visitAs(column.values<std::int8_t>());
    case 2:
      return visitAs(column.values<std::int16_t>());
    case 4:
      return visitAs(column.values<std::int32_t>());
    default:
      return visitAs(column.values<std::int64_t>());
  }
}

}  // namespace basalt::interpreter
