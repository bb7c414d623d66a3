#include "codegen/jit/JitOptions.h"

#include <cstdlib>
#include <string_view>

namespace basalt::codegen {

namespace {

std::string_view environment(const char* variable) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

JitOptions JitOptions::fromEnvironment() {
  JitOptions options;
  const std::string_view level = environment("BASALT_JIT_LEVEL");
  if (level == "optimised") {
    options.level = Level::Optimised;
  } else if (level == "fast") {
    options.level = Level::Fast;
  }
  options.dumpFolder = environment("BASALT_JIT_DUMP");
  options.processor = environment("BASALT_JIT_CPU");
  return options;
}

}  // namespace basalt::codegen
