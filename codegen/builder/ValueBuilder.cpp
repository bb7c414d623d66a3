#include "codegen/builder/ValueBuilder.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>

namespace basalt::codegen {

void ValueBuilder::fail(const std::string& message) {
  if (failure_.empty()) {
    failure_ = message;
  }
}

llvm::Type* ValueBuilder::typeOf(ValueForm form) {
  switch (form) {
    case ValueForm::Void:
      return ir_.getVoidTy();
    case ValueForm::Bool:
      return ir_.getInt1Ty();
    case ValueForm::Int8:
      return ir_.getInt8Ty();
    case ValueForm::Int16:
      return ir_.getInt16Ty();
    case ValueForm::Int32:
      return ir_.getInt32Ty();
    case ValueForm::Int64:
      return ir_.getInt64Ty();
    case ValueForm::Int128:
      return ir_.getInt128Ty();
    case ValueForm::Float:
      return ir_.getFloatTy();
    case ValueForm::Double:
      return ir_.getDoubleTy();
    case ValueForm::Pointer:
      return ir_.getPtrTy();
    case ValueForm::Pair:
      return ir_.getInt64Ty();
  }
  return ir_.getVoidTy();
}

RawValue ValueBuilder::zeroOf(ValueForm form) {
  llvm::Value* zero = llvm::Constant::getNullValue(typeOf(form));
  return {form, zero, form == ValueForm::Pair ? zero : nullptr};
}

RawValue ValueBuilder::poisonOf(ValueForm form) {
  if (form == ValueForm::Void) {
    return {};
  }
  llvm::Value* poison = llvm::PoisonValue::get(typeOf(form));
  return {form, poison, form == ValueForm::Pair ? poison : nullptr};
}

llvm::Value* ValueBuilder::wideConstant(std::uint64_t low, std::uint64_t high) {
  return llvm::ConstantInt::get(context(), llvm::APInt(128, {low, high}));
}

RawValue ValueBuilder::selectRaw(Val<bool> condition, RawValue whenTrue, RawValue whenFalse, const llvm::Twine& name) {
  assert(whenTrue.form == whenFalse.form);
  RawValue result{whenTrue.form, ir_.CreateSelect(condition.value(), whenTrue.first, whenFalse.first, name), nullptr};
  if (whenTrue.form == ValueForm::Pair) {
    result.second = ir_.CreateSelect(condition.value(), whenTrue.second, whenFalse.second, name);
  }
  return result;
}

llvm::Value* ValueBuilder::byteAddress(llvm::Value* pointer, std::uint64_t byteOffset) {
  return byteOffset == 0 ? pointer : ir_.CreateConstInBoundsGEP1_64(ir_.getInt8Ty(), pointer, byteOffset);
}

llvm::CallInst* ValueBuilder::prefetchRaw(llvm::Value* pointer, CacheLevel level) {
  constexpr std::uint32_t kForReading = 0;
  constexpr std::uint32_t kData = 1;
  return ir().CreateIntrinsic(
      llvm::Intrinsic::prefetch, {pointer->getType()},
      {pointer, ir().getInt32(kForReading), ir().getInt32(static_cast<std::uint32_t>(level)), ir().getInt32(kData)});
}

llvm::Value* ValueBuilder::elementAddress(llvm::Value* array, llvm::Value* index, std::uint64_t elementBytes,
                                          const llvm::Twine& name) {
  // Term by term: what does not change in a loop is added to the array before it, and constants are part of an address.
  if (auto* sum = llvm::dyn_cast<llvm::BinaryOperator>(index); sum && sum->getOpcode() == llvm::Instruction::Add) {
    return elementAddress(elementAddress(array, sum->getOperand(0), elementBytes, name), sum->getOperand(1),
                          elementBytes, name);
  }
  // An index scaled by the type lets the address mode carry the multiplication: [array + index * 8].
  llvm::Type* elementType = elementBytes == 1   ? ir_.getInt8Ty()
                            : elementBytes == 2 ? ir_.getInt16Ty()
                            : elementBytes == 4 ? ir_.getInt32Ty()
                            : elementBytes == 8
                                ? static_cast<llvm::Type*>(ir_.getInt64Ty())
                                : static_cast<llvm::Type*>(llvm::ArrayType::get(ir_.getInt8Ty(), elementBytes));
  return ir_.CreateInBoundsGEP(elementType, array, index, name);
}

RawValue ValueBuilder::loadRaw(ValueForm form, llvm::Value* pointer, std::uint64_t byteOffset, std::uint64_t alignment,
                               const llvm::Twine& name) {
  llvm::Align align(alignment);
  llvm::Value* address = byteAddress(pointer, byteOffset);
  switch (form) {
    case ValueForm::Void:
      fail("cannot load a void value");
      return {};
    case ValueForm::Bool: {
      llvm::LoadInst* byte = ir_.CreateAlignedLoad(ir_.getInt8Ty(), address, align, name + ".byte");
      byte->setMetadata(llvm::LLVMContext::MD_range,
                        llvm::MDBuilder(context()).createRange(llvm::APInt(8, 0), llvm::APInt(8, 2)));
      return {form, ir_.CreateTrunc(byte, ir_.getInt1Ty(), name), nullptr};
    }
    case ValueForm::Pair: {
      llvm::Value* first = ir_.CreateAlignedLoad(ir_.getInt64Ty(), address, align, name + ".first");
      llvm::Align secondAlign = llvm::commonAlignment(align, 8);
      return {
          form, first,
          ir_.CreateAlignedLoad(ir_.getInt64Ty(), byteAddress(pointer, byteOffset + 8), secondAlign, name + ".second")};
    }
    default:
      return {form, ir_.CreateAlignedLoad(typeOf(form), address, align, name), nullptr};
  }
}

void ValueBuilder::storeRaw(llvm::Value* pointer, std::uint64_t byteOffset, RawValue value, std::uint64_t alignment) {
  llvm::Align align(alignment);
  llvm::Value* address = byteAddress(pointer, byteOffset);
  switch (value.form) {
    case ValueForm::Void:
      fail("cannot store a void value");
      return;
    case ValueForm::Bool:
      ir_.CreateAlignedStore(ir_.CreateZExt(value.first, ir_.getInt8Ty()), address, align);
      return;
    case ValueForm::Pair:
      ir_.CreateAlignedStore(value.first, address, align);
      ir_.CreateAlignedStore(value.second, byteAddress(pointer, byteOffset + 8), llvm::commonAlignment(align, 8));
      return;
    default:
      ir_.CreateAlignedStore(value.first, address, align);
  }
}

RawValue ValueBuilder::loadRelaxedRaw(ValueForm form, llvm::Value* pointer, std::uint64_t byteOffset,
                                      std::uint64_t bytes, const llvm::Twine& name) {
  llvm::Type* type = form == ValueForm::Bool ? ir_.getInt8Ty() : typeOf(form);
  llvm::LoadInst* load = ir_.CreateAlignedLoad(type, byteAddress(pointer, byteOffset), llvm::Align(bytes), name);
  load->setAtomic(llvm::AtomicOrdering::Monotonic);
  return {form, form == ValueForm::Bool ? ir_.CreateTrunc(load, ir_.getInt1Ty(), name) : load, nullptr};
}

void ValueBuilder::storeRelaxedRaw(llvm::Value* pointer, std::uint64_t byteOffset, RawValue value,
                                   std::uint64_t bytes) {
  llvm::Value* stored = value.form == ValueForm::Bool ? ir_.CreateZExt(value.first, ir_.getInt8Ty()) : value.first;
  ir_.CreateAlignedStore(stored, byteAddress(pointer, byteOffset), llvm::Align(bytes))
      ->setAtomic(llvm::AtomicOrdering::Monotonic);
}

llvm::Value* ValueBuilder::allocateAtEntry(llvm::Type* type, std::uint64_t alignment, const llvm::Twine& name) {
  // In the entry block, so that a slot asked for inside a loop is still one slot, and SROA finds it.
  llvm::BasicBlock& entry = ir_.GetInsertBlock()->getParent()->getEntryBlock();
  llvm::IRBuilder<> atEntry(&entry, entry.getFirstInsertionPt());
  llvm::AllocaInst* slot = atEntry.CreateAlloca(type, nullptr, name);
  slot->setAlignment(llvm::Align(alignment));
  return slot;
}

Val<std::byte*> ValueBuilder::stackBytes(std::uint64_t bytes, std::uint64_t alignment, const llvm::Twine& name) {
  return Val<std::byte*>(allocateAtEntry(llvm::ArrayType::get(ir_.getInt8Ty(), bytes), alignment, name));
}

llvm::Value* ValueBuilder::stackSlot(ValueForm form, std::uint64_t alignment, const llvm::Twine& name) {
  llvm::Type* type = form == ValueForm::Bool   ? ir_.getInt8Ty()
                     : form == ValueForm::Pair ? llvm::ArrayType::get(ir_.getInt64Ty(), 2)
                                               : typeOf(form);
  return allocateAtEntry(type, alignment, name);
}

bool ValueBuilder::appendArgument(llvm::Function& callee, RawValue argument, llvm::SmallVectorImpl<llvm::Value*>& out) {
  const llvm::FunctionType* type = callee.getFunctionType();
  auto parameterType = [&](std::size_t index) {
    return index < type->getNumParams() ? type->getParamType(static_cast<unsigned>(index)) : nullptr;
  };
  if (argument.form == ValueForm::Pair) {
    if (parameterType(out.size()) != ir_.getInt64Ty() || parameterType(out.size() + 1) != ir_.getInt64Ty()) {
      return false;
    }
    out.append({argument.first, argument.second});
    return true;
  }
  if (argument.form == ValueForm::Int128 && parameterType(out.size()) == ir_.getInt64Ty()) {
    // The ABI splits a 128-bit integer over two registers while two are left, and passes it whole on the stack
    // afterwards.
    if (parameterType(out.size() + 1) != ir_.getInt64Ty()) {
      return false;
    }
    out.push_back(ir_.CreateTrunc(argument.first, ir_.getInt64Ty()));
    out.push_back(ir_.CreateTrunc(ir_.CreateLShr(argument.first, 64), ir_.getInt64Ty()));
    return true;
  }
  if (parameterType(out.size()) != argument.first->getType() ||
      callee.hasParamAttribute(static_cast<unsigned>(out.size()), llvm::Attribute::ByVal)) {
    return false;
  }
  out.push_back(argument.first);
  return true;
}

RawValue ValueBuilder::splitResult(llvm::CallInst* call, ValueForm form) {
  if (form == ValueForm::Void) {
    return {};
  }
  if (form == ValueForm::Pair || (form == ValueForm::Int128 && call->getType()->isStructTy())) {
    llvm::Value* first = ir_.CreateExtractValue(call, 0);
    llvm::Value* second = ir_.CreateExtractValue(call, 1);
    if (form == ValueForm::Pair) {
      return {form, first, second};
    }
    llvm::Value* high = ir_.CreateShl(ir_.CreateZExt(second, ir_.getInt128Ty()), 64);
    return {form, ir_.CreateOr(high, ir_.CreateZExt(first, ir_.getInt128Ty())), nullptr};
  }
  return {form, call, nullptr};
}

RawValue ValueBuilder::callRaw(std::string_view symbol, ValueForm result, std::span<const RawValue> arguments,
                               const llvm::Twine& name) {
  llvm::Function* callee = module_->getFunction(symbol);
  if (callee == nullptr) {
    fail("the prelude has no function " + std::string(symbol));
    return poisonOf(result);
  }
  llvm::SmallVector<llvm::Value*, 8> values;
  bool fits = true;
  for (const RawValue& argument : arguments) {
    fits = fits && appendArgument(*callee, argument, values);
  }
  llvm::Type* pairType = llvm::StructType::get(context(), {ir_.getInt64Ty(), ir_.getInt64Ty()});
  llvm::Type* type = callee->getReturnType();
  bool returns = result == ValueForm::Pair     ? type == pairType
                 : result == ValueForm::Int128 ? type == pairType || type == ir_.getInt128Ty()
                                               : type == typeOf(result);
  if (!fits || !returns || values.size() != callee->arg_size()) {
    fail("a call does not fit the signature of " + std::string(symbol));
    return poisonOf(result);
  }
  llvm::CallInst* call = ir_.CreateCall(callee, values, result == ValueForm::Void ? llvm::Twine() : name);
  call->setCallingConv(callee->getCallingConv());
  // Extension and noundef of each value are part of the ABI and have to stand at the call as well as at the function.
  llvm::AttributeList attributes = callee->getAttributes();
  call->setAttributes(attributes.removeFnAttributes(context()));
  return splitResult(call, result);
}

}  // namespace basalt::codegen
