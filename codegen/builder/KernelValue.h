#pragma once

#include <span>

#include "codegen/builder/FunctionBuilder.h"
#include "operators/KernelCatalog.h"
#include "runtime/ErrorCode.h"
#include "runtime/types/KernelType.h"

namespace basalt {
class StringArena;
}

namespace basalt::codegen {

/// An emitted SQL value: what Val<T> is where the type is known only from the plan. Expressions compute on these.
struct KernelValue {
  KernelType type;
  RawValue raw;

  /// The value under its C++ type, which must have the form of `type`.
  template <Emittable T>
  Val<T> as() const {
    return Val<T>(raw);
  }
};

/// Loads a value of `type` from memory; alignment 1 serves packed rows.
KernelValue loadKernelValue(FunctionBuilder& b, KernelType type, Val<const std::byte*> pointer,
                            std::uint64_t byteOffset, std::uint64_t alignment, const llvm::Twine& name = "");
void storeKernelValue(FunctionBuilder& b, Val<std::byte*> pointer, std::uint64_t byteOffset, KernelValue value,
                      std::uint64_t alignment);

/// Calls a kernel on values of its argument types. `error` and `arena` are passed to the kernels that take them.
KernelValue callKernel(FunctionBuilder& b, const KernelInfo& kernel, std::span<const KernelValue> arguments,
                       Val<ErrorCode*> error, Val<StringArena*> arena, const llvm::Twine& name = "");

/// The four functions of an aggregate on a state in memory. `error` and `arena` are passed to those that take them;
/// what a state holds lives in the arena.
void callInitialise(FunctionBuilder& b, const AggregateInfo& aggregate, Val<std::byte*> state);
void callUpdate(FunctionBuilder& b, const AggregateInfo& aggregate, Val<std::byte*> state,
                std::span<const KernelValue> arguments, Val<ErrorCode*> error, Val<StringArena*> arena);
void callMerge(FunctionBuilder& b, const AggregateInfo& aggregate, Val<std::byte*> target, Val<const std::byte*> source,
               Val<ErrorCode*> error, Val<StringArena*> arena);
/// Writes the result to `result`, in the form it has in memory; the returned value is false when it is NULL.
Val<bool> callFinalise(FunctionBuilder& b, const AggregateInfo& aggregate, Val<const std::byte*> state,
                       Val<std::byte*> result, Val<ErrorCode*> error, const llvm::Twine& name = "notNull");

}  // namespace basalt::codegen
