#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "operators/spec/WindowSpec.h"
#include "runtime/ExecutionError.h"
#include "runtime/rows/ColumnOrder.h"

namespace basalt {

/// The number that a function is given with a row.
class WindowOperandReader {
 public:
  WindowOperandReader(const WindowSpec& spec, const WindowFunctionSpec& function) : spec_(spec), function_(function) {
    if (function.operand.column) column_ = spec.rows.layout.column(*function.operand.column);
  }

  /// Nothing for NULL.
  std::optional<std::int64_t> read(const std::byte* row) const {
    if (!function_.operand.column) return function_.operand.constant;
    if (isNull(column_, row)) return {};
    std::int64_t value = 0;
    std::memcpy(&value, row + column_.offset, sizeof(value));
    return value;
  }
  /// The same; throws ExecutionError(InvalidArgument) for less than 1.
  std::optional<std::int64_t> readPositive(const std::byte* row) const {
    const std::optional<std::int64_t> value = read(row);
    if (value && *value < 1) {
      throw ExecutionError(ErrorCode::InvalidArgument, spec_.label(),
                           fmt::format("expected at least 1 but a row has {} in {}", *value, function_.text));
    }
    return value;
  }

 private:
  const WindowSpec& spec_;
  const WindowFunctionSpec& function_;
  RowLayout::Column column_;
};

}  // namespace basalt
