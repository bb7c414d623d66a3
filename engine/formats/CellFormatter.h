#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/batch/Vector.h"
#include "runtime/types/NumberText.h"
#include "runtime/types/StringView.h"
#include "runtime/types/TemporalText.h"
#include "runtime/types/Type.h"

namespace basalt {

/// Writes the values of one column as text, straight from a vector's memory: the same text as Value::toString(),
/// without boxing. The type is looked at once, not per value.
class CellFormatter {
 public:
  explicit CellFormatter(Type type);

  /// Whether people expect the column aligned to the right.
  bool isNumber() const noexcept { return type_.isNumeric(); }
  /// Whether the text is a string's, so that it may hold any character and has any length.
  bool isText() const noexcept { return type_.isString(); }
  const Type& type() const noexcept { return type_; }

  static bool isNull(const Vector& vector, std::uint32_t row) noexcept {
    return vector.nulls() != nullptr && vector.nulls()[vector.isConstant() ? 0 : row] != 0;
  }
  /// Appends the value at `row`, which is not NULL.
  void append(const Vector& vector, std::uint32_t row, std::string& text) const {
    append_(vector.data(), vector.isConstant() ? 0 : row, type_, text);
  }
  /// The value at `row` of a varchar column, without a copy; it lives as long as the vector.
  static std::string_view view(const Vector& vector, std::uint32_t row) noexcept {
    return vector.values<StringView>()[vector.isConstant() ? 0 : row].view();
  }

 private:
  using Append = void (*)(const void* values, std::uint32_t index, Type type, std::string& text);

  Type type_;
  Append append_ = nullptr;
};

}  // namespace basalt
