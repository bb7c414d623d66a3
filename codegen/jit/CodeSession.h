#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

#include "codegen/jit/ModuleCompiler.h"

namespace basalt::codegen {

/// Links object files into the process; they see the symbols of codegen/Symbols.h and nothing else.
/// Thread-safe. Must outlive all code linked by it, so code holds it.
class CodeSession {
 public:
  static llvm::Expected<std::shared_ptr<CodeSession>> create(const ModuleCompiler& compiler);

  struct Code {
    llvm::orc::JITDylib* library = nullptr;
    llvm::orc::ExecutorAddr entry;
  };
  /// Links `object`, in a JITDylib of its own, and finds its function `name`.
  llvm::Expected<Code> link(std::unique_ptr<llvm::MemoryBuffer> object, const std::string& name);
  /// Unmaps the code; nobody may be inside.
  void remove(llvm::orc::JITDylib& library);

 private:
  explicit CodeSession(std::unique_ptr<llvm::orc::LLJIT> jit) : jit_(std::move(jit)) {}

  std::unique_ptr<llvm::orc::LLJIT> jit_;
  std::atomic<std::uint64_t> nextLibrary_{0};
};

}  // namespace basalt::codegen
