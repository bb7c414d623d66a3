#include "engine/JitLibrary.h"

#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>

#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

constexpr const char* kLibraryName = "libbasalt-jit.so";
constexpr const char* kEntryPoint = "basaltCreateCompiler";

/// Beside the library (or program) that this code is in.
std::filesystem::path libraryPath() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&openJitLibrary), &info) == 0 || info.dli_fname == nullptr) {  // NOLINT
    return kLibraryName;
  }
  return std::filesystem::path(info.dli_fname).parent_path() / kLibraryName;
}

[[noreturn]] void fail(std::string message) {
  throw ExecutionError(ErrorCode::CompilationFailed, kLibraryName, std::move(message));
}

}  // namespace

std::shared_ptr<CompilerProvider> openJitLibrary() {
  const std::filesystem::path path = libraryPath();
  // Stays loaded for the life of the process: code that it made may be running.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) fail(fmt::format("cannot be opened: {}", dlerror()));
  auto* create = reinterpret_cast<CompilerProvider* (*)()>(dlsym(library, kEntryPoint));  // NOLINT
  if (create == nullptr) fail(fmt::format("{} has no function {}", path.string(), kEntryPoint));
  CompilerProvider* compiler = create();
  if (compiler == nullptr) fail("the compiler could not be started on this machine");
  return std::shared_ptr<CompilerProvider>(compiler);
}

}  // namespace basalt
