#include "operators/state/window/AggregateResult.h"

#include <cstring>

#include "runtime/ExecutionError.h"
#include "runtime/kernels/Compare.h"

namespace basalt {

AggregateResult::AggregateResult(const WindowSpec& spec, const WindowFunctionSpec& function,
                                 const RowLayout::Column& column, StringArena& strings)
    : spec_(spec),
      function_(function),
      loops_(aggregateLoops(*function.aggregate)),
      result_(column),
      isText_(column.type == PhysicalType::String),
      strings_(strings) {}

void AggregateResult::check(ErrorCode error) const {
  if (error != ErrorCode::None) throw ExecutionError(error, spec_.label(), function_.text);
}

void AggregateResult::finalise(const std::byte* state) {
  std::array<std::byte, kBytes> before = value_;
  const bool hadValue = isNull_ == 0;
  ErrorCode error = ErrorCode::None;
  AggregateFinaliseCall call;
  call.rows = &state;
  call.rowCount = 1;
  call.output = value_.data();
  call.nulls = &isNull_;
  call.error = &error;
  loops_.finalise(call);
  check(error);
  if (!isText_ || isNull_ != 0) return;
  // The state's bytes are its own, and it writes over them.
  StringView text{};
  StringView last{};
  std::memcpy(&text, value_.data(), sizeof(text));
  std::memcpy(&last, before.data(), sizeof(last));
  text = hadValue && kernels::equalVarchar(text, last) ? last : strings_.copy(text);
  std::memcpy(value_.data(), &text, sizeof(text));
}

void AggregateResult::storeAll(std::span<std::byte* const> rows) const noexcept {
  if (isNull_ != 0) {
    for (std::byte* const row : rows) result_.storeNull(row);
  } else {
    result_.storeAll(rows, value_.data());
  }
}

}  // namespace basalt
