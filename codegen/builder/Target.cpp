#include "codegen/builder/Target.h"

namespace basalt::codegen {

namespace {
constexpr const char* kCpu = "target-cpu";
constexpr const char* kFeatures = "target-features";
}  // namespace

void attachTarget(llvm::Module& module, llvm::StringRef cpu, llvm::StringRef features) {
  llvm::AttrBuilder target(module.getContext());
  target.addAttribute(kCpu, cpu);
  target.addAttribute(kFeatures, features);
  for (llvm::Function& function : module) {
    if (!function.isIntrinsic()) {
      function.addFnAttrs(target);
    }
  }
}

void prepareGenerated(llvm::Function& function) {
  function.setDoesNotThrow();
  function.setUWTableKind(llvm::UWTableKind::None);
  function.addFnAttr("frame-pointer", "all");
  for (const llvm::Function& other : *function.getParent()) {
    if (&other != &function && other.hasFnAttribute(kCpu)) {
      function.addFnAttr(other.getFnAttribute(kCpu));
      function.addFnAttr(other.getFnAttribute(kFeatures));
      return;
    }
    if (&other != &function && !other.isIntrinsic()) {
      return;  // attachTarget sets all or none
    }
  }
}

}  // namespace basalt::codegen
