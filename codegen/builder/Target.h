#pragma once

#include <string>

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

namespace basalt::codegen {

/// A processor that code is compiled for, in LLVM's terms: "skylake", "+avx2,+bmi2".
struct TargetCpu {
  std::string name;
  std::string features;
  /// How many vectors it holds in registers.
  unsigned vectorRegisters = 16;

  /// The one this process runs on.
  static TargetCpu host();
};

/// What `machine` tells of that processor's vector registers.
unsigned countVectorRegisters(const llvm::TargetMachine& machine);

/// Sets the target on every function of the module. The prelude is stored without one, and LLVM inlines a function only
/// into one with compatible features, so all have to be given the same before optimising.
void attachTarget(llvm::Module& module, const TargetCpu& target);

/// Gives a generated function what all code in a module must agree on: nothing unwinds, profilers find the frames.
void prepareGenerated(llvm::Function& function);

}  // namespace basalt::codegen
