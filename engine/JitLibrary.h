#pragma once

#include <functional>
#include <memory>

#include "operators/pipeline/PipelineRunner.h"

namespace basalt {

/// Opens libbasalt-jit.so, which lies beside libbasalt.so, and makes its compiler. Loading LLVM costs some 15 ms and 50
/// MB, so it happens on first use only. Throws ExecutionError(CompilationFailed) that says why there is no compiler.
std::shared_ptr<CompilerProvider> openJitLibrary();
/// The same for a compiler that keeps code on disk, as an ExecutionEngine takes it.
std::function<std::shared_ptr<CompilerProvider>()> jitLibrary(CompilerOptions options);

}  // namespace basalt
