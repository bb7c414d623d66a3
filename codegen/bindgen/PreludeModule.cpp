#include "codegen/bindgen/PreludeModule.h"

#include <set>

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/AttributeMask.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>

#include "codegen/bindgen/LibraryCalls.h"

namespace basalt::bindgen {

namespace {

void eraseGlobal(llvm::Module& module, llvm::StringRef name) {
  if (llvm::GlobalVariable* global = module.getNamedGlobal(name)) {
    global->eraseFromParent();
  }
}

/// Keeps the bound functions through optimisation and hides everything else, so that what they do not need disappears.
void setLinkageForOptimisation(llvm::Module& module, const Model& model) {
  std::vector<llvm::GlobalValue*> kept;
  for (llvm::Function& function : module) {
    std::string name = function.getName().str();
    bool isBody = model.definedSymbols.contains(name);
    if (isBody || model.exportedSymbols.contains(name)) {
      kept.push_back(&function);
    }
    if (!function.isDeclaration()) {
      function.setComdat(nullptr);
      function.setLinkage(isBody ? llvm::GlobalValue::ExternalLinkage : llvm::GlobalValue::InternalLinkage);
    }
  }
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (!variable.isDeclaration() && !variable.hasAppendingLinkage()) {
      variable.setComdat(nullptr);
      variable.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
  }
  llvm::appendToCompilerUsed(module, kept);
}

/// What a bound function may not throw does not unwind inside it either: an exception would end the process.
void dropUnwinding(llvm::Module& module) {
  for (llvm::Function& function : module) {
    function.setDoesNotThrow();
    function.setUWTableKind(llvm::UWTableKind::None);
  }
}

void simplify(llvm::Module& module) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder passes;
  passes.registerModuleAnalyses(modules);
  passes.registerCGSCCAnalyses(callGraph);
  passes.registerFunctionAnalyses(functions);
  passes.registerLoopAnalyses(loops);
  passes.crossRegisterProxies(loops, functions, callGraph, modules);
  // The half of O2 that comes before link-time optimisation: it inlines and simplifies, but leaves vectors and
  // unrolling to the compile that knows the CPU.
  passes.buildThinLTOPreLinkDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
}

void eraseUnreferenced(llvm::Module& module, const Model& model) {
  for (bool changed = true; changed;) {
    changed = false;
    for (llvm::Function& function : llvm::make_early_inc_range(module)) {
      std::string name = function.getName().str();
      if (function.use_empty() && !model.definedSymbols.contains(name) && !model.exportedSymbols.contains(name)) {
        function.eraseFromParent();
        changed = true;
      }
    }
    for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module.globals())) {
      if (variable.use_empty()) {
        variable.eraseFromParent();
        changed = true;
      }
    }
  }
}

/// Keeps what the generated code has to agree on and drops the rest, above all the CPU.
void resetAttributes(llvm::Module& module, const Model& model) {
  for (llvm::Function& function : module) {
    llvm::AttributeMask dropped;
    for (const llvm::Attribute& attribute : function.getAttributes().getFnAttrs()) {
      if (attribute.isStringAttribute()) {
        dropped.addAttribute(attribute.getKindAsString());
      }
    }
    dropped.addAttribute(llvm::Attribute::InlineHint);
    dropped.addAttribute(llvm::Attribute::UWTable);
    function.removeFnAttrs(dropped);
    function.setDSOLocal(false);
    if (function.isIntrinsic()) {
      continue;
    }
    function.setDoesNotThrow();
    if (function.isDeclaration()) {
      continue;
    }
    function.addFnAttr("frame-pointer", "all");
    function.setPersonalityFn(nullptr);
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.setDSOLocal(true);
    if (model.definedSymbols.contains(function.getName().str()) &&
        !function.hasFnAttribute(llvm::Attribute::NoInline)) {
      function.addFnAttr(llvm::Attribute::AlwaysInline);
    }
  }
}

/// Finds the functions and variables that one bound function reaches.
class Reach {
 public:
  explicit Reach(llvm::Function& start) { visit(start); }
  const std::set<const llvm::GlobalValue*>& values() const { return values_; }

 private:
  void visit(const llvm::GlobalValue& value) {
    if (!values_.insert(&value).second) {
      return;
    }
    if (const auto* function = llvm::dyn_cast<llvm::Function>(&value)) {
      for (const llvm::Instruction& instruction : llvm::instructions(*function)) {
        visitOperands(instruction);
      }
    } else {
      visitOperands(value);
    }
  }
  void visitOperands(const llvm::User& user) {
    for (const llvm::Value* operand : user.operand_values()) {
      if (const auto* global = llvm::dyn_cast<llvm::GlobalValue>(operand)) {
        visit(*global);
      } else if (const auto* constant = llvm::dyn_cast<llvm::Constant>(operand);
                 constant && seen_.insert(constant).second) {
        visitOperands(*constant);
      }
    }
  }
  std::set<const llvm::GlobalValue*> values_;
  std::set<const llvm::Constant*> seen_;
};

std::string defectOf(const llvm::GlobalValue& value, const Model& model) {
  std::string name = value.getName().str();
  if (const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(&value)) {
    if (variable->isThreadLocal() || variable->isDeclaration()) {
      return "the variable " + name + ", which generated code cannot address";
    }
    return variable->isConstant() ? "" : "the mutable variable " + name + ", of which generated code would have a copy";
  }
  const auto* function = llvm::dyn_cast<llvm::Function>(&value);
  if (function == nullptr) {
    return "the alias " + name;
  }
  if (!function->isDeclaration() || function->isIntrinsic() || model.exportedSymbols.contains(name) ||
      isLibraryCall(name)) {
    return "";
  }
  return "the function " + name + ", which is neither inline nor BASALT_EXPORT";
}

}  // namespace

std::vector<PreludeDefect> makePrelude(llvm::Module& module, const Model& model) {
  eraseGlobal(module, "llvm.global.annotations");
  eraseGlobal(module, "llvm.global_ctors");
  setLinkageForOptimisation(module, model);
  dropUnwinding(module);
  simplify(module);
  eraseGlobal(module, "llvm.compiler.used");
  eraseGlobal(module, "llvm.used");
  eraseUnreferenced(module, model);
  resetAttributes(module, model);
  for (llvm::NamedMDNode& metadata : llvm::make_early_inc_range(module.named_metadata())) {
    metadata.eraseFromParent();
  }
  module.setModuleIdentifier("basalt-prelude");
  module.setSourceFileName("");

  std::vector<PreludeDefect> defects;
  for (const std::string& symbol : model.definedSymbols) {
    llvm::Function* function = module.getFunction(symbol);
    if (function == nullptr || function->isDeclaration()) {
      defects.push_back({symbol, "the body was not emitted"});
      continue;
    }
    for (const llvm::GlobalValue* value : Reach(*function).values()) {
      if (std::string defect = defectOf(*value, model); !defect.empty()) {
        defects.push_back({symbol, "uses " + defect});
      }
    }
  }
  return defects;
}

std::string toBitcode(const llvm::Module& module) {
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(module, stream);
  return bitcode;
}

}  // namespace basalt::bindgen
