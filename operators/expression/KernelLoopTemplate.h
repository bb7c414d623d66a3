#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "operators/expression/KernelLoop.h"
#include "runtime/types/Dictionary.h"
#include "runtime/types/Int128.h"
#include "runtime/types/StringView.h"

/// The loops that run kernels over batches. One kernel gets at most four: one that handles everything, and, where the
/// compiler can make vector instructions of it, one for each way to combine columns and constants without a selection.
namespace basalt::kernelloops {

/// Reads a value of a batch. A bool is read as a byte, since the byte under a NULL may be neither 0 nor 1; a 128-bit
/// value may lie at 8-byte alignment.
template <typename T>
T load(const void* values, std::size_t index) noexcept {
  if constexpr (std::same_as<T, bool>) {
    return static_cast<const std::uint8_t*>(values)[index] != 0;
  } else if constexpr (sizeof(T) > 8) {
    T value;
    std::memcpy(&value, static_cast<const std::byte*>(values) + index * sizeof(T), sizeof(T));
    return value;
  } else {
    return static_cast<const T*>(values)[index];
  }
}

/// The parameter types of a kernel apart from the ErrorCode* and the StringArena* that may follow them.
template <typename... Parameters>
struct SqlParameters {
  static constexpr bool kMayFail = (std::same_as<Parameters, ErrorCode*> || ...);
  static constexpr bool kUsesArena = (std::same_as<Parameters, StringArena*> || ...);
  static constexpr std::size_t kCount = sizeof...(Parameters) - (kMayFail ? 1 : 0) - (kUsesArena ? 1 : 0);
  using All = std::tuple<Parameters...>;
  template <std::size_t Index>
  using Type = std::remove_cvref_t<std::tuple_element_t<Index, All>>;
};

template <typename Function>
struct KernelSignature;
template <typename ResultType, typename... Parameters>
struct KernelSignature<ResultType (*)(Parameters...) noexcept> : SqlParameters<Parameters...> {
  using Result = ResultType;
};

/// Values on which vector instructions work.
template <typename T>
inline constexpr bool kIsVectorizable = (std::is_arithmetic_v<T> || std::is_enum_v<T>) && sizeof(T) <= 8;

template <auto Kernel>
class Loop {
  using Signature = KernelSignature<decltype(Kernel)>;
  using Result = typename Signature::Result;
  static constexpr std::size_t kCount = Signature::kCount;
  static constexpr auto kIndexes = std::make_index_sequence<kCount>();

 public:
  static void run(const KernelLoopCall& call) {
    if constexpr (kCount >= 1 && kCount <= 2 && isVectorizable(kIndexes)) {
      if (call.selection == nullptr && (!kSkipsNulls || call.nulls == nullptr) && runDense(call)) {
        return;
      }
    }
    runGeneric(call, kIndexes);
  }

 private:
  template <std::size_t... I>
  static constexpr bool isVectorizable(std::index_sequence<I...>) {
    return kIsVectorizable<Result> && (kIsVectorizable<typename Signature::template Type<I>> && ...);
  }
  template <std::size_t... I>
  static constexpr bool followsValues(std::index_sequence<I...>) {
    return ((std::same_as<typename Signature::template Type<I>, StringView> ||
             std::same_as<typename Signature::template Type<I>, const Dictionary*>) ||
            ...);
  }
  /// Whether running on a NULL row could do harm: strings are followed to their bytes, codes to their strings.
  static constexpr bool kSkipsNulls = Signature::kMayFail || Signature::kUsesArena || followsValues(kIndexes);

  template <typename... Values>
  [[gnu::always_inline]] static Result invoke(ErrorCode* error, StringArena* arena, Values... values) noexcept {
    if constexpr (Signature::kMayFail && Signature::kUsesArena) {
      return Kernel(values..., error, arena);
    } else if constexpr (Signature::kMayFail) {
      return Kernel(values..., error);
    } else if constexpr (Signature::kUsesArena) {
      return Kernel(values..., arena);
    } else {
      return Kernel(values...);
    }
  }

