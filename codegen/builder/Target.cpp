#include "codegen/builder/Target.h"

#include <algorithm>
#include <vector>

#include <llvm/ADT/StringMap.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/TargetParser/Host.h>

namespace basalt::codegen {

TargetCpu TargetCpu::host() {
  // In a fixed order, so that equal processors have equal names in cache keys.
  std::vector<std::string> features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
    features.push_back((feature.second ? "+" : "-") + feature.first().str());
  }
  std::ranges::sort(features);
  TargetCpu result{llvm::sys::getHostCPUName().str(), ""};
  for (const std::string& feature : features) {
    result.features += (result.features.empty() ? "" : ",") + feature;
  }
  return result;
}

unsigned countVectorRegisters(const llvm::TargetMachine& machine) {
  // It tells of functions only, which may have targets of their own.
  llvm::LLVMContext context;
  llvm::Module module("vectorRegisters", context);
  module.setDataLayout(machine.createDataLayout());
  llvm::Function& function = *llvm::Function::Create(llvm::FunctionType::get(llvm::Type::getVoidTy(context), false),
                                                     llvm::GlobalValue::ExternalLinkage, "function", module);
  const llvm::TargetTransformInfo costs = machine.getTargetTransformInfo(function);
  constexpr bool kVector = true;
  return costs.getNumberOfRegisters(costs.getRegisterClassForType(kVector));
}

void attachTarget(llvm::Module& module, const TargetCpu& target) {
  llvm::AttrBuilder attributes(module.getContext());
  attributes.addAttribute("target-cpu", target.name);
  attributes.addAttribute("target-features", target.features);
  for (llvm::Function& function : module) {
    if (!function.isIntrinsic()) {
      function.addFnAttrs(attributes);
    }
  }
}

void prepareGenerated(llvm::Function& function) {
  function.setDoesNotThrow();
  function.addFnAttr("frame-pointer", "all");
}

}  // namespace basalt::codegen
