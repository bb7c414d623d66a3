#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>

#include "operators/expression/AggregateLoop.h"
#include "operators/expression/KernelLoopTemplate.h"

/// The loops that run aggregates over batches.
namespace basalt::kernelloops {

template <typename Function>
struct UpdateSignature;
template <typename State, typename... Parameters>
struct UpdateSignature<void (*)(State*, Parameters...) noexcept> : SqlParameters<Parameters...> {};

template <typename Function>
struct FinaliseSignature;
template <typename State, typename ResultType, typename... Error>
struct FinaliseSignature<bool (*)(const State*, ResultType*, Error...) noexcept> {
  using Result = ResultType;
  static constexpr bool kMayFail = sizeof...(Error) != 0;
};

template <typename Aggregate>
class AggregateRunner {
  using State = typename Aggregate::State;
  using Update = UpdateSignature<decltype(&Aggregate::update)>;
  using Finalise = FinaliseSignature<decltype(&Aggregate::finalise)>;
  using Result = typename Finalise::Result;
  static_assert(alignof(State) <= 8, "rows hold states at 8-byte alignment");
  static_assert(Update::kCount <= 1, "an aggregate has one argument at most");

  static State* stateAt(std::byte* address) noexcept { return reinterpret_cast<State*>(address); }  // NOLINT
  static const State* stateAt(const std::byte* address) noexcept {
    return reinterpret_cast<const State*>(address);
  }  // NOLINT

  /// A parameter's type; never used when the aggregate has no argument.
  template <typename Signature>
  static auto argumentType() {
    if constexpr (Signature::kCount == 1) {
      return typename Signature::template Type<0>();
    } else {
      return false;
    }
  }
  using Argument = decltype(argumentType<Update>());

  static void updateOne(State* state, [[maybe_unused]] const void* data, [[maybe_unused]] std::size_t index,
                        [[maybe_unused]] ErrorCode* error, [[maybe_unused]] StringArena* arena) noexcept {
    if constexpr (Update::kCount == 0) {
      Aggregate::update(state);
    } else if constexpr (Update::kUsesArena) {
      Aggregate::update(state, load<Argument>(data, index), error, arena);
    } else if constexpr (Update::kMayFail) {
      Aggregate::update(state, load<Argument>(data, index), error);
    } else {
      Aggregate::update(state, load<Argument>(data, index));
    }
  }

  /// `stateOf(row)` is the state that a row position belongs to.
  template <typename StateOf>
  [[gnu::always_inline]] static void updateRows(const AggregateUpdateCall& call, StateOf stateOf) noexcept {
    const void* data = nullptr;
    const std::uint8_t* nulls = nullptr;
    std::size_t stride = 1;
    if constexpr (Update::kCount == 1) {
      data = call.arguments[0].data();
      nulls = call.arguments[0].nulls();
      stride = call.arguments[0].isConstant() ? 0 : 1;
    }
    const std::uint32_t* const selection = call.selection;
    const auto neverNull = [](std::uint32_t) { return false; };
    if (selection == nullptr && nulls == nullptr && stride == 1) {
      runRows(call, stateOf, [](std::uint32_t index) { return index; }, neverNull, data, 1);
    } else if (nulls == nullptr && stride == 1) {
      runRows(call, stateOf, [=](std::uint32_t index) { return selection[index]; }, neverNull, data, 1);
    } else {
      runRows(
          call, stateOf, [=](std::uint32_t index) { return selection != nullptr ? selection[index] : index; },
          [=](std::uint32_t row) { return nulls != nullptr && nulls[row * stride] != 0; }, data, stride);
    }
  }

  template <typename StateOf, typename RowOf, typename IsNull>
  [[gnu::always_inline]] static void runRows(const AggregateUpdateCall& call, StateOf stateOf, RowOf rowOf,
                                             IsNull isNull, const void* data, std::size_t stride) noexcept {
    const std::uint32_t rowCount = call.rowCount;
    for (std::uint32_t index = 0; index < rowCount; ++index) {
      const std::uint32_t row = rowOf(index);
      if (isNull(row)) {
        continue;
      }
      ErrorCode error = ErrorCode::None;
      updateOne(stateOf(row), data, row * stride, &error, call.arena);
      if constexpr (Update::kMayFail) {
        if (error != ErrorCode::None) [[unlikely]] {
          *call.error = error;
          if (call.errorRow != nullptr) {
            *call.errorRow = row;
          }
          return;
        }
      }
    }
  }

 public:
  static void initialise(std::byte* state) noexcept { Aggregate::initialise(stateAt(state)); }

  static void update(const AggregateUpdateCall& call) noexcept {
    if (call.rows != nullptr) {
      std::byte* const* const rows = call.rows;
      const std::uint32_t offset = call.stateOffset;
      updateRows(call, [=](std::uint32_t row) { return stateAt(rows[row] + offset); });
      return;
    }
    // A copy that nothing else can refer to stays in registers.
    State state = *stateAt(call.single);
    updateRows(call, [&state](std::uint32_t) { return &state; });
    *stateAt(call.single) = state;
  }

  static void merge(std::byte* target, const std::byte* source, [[maybe_unused]] ErrorCode* error,
                    [[maybe_unused]] StringArena* arena) noexcept {
    if constexpr (requires(State* state) { Aggregate::merge(state, state, error, arena); }) {
      Aggregate::merge(stateAt(target), stateAt(source), error, arena);
    } else if constexpr (requires(State* state) { Aggregate::merge(state, state, error); }) {
      Aggregate::merge(stateAt(target), stateAt(source), error);
    } else {
      Aggregate::merge(stateAt(target), stateAt(source));
    }
  }

  static void mergeRows(const AggregateMergeCall& call) noexcept {
    ErrorCode error = ErrorCode::None;
    for (std::uint32_t row = 0; row < call.rowCount; ++row) {
      merge(call.targets[row] + call.stateOffset, call.sources[row] + call.stateOffset, &error, call.arena);
      if (error != ErrorCode::None) [[unlikely]] {
        *call.error = error;
        return;
      }
    }
  }

  static void finalise(const AggregateFinaliseCall& call) noexcept {
    auto* const output = static_cast<Result*>(call.output);
    for (std::uint32_t row = 0; row < call.rowCount; ++row) {
      const State* const state = stateAt(call.rows[row] + call.stateOffset);
      if constexpr (Finalise::kMayFail) {
        ErrorCode error = ErrorCode::None;
        call.nulls[row] = Aggregate::finalise(state, &output[row], &error) ? 0 : 1;
        if (error != ErrorCode::None) [[unlikely]] {
          *call.error = error;
          if (call.errorRow != nullptr) {
            *call.errorRow = row;
          }
          return;
        }
      } else {
        call.nulls[row] = Aggregate::finalise(state, &output[row]) ? 0 : 1;
      }
    }
  }
};

}  // namespace basalt::kernelloops

namespace basalt {

/// The loops for one aggregate, a struct of runtime/kernels.
template <typename Aggregate>
constexpr AggregateLoops aggregateLoops() noexcept {
  using Runner = kernelloops::AggregateRunner<Aggregate>;
  return {&Runner::initialise, &Runner::update, &Runner::merge, &Runner::mergeRows, &Runner::finalise};
}

}  // namespace basalt
