#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Target/TargetMachine.h>

#include "codegen/builder/Target.h"
#include "codegen/jit/JitOptions.h"
#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt::codegen {

/// Compiles pipelines for the processor of this process. Every call has a context of its own: contexts grow with use,
/// and are not thread-safe. Thread-safe.
class ModuleCompiler {
 public:
  static llvm::Expected<ModuleCompiler> create(const JitOptions& options);

  struct Object {
    std::unique_ptr<llvm::MemoryBuffer> bytes;
    /// IR instructions that machine code was made of.
    std::uint64_t instructions = 0;
  };
  /// An object file with one global function, `name`. Unless `listing` is empty, the function's IR is written there,
  /// and debug information leads to it.
  llvm::Expected<Object> compile(const Pipeline& pipeline, const PipelineFacts& facts, std::string_view name,
                                 const std::filesystem::path& listing) const;
  /// The same module as text, with names; assembly with the IR that its instructions come from.
  llvm::Expected<std::string> print(const Pipeline& pipeline, const PipelineFacts& facts, std::string_view name,
                                    IrStage stage) const;

  const llvm::orc::JITTargetMachineBuilder& target() const { return target_; }
  /// What code depends on besides the signature: processor, LLVM, kernels and layouts, and who lowers it.
  const std::string& identity() const { return identity_; }

 private:
  struct Module {
    std::unique_ptr<llvm::LLVMContext> context;
    std::unique_ptr<llvm::Module> module;
  };

  ModuleCompiler(JitOptions options, llvm::orc::JITTargetMachineBuilder target, TargetCpu cpu);
  llvm::Expected<Module> lower(const Pipeline& pipeline, const PipelineFacts& facts, std::string_view name,
                               bool keepNames) const;
  static llvm::Error optimise(llvm::Module& module, bool fast, llvm::TargetMachine& target);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine(bool fast) const;
  static llvm::Error emit(llvm::Module& module, llvm::TargetMachine& target, llvm::CodeGenFileType type,
                          llvm::SmallVectorImpl<char>& out);
  bool isFast(const llvm::Module& module) const;
  static llvm::Error list(llvm::Function& function, const std::filesystem::path& file);
  llvm::Error dump(const llvm::Module& module, std::string_view name, std::string_view suffix) const;

  JitOptions options_;
  llvm::orc::JITTargetMachineBuilder target_;
  TargetCpu cpu_;
  std::string identity_;
};

}  // namespace basalt::codegen
