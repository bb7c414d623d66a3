#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/plan/PlanNode.h"
#include "operators/state/BreakerState.h"
#include "runtime/memory/StringArena.h"
#include "runtime/pipeline/LimitState.h"
#include "runtime/pipeline/ResultWriter.h"
#include "runtime/scheduler/CancellationToken.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt::testing {

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

/// Tables by name.
class TableCatalog final : public Catalog {
 public:
  void add(std::shared_ptr<const Table> table) { tables_.push_back(std::move(table)); }
  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override;

 private:
  std::vector<std::shared_ptr<const Table>> tables_;
};

/// What one worker needs to run one pipeline, kept together; the states of other pipelines belong to the PlanRun.
struct PipelineStates {
  std::vector<std::byte> parameters;
  std::vector<void*> shared;
  std::vector<void*> local;
  std::vector<std::uint64_t> rowCounts;
  std::vector<std::unique_ptr<LimitState>> limits;
  PipelineState pipelineState{};
  CancellationToken interrupt;
  std::unique_ptr<StringArena> arena;
  std::unique_ptr<ResultCollector> collector;
  WorkerContext context;
};

/// Runs a plan's pipelines on one worker of the interpreter, morsel by morsel, so that tests see what an engine would.
class PlanRun {
 public:
  struct Options {
    std::uint32_t batchRows = 64;
    std::uint64_t morselRows = 100;
    std::uint32_t resultBatchRows = 50;
  };

  PlanRun(const PhysicalPlan& plan, const Catalog& catalog, Options options);
  PlanRun(const PhysicalPlan& plan, const Catalog& catalog) : PlanRun(plan, catalog, Options()) {}
  ~PlanRun();

  /// All result rows in order. Throws ExecutionError; for a failed row its place is the failed expression's text.
  Rows run();
  /// Runs all pipelines before the last, whose states it then prepares.
  PipelineStates& prepareLast();
  /// Appends what the last pipeline's writer has to rows().
  void takeResult(bool all);
  const Rows& rows() const { return rows_; }

  const Pipeline& last() const { return plan_.pipelines.back(); }
  /// The morsels of a pipeline's source.
  std::vector<Morsel> morsels(const Pipeline& pipeline);
  /// Rows that left each operator of the last pipeline.
  const std::vector<std::uint64_t>& rowCounts() const { return states_.back()->rowCounts; }
  const std::shared_ptr<MemoryBudget>& budget() const { return budget_; }

 private:
  PipelineStates& prepare(const Pipeline& pipeline);
  void runPipeline(const Pipeline& pipeline);

  Options options_;
  std::shared_ptr<MemoryBudget> budget_;
  PipelinePlan plan_;
  std::unique_ptr<InterpreterProvider> interpreter_;
  std::vector<std::unique_ptr<BreakerState>> breakers_;
  std::vector<std::unique_ptr<PipelineStates>> states_;
  std::vector<std::unique_ptr<ColumnSlice[]>> slices_;
  Rows rows_;
};

/// Rows as lines of text, for comparison and messages.
std::vector<std::string> textOf(const Rows& rows);
/// The same, sorted.
std::vector<std::string> sortedTextOf(const Rows& rows);

/// A seed that is printed, so that a failure can be repeated.
std::uint64_t printedSeed();

}  // namespace basalt::testing
