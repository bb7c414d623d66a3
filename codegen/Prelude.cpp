#include "codegen/Prelude.h"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/Support/MemoryBuffer.h>

namespace basalt::codegen {

namespace {

/// Marks what generated functions reach and reads each reached body.
class Reach {
 public:
  explicit Reach(llvm::Module& module) {
    for (llvm::Function& function : module) {
      if (!function.isMaterializable() && !function.isDeclaration()) {
        add(function);
      }
    }
  }

  llvm::Error run() {
    while (!pending_.empty()) {
      llvm::GlobalValue* value = pending_.pop_back_val();
      if (llvm::Error error = value->materialize()) {
        return error;
      }
      if (auto* function = llvm::dyn_cast<llvm::Function>(value)) {
        for (llvm::Instruction& instruction : llvm::instructions(*function)) {
          addOperands(instruction);
        }
      } else {
        addOperands(*value);
      }
    }
    return llvm::Error::success();
  }

  bool contains(const llvm::GlobalValue& value) const { return reached_.contains(&value); }

 private:
  void add(llvm::GlobalValue& value) {
    if (reached_.insert(&value).second) {
      pending_.push_back(&value);
    }
  }
  void addOperands(llvm::User& user) {
    for (llvm::Value* operand : user.operand_values()) {
      if (auto* global = llvm::dyn_cast<llvm::GlobalValue>(operand)) {
        add(*global);
      } else if (auto* constant = llvm::dyn_cast<llvm::Constant>(operand);
                 constant != nullptr && constant->getNumOperands() != 0 && constants_.insert(constant).second) {
        addOperands(*constant);
      }
    }
  }

  llvm::SmallPtrSet<const llvm::GlobalValue*, 32> reached_;
  llvm::SmallPtrSet<const llvm::Constant*, 16> constants_;
  llvm::SmallVector<llvm::GlobalValue*, 32> pending_;
};

}  // namespace

llvm::Expected<std::unique_ptr<llvm::Module>> loadPrelude(llvm::LLVMContext& context, std::string_view bitcode) {
  return llvm::getLazyBitcodeModule(llvm::MemoryBufferRef(bitcode, "basalt-prelude"), context,
                                    /*ShouldLazyLoadMetadata=*/true);
}

llvm::Expected<std::unique_ptr<llvm::Module>> loadPrelude(llvm::LLVMContext& context) {
  return loadPrelude(context, preludeBitcode());
}

llvm::Error finishModule(llvm::Module& module, const TargetCpu& target) {
  Reach reach(module);
  if (llvm::Error error = reach.run()) {
    return error;
  }
  // Initialisers of variables may refer to functions and to each other, so uses go first.
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (!reach.contains(variable) && variable.hasInitializer()) {
      variable.setInitializer(nullptr);
    }
  }
  for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module.globals())) {
    if (!reach.contains(variable)) {
      variable.eraseFromParent();
    }
  }
  for (llvm::Function& function : llvm::make_early_inc_range(module)) {
    if (!reach.contains(function)) {
      function.eraseFromParent();
    }
  }
  // Nothing is left to read but the module's end; this lets go of the reader.
  if (llvm::Error error = module.materializeAll()) {
    return error;
  }
  attachTarget(module, target);
  return llvm::Error::success();
}

}  // namespace basalt::codegen
