#pragma once

#include <memory>

#include "operators/pipeline/PipelineRunner.h"

namespace basalt::interpreter {

/// Runners that work on column batches; see README.md. The one header of this floor that others include.
std::unique_ptr<InterpreterProvider> runners();

}  // namespace basalt::interpreter
