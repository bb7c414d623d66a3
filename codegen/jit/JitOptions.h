#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "operators/pipeline/PipelineRunner.h"

namespace basalt::codegen {

struct JitOptions {
  enum class Level : std::uint8_t {
    /// Optimised, unless the code is so large that compiling it fast is worth more.
    Automatic,
    /// IR passes and the full instruction selector.
    Optimised,
    /// No passes but inlining, and the fast instruction selector: a quarter of the time to compile, half the speed.
    Fast,
  };

  Level level = Level::Automatic;
  /// Has LLVM check each module before it is optimised; a defect of a lowering is then a failed compilation.
  bool verify = true;
  /// IR instructions, inlined kernels not counted, above which Automatic means Fast.
  std::uint64_t fastAboveInstructions = 12'000;
  /// IR instructions above which a pipeline is refused, since compiling it would take too much time and memory.
  std::uint64_t maxInstructions = 120'000;
  /// Bytes of code, with what LLVM keeps for it, above which the least recently used code is dropped.
  std::uint64_t cacheBytes = std::uint64_t{64} << 20;
  CompilerOptions host;
  /// Where the IR of every compiled pipeline is written; empty: nowhere.
  std::filesystem::path dumpFolder;
  /// LLVM's name of the processor to compile for ("x86-64-v3"), all of whose instructions this one must have. Empty:
  /// this one.
  std::string processor;

  /// The defaults, changed by the environment: BASALT_JIT_LEVEL (automatic, optimised, fast), BASALT_JIT_DUMP (a
  /// folder), BASALT_JIT_CPU (a processor).
  static JitOptions fromEnvironment();
};

}  // namespace basalt::codegen
