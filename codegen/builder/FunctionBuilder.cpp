#include "codegen/builder/FunctionBuilder.h"

#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Local.h>

#include "codegen/builder/Target.h"

namespace basalt::codegen {

FunctionBuilder::FunctionBuilder(llvm::Module& module, std::string_view name, const Signature& signature,
                                 std::initializer_list<std::string_view> argumentNames)
    : ValueBuilder(module) {
  assert(argumentNames.size() == signature.parameters.size());
  llvm::SmallVector<llvm::Type*> parameters;
  for (ValueForm form : signature.parameters) {
    parameters.push_back(typeOf(form));
  }
  auto* type = llvm::FunctionType::get(typeOf(signature.result), parameters, false);
  if (module.getFunction(name) != nullptr) {
    fail("the module already has a function " + std::string(name));
  }
  function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module);
  prepareGenerated(*function_);
  const auto* argumentName = argumentNames.begin();
  for (llvm::Argument& argument : function_->args()) {
    argument.setName(*argumentName++);
    if (argument.getType()->isIntegerTy(1)) {
      argument.addAttr(llvm::Attribute::ZExt);
    }
  }
  if (signature.result == ValueForm::Bool) {
    function_->addRetAttr(llvm::Attribute::ZExt);
  }
  enter(createBlock("entry"));
}

llvm::BasicBlock* FunctionBuilder::createBlock(const llvm::Twine& name) {
  return llvm::BasicBlock::Create(context(), name);
}

void FunctionBuilder::enter(llvm::BasicBlock* block) {
  function_->insert(function_->end(), block);
  ir().SetInsertPoint(block);
}

bool FunctionBuilder::isDeadRest() const {
  const llvm::BasicBlock* block = currentBlock();
  return block->empty() && !block->isEntryBlock() && block->hasNPredecessors(0);
}

void FunctionBuilder::fallThrough(llvm::BasicBlock* target) {
  if (isDeadRest()) {
    llvm::BasicBlock* rest = ir().GetInsertBlock();
    ir().ClearInsertionPoint();
    rest->eraseFromParent();
    return;
  }
  ir().CreateBr(target);
}

void FunctionBuilder::startUnreachable() { enter(createBlock("unreachable")); }

void FunctionBuilder::jumpAway(llvm::BasicBlock* target) {
  ir().CreateBr(target);
  startUnreachable();
}

void FunctionBuilder::returnValue(llvm::Value* value) {
  llvm::Type* type = value == nullptr ? ir().getVoidTy() : value->getType();
  if (type != function_->getReturnType()) {
    fail("a returned value does not have the result type of " + function_->getName().str());
    value = type->isVoidTy() ? nullptr : llvm::PoisonValue::get(function_->getReturnType());
  }
  if (value == nullptr) {
    ir().CreateRetVoid();
  } else {
    ir().CreateRet(value);
  }
  startUnreachable();
}

void FunctionBuilder::branch(Condition condition, llvm::BasicBlock* whenTrue, llvm::BasicBlock* whenFalse) {
  llvm::MDNode* weights = nullptr;
  if (condition.weight() == Condition::Weight::Likely) {
    weights = llvm::MDBuilder(context()).createLikelyBranchWeights();
  } else if (condition.weight() == Condition::Weight::Unlikely) {
    weights = llvm::MDBuilder(context()).createUnlikelyBranchWeights();
  }
  ir().CreateCondBr(condition.value().value(), whenTrue, whenFalse, weights);
}

void FunctionBuilder::ifThen(Condition condition, Body then, const llvm::Twine& name) {
  llvm::BasicBlock* thenBlock = createBlock(name + ".then");
  llvm::BasicBlock* endBlock = createBlock(name + ".end");
  branch(condition, thenBlock, endBlock);
  enter(thenBlock);
  then();
  fallThrough(endBlock);
  enter(endBlock);
}

void FunctionBuilder::ifThenElse(Condition condition, Body then, Body otherwise, const llvm::Twine& name) {
  llvm::BasicBlock* thenBlock = createBlock(name + ".then");
  llvm::BasicBlock* elseBlock = createBlock(name + ".else");
  llvm::BasicBlock* endBlock = createBlock(name + ".end");
  branch(condition, thenBlock, elseBlock);
  enter(thenBlock);
  then();
  fallThrough(endBlock);
  enter(elseBlock);
  otherwise();
  fallThrough(endBlock);
  enter(endBlock);
}

void FunctionBuilder::emitWhile(llvm::function_ref<Condition()> condition, LoopFunction body, const llvm::Twine& name) {
  llvm::BasicBlock* header = createBlock(name + ".next");
  llvm::BasicBlock* bodyBlock = condition ? createBlock(name + ".body") : header;
  llvm::BasicBlock* exit = createBlock(name + ".end");
  fallThrough(header);
  enter(header);
  if (condition) {
    branch(condition(), bodyBlock, exit);
    enter(bodyBlock);
  }
  Loop loop(*this, header, exit);
  body(loop);
  fallThrough(header);
  enter(exit);
}

void FunctionBuilder::emitFor(llvm::function_ref<Condition()> condition, LoopFunction body, Body increment,
                              const llvm::Twine& name) {
  llvm::BasicBlock* header = createBlock(name + ".next");
  llvm::BasicBlock* bodyBlock = createBlock(name + ".body");
  llvm::BasicBlock* latch = createBlock(name + ".increment");
  llvm::BasicBlock* exit = createBlock(name + ".end");
  fallThrough(header);
  enter(header);
  branch(condition(), bodyBlock, exit);
  enter(bodyBlock);
  Loop loop(*this, latch, exit);
  body(loop);
  fallThrough(latch);
  enter(latch);
  increment();
  fallThrough(header);
  enter(exit);
}

llvm::Expected<llvm::Function*> FunctionBuilder::finish(bool verify) {
#ifndef NDEBUG
  verify = true;
#endif
  llvm::BasicBlock* last = ir().GetInsertBlock();
  if (last->hasNPredecessors(0) && !last->isEntryBlock()) {
    ir().CreateUnreachable();
  } else if (function_->getReturnType()->isVoidTy()) {
    ir().CreateRetVoid();
  } else {
    fail("a path through " + function_->getName().str() + " ends without a result");
    ir().CreateUnreachable();
  }
  ir().ClearInsertionPoint();
  llvm::removeUnreachableBlocks(*function_);
  if (failed()) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "code generation: " + failure());
  }
  if (verify) {
    std::string complaint;
    llvm::raw_string_ostream stream(complaint);
    if (llvm::verifyFunction(*function_, &stream)) {
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "code generation: invalid IR: " + stream.str());
    }
  }
  return function_;
}

}  // namespace basalt::codegen
