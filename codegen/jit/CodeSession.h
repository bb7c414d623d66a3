#pragma once

#include <memory>
#include <string>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

#include "codegen/jit/ModuleCompiler.h"

namespace basalt::codegen {

/// Links object files into the process: one JITDylib that knows the symbols of codegen/Symbols.h and nothing else.
/// Thread-safe. Must outlive all code linked by it, so code holds it.
class CodeSession {
 public:
  static llvm::Expected<std::shared_ptr<CodeSession>> create(const ModuleCompiler& compiler);

  struct Code {
    llvm::orc::ResourceTrackerSP tracker;
    llvm::orc::ExecutorAddr entry;
  };
  /// Links `object` and finds its function `name`, which must be unique among what is linked at the time.
  llvm::Expected<Code> link(std::unique_ptr<llvm::MemoryBuffer> object, const std::string& name);
  /// Unmaps the code; nobody may be inside.
  void remove(const llvm::orc::ResourceTrackerSP& tracker);

 private:
  explicit CodeSession(std::unique_ptr<llvm::orc::LLJIT> jit) : jit_(std::move(jit)) {}

  std::unique_ptr<llvm::orc::LLJIT> jit_;
};

}  // namespace basalt::codegen
