#pragma once

#include <llvm/ADT/StringRef.h>
#include <llvm/IR/Module.h>

namespace basalt::codegen {

/// Sets the CPU and its features ("+avx2,+bmi2") on every function of the module. The prelude is stored without them, and LLVM
/// inlines a function only into one with compatible features, so both have to be given the same before optimising.
void attachTarget(llvm::Module& module, llvm::StringRef cpu, llvm::StringRef features);

/// Gives a generated function what all code in a module must agree on: nothing unwinds, profilers find the frames, and the
/// target of the module if `attachTarget` has set one before.
void prepareGenerated(llvm::Function& function);

}  // namespace basalt::codegen
