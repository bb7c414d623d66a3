#pragma once

#include <memory>
#include <string_view>

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

#include "codegen/builder/Target.h"

namespace basalt::codegen {

/// The prelude: LLVM bitcode of the kernels and of what else generated code may inline, and declarations of the
/// exported functions. basalt-bindgen makes it from runtime/ when Basalt is built. A compile job goes through
///
///   loadPrelude(context)         a module that knows every function, but has read no body
///   FunctionBuilder b(module...) emits the pipeline, calling prelude functions
///   finishModule(module, cpu)    reads the bodies that are needed and drops the rest
///
/// and then optimises and compiles the module as if all of it had been one source file.

/// The bitcode, and the 32-digit hash of everything compiled code depends on: signatures, layouts and bodies. Code
/// compiled with one fingerprint must not run with another.
std::string_view preludeBitcode() noexcept;
std::string_view preludeFingerprint() noexcept;

/// Reads the prelude's declarations into a new module, which generated functions are then added to. Use a fresh context
/// for each compile job: types accumulate in a context, and it serves one thread at a time.
llvm::Expected<std::unique_ptr<llvm::Module>> loadPrelude(llvm::LLVMContext& context);
/// The same for other bitcode, which has to outlive the module's finishModule.
llvm::Expected<std::unique_ptr<llvm::Module>> loadPrelude(llvm::LLVMContext& context, std::string_view bitcode);

/// Reads the bodies that the externally visible, generated functions reach, removes all other prelude functions, and
/// sets the target on what is left. To be called once, after the last function was emitted.
llvm::Error finishModule(llvm::Module& module, const TargetCpu& target);

}  // namespace basalt::codegen
