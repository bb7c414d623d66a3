#pragma once

#include <memory>

#include "engine/CompilationService.h"
#include "engine/ExecutionConfig.h"
#include "engine/TierController.h"
#include "operators/pipeline/PipelineRunner.h"
#include "runtime/memory/MemoryBudget.h"
#include "runtime/memory/SystemMemory.h"
#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {

/// What the queries of one engine share. Members are declared in the order in which they may go: the scheduler first,
/// since its workers use all the others.
struct EngineServices {
  ExecutionConfig config;
  std::shared_ptr<MemoryBudget> memory;
  std::unique_ptr<InterpreterProvider> interpreter;
  PipelineHistory history;
  CompilationService compilation;
  TaskScheduler scheduler;

  EngineServices(ExecutionConfig engineConfig, std::unique_ptr<InterpreterProvider> interpreterProvider,
                 CompilerSource compiler)
      : config(engineConfig),
        memory(MemoryBudget::createRoot("engine", engineConfig.memoryLimit)),
        interpreter(std::move(interpreterProvider)),
        compilation(std::move(compiler)),
        scheduler(engineConfig.workers, {.every = SystemMemory::kKeptFor, .action = SystemMemory::releaseLongKept}) {}
};

}  // namespace basalt
