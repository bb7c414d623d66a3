#pragma once

#include <string>
#include <vector>

#include <llvm/IR/Module.h>

#include "codegen/bindgen/Model.h"

namespace basalt::bindgen {

/// A prelude function that reaches something generated code cannot have.
struct PreludeDefect {
  /// The symbol of the bound function, to find its declaration.
  std::string symbol;
  std::string text;
};

/// Turns clang's module of the whole translation unit into the prelude: the bodies of the bound functions and of what
/// they call, simplified once here so that inlining them at run time is cheap, and the declarations of the exported
/// functions. Afterwards no function stands for a particular CPU, nothing unwinds, and bodies are internal, so that an
/// unused one leaves nothing behind.
std::vector<PreludeDefect> makePrelude(llvm::Module& module, const Model& model);

/// The module as bitcode whose functions can be loaded one at a time.
std::string toBitcode(const llvm::Module& module);

}  // namespace basalt::bindgen
