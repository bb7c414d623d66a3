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

basalt::CompilerProvider* basaltCreateCompiler() noexcept {
  try {
    lastError().clear();
    return new basalt::codegen::JitCompiler(basalt::codegen::JitOptions::fromEnvironment());
  } catch (const std::exception& error) {
    lastError() = error.what();
    return nullptr;
  }
}

const char* basaltCompilerError() noexcept { return lastError().c_str(); }
