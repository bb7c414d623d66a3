#include "engine/JitLibrary.h"

#include <filesystem>
#include <utility>

#include <dlfcn.h>
#include <fmt/format.h>

#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

constexpr const char* kLibraryName = "libbasalt-jit.so";
constexpr const char* kEntryPoint = "basaltCreateCompiler";
constexpr const char* kErrorEntryPoint = "basaltCompilerError";

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

std::shared_ptr<CompilerProvider> open(const CompilerOptions& options) {
  const std::filesystem::path path = libraryPath();
  // Stays loaded for the life of the process: code that it made may be running.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) fail(fmt::format("cannot be opened: {}", dlerror()));
  const auto function = [&]<typename Function>(const char* name) {
    auto* address = reinterpret_cast<Function*>(dlsym(library, name));  // NOLINT
    if (address == nullptr) fail(fmt::format("{} has no function {}", path.string(), name));
    return address;
  };
  auto* const create = function.template operator()<CompilerProvider*(const CompilerOptions&)>(kEntryPoint);
  auto* const explain = function.template operator()<const char*()>(kErrorEntryPoint);
  CompilerProvider* compiler = create(options);
  if (compiler == nullptr) fail(fmt::format("the compiler could not be started: {}", explain()));
  return std::shared_ptr<CompilerProvider>(compiler);
}

}  // namespace

std::shared_ptr<CompilerProvider> openJitLibrary() { return open({}); }

std::function<std::shared_ptr<CompilerProvider>()> jitLibrary(CompilerOptions options) {
  return [options = std::move(options)] { return open(options); };
}

}  // namespace basalt
