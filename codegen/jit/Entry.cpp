#include "codegen/jit/Entry.h"

#include <exception>
#include <string>

#include "codegen/jit/JitCompiler.h"

namespace {

std::string& lastError() {
  thread_local std::string text;
  return text;
}

}  // namespace

basalt::CompilerProvider* basaltCreateCompiler(const basalt::CompilerOptions& options) noexcept {
  try {
    lastError().clear();
    basalt::codegen::JitOptions jitOptions = basalt::codegen::JitOptions::fromEnvironment();
    jitOptions.host = options;
    return new basalt::codegen::JitCompiler(jitOptions);
  } catch (const std::exception& error) {
    lastError() = error.what();
    return nullptr;
  }
}

const char* basaltCompilerError() noexcept { return lastError().c_str(); }
