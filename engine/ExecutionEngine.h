#pragma once

#include <functional>
#include <memory>

#include "engine/ExecutionConfig.h"
#include "engine/ResultSet.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/plan/PlanNode.h"
#include "runtime/storage/Table.h"

namespace basalt {

/// Opens a JIT on first use; null pointer or an exception when there is none to be had.
using CompilerSource = std::function<std::shared_ptr<CompilerProvider>()>;

/// Executes physical plans. Holds what queries share: the worker threads, the process's memory budget, the compiler
/// with its code cache and its background thread. Knows both engines by their abstract runners only; whoever makes it
/// hands them in. Thread-safe. Must outlive its result sets.
///
///   ExecutionEngine engine({.workers = 2}, interpreter::runners(), openJitLibrary);
///   auto result = engine.execute(plan, catalog);
///   while (auto batch = result->nextBatch()) { ... }
class ExecutionEngine {
 public:
  /// Without a `compiler` everything is interpreted.
  ExecutionEngine(ExecutionConfig config, std::unique_ptr<InterpreterProvider> interpreter,
                  CompilerSource compiler = {});
  ~ExecutionEngine();
  ExecutionEngine(const ExecutionEngine&) = delete;
  ExecutionEngine& operator=(const ExecutionEngine&) = delete;

  /// Starts a query. Throws ExecutionError for an invalid plan; what goes wrong later, the result set throws.
  std::unique_ptr<ResultSet> execute(const PhysicalPlan& plan, const Catalog& catalog, QueryOptions options = {});

  const ExecutionConfig& config() const;
  /// Bytes held now and at most so far, by all queries.
  const MemoryBudget& memory() const;
  /// The compiler, opened if need be; null pointer when there is none. Throws ExecutionError(CompilationFailed) when it
  /// cannot be opened.
  std::shared_ptr<CompilerProvider> compiler();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace basalt
