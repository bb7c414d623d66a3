#include "engine/ExecutionEngine.h"

#include <atomic>

#include <fmt/format.h>

#include "engine/EngineServices.h"
#include "engine/Query.h"
#include "runtime/ExecutionError.h"
#include "runtime/ExitGate.h"
#include "runtime/memory/SystemMemory.h"

namespace basalt {

class ExecutionEngine::Implementation : public EngineServices {
 public:
  using EngineServices::EngineServices;
};

namespace {

/// Engines of this process: the last one to go gives back what memory is kept for the next query.
std::atomic<std::size_t> engineCount{0};

ExecutionConfig checked(ExecutionConfig config) {
  const auto fail = [](std::string message) {
    throw ExecutionError(ErrorCode::InvalidUsage, "ExecutionConfig", std::move(message));
  };
  if (config.workers == 0) fail("workers must be at least 1");
  if (config.batchRows == 0 || config.batchRows > Batch::kMaxRows) {
    fail(fmt::format("batchRows must be 1 to {}, got {}", Batch::kMaxRows, config.batchRows));
  }
  if (config.resultQueueBatches == 0) fail("resultQueueBatches must be at least 1");
  return config;
}

}  // namespace

ExecutionEngine::ExecutionEngine(ExecutionConfig config, std::unique_ptr<InterpreterProvider> interpreter,
                                 CompilerSource compiler)
    : implementation_(std::make_unique<Implementation>(checked(config), std::move(interpreter), std::move(compiler))) {
  ++engineCount;
  ExitGate::instance().watch();
}

ExecutionEngine::~ExecutionEngine() {
  implementation_.reset();
  if (--engineCount == 0) SystemMemory::releaseKept();
}

std::unique_ptr<ResultSet> ExecutionEngine::execute(const PhysicalPlan& plan, const Catalog& catalog,
                                                    QueryOptions options) {
  auto pipelines = std::make_shared<const PipelinePlan>(buildPipelines(bindPlan(plan, catalog)));
  return std::make_unique<ResultSet>(Query::start(*implementation_, std::move(pipelines), options));
}

const ExecutionConfig& ExecutionEngine::config() const { return implementation_->config; }

const MemoryBudget& ExecutionEngine::memory() const { return *implementation_->memory; }

std::shared_ptr<CompilerProvider> ExecutionEngine::compiler() {
  return implementation_->compilation.isAvailable() ? implementation_->compilation.open() : nullptr;
}

}  // namespace basalt
