#pragma once

#include "operators/pipeline/PipelineRunner.h"

/// What a program that opens libbasalt-jit.so looks up by name.
extern "C" {

/// A compiler, which the caller deletes; null on failure.
basalt::CompilerProvider* basaltCreateCompiler(const basalt::CompilerOptions& options) noexcept;

/// Why the last basaltCreateCompiler() on this thread failed; empty when it did not.
const char* basaltCompilerError() noexcept;
}
