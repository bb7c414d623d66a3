#include "codegen/lowering/RowAccess.h"

#include <algorithm>

#include "codegen/Bindings.h"

namespace basalt::codegen {

namespace {

void markInvariantLoad(llvm::Value* value) {
  // A bool is loaded as a byte and cut to a bit.
  if (auto* truncation = llvm::dyn_cast_or_null<llvm::TruncInst>(value)) {
    value = truncation->getOperand(0);
  }
  if (auto* load = llvm::dyn_cast_or_null<llvm::LoadInst>(value)) {
    load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(load->getContext(), {}));
  }
}

}  // namespace

RawValue markInvariant(RawValue loaded) {
  markInvariantLoad(loaded.first);
  markInvariantLoad(loaded.second);
  return loaded;
}

KernelValue markInvariant(KernelValue loaded) { return {loaded.type, markInvariant(loaded.raw)}; }

std::uint64_t storedAlignment(KernelType type) {
  return std::min<std::uint64_t>(byteSize(type), alignof(std::uint64_t));
}

SqlValue loadColumn(PipelineBuilder& p, Val<const std::byte*> row, const RowLayout::Column& column, KernelType type,
                    const std::string& name) {
  SqlValue result{loadKernelValue(p, type, row, column.offset, storedAlignment(type), name), std::nullopt};
  if (column.nullable) {
    result.isNull = p.load<bool>(row, column.nullOffset, name + ".isNull");
  }
  return result;
}

SqlValue readableUnderNull(PipelineBuilder& p, const SqlValue& value) {
  if (!value.isNull || value.type() != KernelType::Varchar) {
    return value;
  }
  return {{value.type(), p.selectRaw(*value.isNull, p.zeroOf(ValueForm::Pair), value.value.raw)}, value.isNull};
}

void storeColumn(PipelineBuilder& p, Val<RowAppender*> appender, Val<std::byte*> row, const RowLayout::Column& column,
                 const SqlValue& value) {
  if (column.nullable) {
    p.store<bool>(row, column.nullOffset, value.isNull.value_or(p.constant(false)));
  }
  if (column.holdsText()) {
    // if (!rowStoreString(appender, row + offset, text)) fail;
    Val<StringView*> target = p.offset<StringView>(row, column.offset);
    p.failUnless(bind::rowStoreString(p, appender, target, readableUnderNull(p, value).value.as<StringView>()));
    return;
  }
  storeKernelValue(p, row, column.offset, readableUnderNull(p, value).value, storedAlignment(value.type()));
}

}  // namespace basalt::codegen
