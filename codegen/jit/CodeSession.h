#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

#include "codegen/jit/CodeImage.h"
#include "codegen/jit/ModuleCompiler.h"

namespace basalt::codegen {

/// Links object files into the process; they see the symbols of codegen/Symbols.h and nothing else. Thread-safe. Code
/// linked by it holds it.
class CodeSession : public std::enable_shared_from_this<CodeSession> {
 public:
  static llvm::Expected<std::shared_ptr<CodeSession>> create(const ModuleCompiler& compiler);
  ~CodeSession();

  struct Linked {
    std::unique_ptr<LoadedCode> code;
    /// Nothing when the code runs only where it lies.
    std::optional<CodeImage> image;
  };
  /// Links `object`, in a JITDylib of its own, and finds its function `name`.
  llvm::Expected<Linked> link(std::unique_ptr<llvm::MemoryBuffer> object, const std::string& name);

 private:
  class ImageRecorder;
  class LinkedCode;

  CodeSession(std::unique_ptr<llvm::orc::LLJIT> jit, std::shared_ptr<ImageRecorder> recorder);
  void remove(llvm::orc::JITDylib& library);

  std::unique_ptr<llvm::orc::LLJIT> jit_;
  std::shared_ptr<ImageRecorder> recorder_;
  std::atomic<std::uint64_t> nextLibrary_{0};
};

}  // namespace basalt::codegen
