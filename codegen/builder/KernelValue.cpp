#include "codegen/builder/KernelValue.h"

namespace basalt::codegen {

namespace {

/// Appends arguments after checking their types against the catalog's: values of equal form and different type, such as
/// a date and an integer, would pass the check of the emitted signature.
void appendArguments(FunctionBuilder& b, std::string_view function, const KernelTypes& types,
                     std::span<const KernelValue> arguments, llvm::SmallVectorImpl<RawValue>& out) {
  bool fits = types.size() == arguments.size();
  for (std::size_t i = 0; fits && i < types.size(); ++i) {
    fits = types[i] == arguments[i].type;
    out.push_back(arguments[i].raw);
  }
  if (!fits) {
    b.fail("wrong argument types in a call of " + std::string(function));
  }
}

}  // namespace

KernelValue loadKernelValue(FunctionBuilder& b, KernelType type, Val<const std::byte*> pointer,
                            std::uint64_t byteOffset, std::uint64_t alignment, const llvm::Twine& name) {
  return {type, b.loadRaw(formOf(type), pointer.value(), byteOffset, alignment, name)};
}

void storeKernelValue(FunctionBuilder& b, Val<std::byte*> pointer, std::uint64_t byteOffset, KernelValue value,
                      std::uint64_t alignment) {
  b.storeRaw(pointer.value(), byteOffset, value.raw, alignment);
}

KernelValue callKernel(FunctionBuilder& b, const KernelInfo& kernel, std::span<const KernelValue> arguments,
                       Val<ErrorCode*> error, Val<StringArena*> arena, const llvm::Twine& name) {
  llvm::SmallVector<RawValue, 8> values;
  appendArguments(b, kernel.symbol, kernel.arguments, arguments, values);
  if (kernel.mayFail) {
    values.push_back(error.raw());
  }
  if (kernel.usesArena) {
    values.push_back(arena.raw());
  }
  return {kernel.result, b.callRaw(kernel.symbol, formOf(kernel.result), values, name)};
}

void callInitialise(FunctionBuilder& b, const AggregateInfo& aggregate, Val<std::byte*> state) {
  b.call<void>(aggregate.initialiseSymbol, {state.raw()});
}

void callUpdate(FunctionBuilder& b, const AggregateInfo& aggregate, Val<std::byte*> state,
                std::span<const KernelValue> arguments, Val<ErrorCode*> error, Val<StringArena*> arena) {
  llvm::SmallVector<RawValue, 4> values{state.raw()};
  appendArguments(b, aggregate.updateSymbol, aggregate.arguments, arguments, values);
  if (aggregate.updateMayFail) {
    values.push_back(error.raw());
  }
  if (aggregate.updateUsesArena) {
    values.push_back(arena.raw());
  }
  b.callRaw(aggregate.updateSymbol, ValueForm::Void, values);
}

void callMerge(FunctionBuilder& b, const AggregateInfo& aggregate, Val<std::byte*> target, Val<const std::byte*> source,
               Val<ErrorCode*> error, Val<StringArena*> arena) {
  llvm::SmallVector<RawValue, 4> values{target.raw(), source.raw()};
  if (aggregate.mergeMayFail) {
    values.push_back(error.raw());
  }
  if (aggregate.mergeUsesArena) {
    values.push_back(arena.raw());
  }
  b.callRaw(aggregate.mergeSymbol, ValueForm::Void, values);
}

Val<bool> callFinalise(FunctionBuilder& b, const AggregateInfo& aggregate, Val<const std::byte*> state,
                       Val<std::byte*> result, Val<ErrorCode*> error, const llvm::Twine& name) {
  llvm::SmallVector<RawValue, 4> values{state.raw(), result.raw()};
  if (aggregate.finaliseMayFail) {
    values.push_back(error.raw());
  }
  return Val<bool>(b.callRaw(aggregate.finaliseSymbol, ValueForm::Bool, values, name));
}

}  // namespace basalt::codegen