  /// False when nothing was done or a row failed: then the generic loop has to run.
  static bool runDense(const KernelLoopCall& call) {
    if constexpr (kCount == 1) {
      return !call.arguments[0].isConstant() && runDense<false>(call);
    } else {
      const bool leftIsConstant = call.arguments[0].isConstant();
      const bool rightIsConstant = call.arguments[1].isConstant();
      if (leftIsConstant) {
        return !rightIsConstant && runDense<true, false>(call);
      }
      return rightIsConstant ? runDense<false, true>(call) : runDense<false, false>(call);
    }
  }

  template <bool... IsConstant>
  static bool runDense(const KernelLoopCall& call) {
    return runDense<IsConstant...>(call, kIndexes);
  }

  template <bool... IsConstant, std::size_t... I>
  static bool runDense(const KernelLoopCall& call, std::index_sequence<I...>) {
    auto* __restrict output = static_cast<Result*>(call.output);
    const std::array<const void*, kCount> data = {call.arguments[I].data()...};
    const std::uint32_t rowCount = call.rowCount;
    // Rows behind a failing one are run as well: cheaper than a branch per row, and the generic loop then finds the
    // first. A flag made of each row's own error, other than one error for all, leaves the loop open to vector
    // instructions.
    std::uint32_t failed = 0;
    const auto runRow = [&failed, &call](auto... values) {
      ErrorCode error = ErrorCode::None;
      const Result result = invoke(&error, call.arena, values...);
      failed |= error != ErrorCode::None ? 1U : 0U;
      return result;
    };
    if constexpr ((IsConstant || ...)) {
      // Loaded before the loop, since the compiler cannot know that the output does not overlap it.
      const std::tuple<typename Signature::template Type<I>...> first{
          load<typename Signature::template Type<I>>(data[I], 0)...};
      for (std::uint32_t row = 0; row < rowCount; ++row) {
        output[row] =
            runRow((IsConstant ? std::get<I>(first) : load<typename Signature::template Type<I>>(data[I], row))...);
      }
    } else {
      for (std::uint32_t row = 0; row < rowCount; ++row) {
        output[row] = runRow(load<typename Signature::template Type<I>>(data[I], row)...);
      }
    }
    return failed == 0;
  }

  template <std::size_t... I>
  static void runGeneric(const KernelLoopCall& call, std::index_sequence<I...>) {
    auto* __restrict output = static_cast<Result*>(call.output);
    [[maybe_unused]] const std::array<const void*, kCount> data = {call.arguments[I].data()...};
    [[maybe_unused]] const std::array<std::size_t, kCount> strides = {
        (call.arguments[I].isConstant() ? std::size_t{0} : std::size_t{1})...};
    const std::uint32_t* const selection = call.selection;
    const std::uint8_t* const nulls = kSkipsNulls ? call.nulls : nullptr;
    const std::uint32_t rowCount = call.rowCount;
    for (std::uint32_t index = 0; index < rowCount; ++index) {
      const std::uint32_t row = selection != nullptr ? selection[index] : index;
      if (nulls != nullptr && nulls[row] != 0) {
        continue;
      }
      ErrorCode error = ErrorCode::None;
      output[row] =
          invoke(&error, call.arena, load<typename Signature::template Type<I>>(data[I], row * strides[I])...);
      if constexpr (Signature::kMayFail) {
        if (error != ErrorCode::None) [[unlikely]] {
          if (call.failures != nullptr) {
            call.failures[row] = 1;
            continue;
          }
          *call.error = error;
          if (call.errorRow != nullptr) {
            *call.errorRow = row;
          }
          return;
        }
      }
    }
  }
};

}  // namespace basalt::kernelloops

namespace basalt {

/// The loop for one kernel, a function of runtime/kernels of up to four SQL arguments.
template <auto Kernel>
constexpr KernelLoop kernelLoop() noexcept {
  return &kernelloops::Loop<Kernel>::run;
}

}  // namespace basalt
