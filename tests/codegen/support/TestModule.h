#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

namespace basalt::codegen {

/// A prelude module that a test emits functions into, then optimises and runs. Any failure ends the test with its
/// message.
class TestModule {
 public:
  TestModule();
  /// On another prelude than Basalt's own; the bitcode must outlive this object.
  explicit TestModule(std::string_view bitcode);
  ~TestModule();
  TestModule(const TestModule&) = delete;
  TestModule& operator=(const TestModule&) = delete;

  llvm::Module& module() { return *module_; }

  /// Drops what is not reached, verifies the rest, and runs a pass pipeline such as "default<O2>" on it.
  void optimise(std::string_view passes);
  /// The text of the module's functions and globals.
  std::string text() const;

  /// Compiles the module and returns a generated function. The module is used up; functions live as long as this
  /// object.
  template <typename Function>
  Function* compile(std::string_view name) {
    return reinterpret_cast<Function*>(address(name));  // NOLINT
  }

 private:
  void* address(std::string_view name);

  std::unique_ptr<llvm::LLVMContext> context_ = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> module_;
  std::unique_ptr<llvm::orc::LLJIT> jit_;
};

}  // namespace basalt::codegen
