#include "operators/state/window/WindowAggregation.h"

#include <cstring>
#include <optional>

#include "runtime/ExecutionError.h"
#include "runtime/kernels/Compare.h"

namespace basalt {
namespace {

std::optional<RowLayout::Column> argumentColumn(const WindowSpec& spec, const WindowFunctionSpec& function) {
  if (!function.argument) return {};
  return spec.rows.layout.column(*function.argument);
}

}  // namespace

WindowAggregation::WindowAggregation(const WindowSpec& spec, const WindowFunctionSpec& function,
                                     const RowLayout::Column& result, const std::shared_ptr<MemoryBudget>& budget,
                                     StringArena& strings)
    : spec_(spec),
      function_(function),
      loops_(aggregateLoops(*function.aggregate)),
      result_(result),
      isText_(result.type == PhysicalType::String),
      argument_(argumentColumn(spec, function), budget),
      tree_(*function.aggregate, argument_, budget),
      stateStrings_(budget),
      resultStrings_(strings),
      state_(function.aggregate->stateSize, BudgetAllocator<std::byte>(budget)) {}

void WindowAggregation::check(ErrorCode error) const {
  if (error != ErrorCode::None) throw ExecutionError(error, spec_.label(), function_.text);
}

void WindowAggregation::finalise() {
  std::array<std::byte, kResultBytes> before = value_;
  const bool hadValue = isNull_ == 0;
  const std::byte* const state = state_.data();
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
  text = hadValue && kernels::equalVarchar(text, last) ? last : resultStrings_.copy(text);
  std::memcpy(value_.data(), &text, sizeof(text));
}

void WindowAggregation::store(std::byte* row) const noexcept {
  if (isNull_ != 0) {
    result_.storeNull(row);
  } else {
    result_.store(row, value_.data());
  }
}

void WindowAggregation::compute(WindowPartition& partition) {
  isNull_ = 1;
  if (spec_.isWholePartition(function_.frame)) {
    computeWhole(partition);
  } else if (function_.frame.onlyGrows()) {
    computeGrowing(partition);
  } else {
    computeAny(partition);
  }
}

void WindowAggregation::computeWhole(WindowPartition& partition) {
  argument_.reset(partition, false);
  stateStrings_.clear();
  loops_.initialise(state_.data());
  check(argument_.update(loops_, {0, partition.size()}, state_.data(), stateStrings_));
  finalise();
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    store(partition.row(row));
  }
}

void WindowAggregation::computeGrowing(WindowPartition& partition) {
  argument_.reset(partition, false);
  stateStrings_.clear();
  loops_.initialise(state_.data());
  finalise();
  WindowFrames frames(spec_, function_.frame, partition);
  std::uint64_t taken = 0;
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    const std::uint64_t end = frames.at(row).end;
    if (end > taken) {
      check(argument_.update(loops_, {taken, end}, state_.data(), stateStrings_));
      finalise();
      taken = end;
    }
    store(partition.row(row));
  }
}

void WindowAggregation::computeAny(WindowPartition& partition) {
  argument_.reset(partition, true);
  check(tree_.build(partition.interruptCheck()));
  WindowFrames frames(spec_, function_.frame, partition);
  std::optional<RowRange> last;
  for (std::uint64_t row = 0; row < partition.size(); ++row) {
    partition.interruptCheck()();
    const RowRange frame = frames.at(row);
    if (!last || frame != *last) {
      stateStrings_.clear();
      loops_.initialise(state_.data());
      if (!frame.isEmpty()) check(tree_.aggregate(frame, state_.data(), stateStrings_));
      finalise();
      last = frame;
    }
    store(partition.row(row));
  }
}

}  // namespace basalt
