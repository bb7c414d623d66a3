#include "tests/interpreter/support/PipelineHarness.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include <gtest/gtest.h>

#include "interpreter/Interpreter.h"
#include "operators/spec/PlanBinder.h"
#include "runtime/ExecutionError.h"
#include "tests/operators/support/BreakerPhases.h"

namespace basalt::testing {

std::shared_ptr<const Table> TableCatalog::find(std::string_view name) const {
  const auto found =
      std::ranges::find(tables_, name, [](const auto& table) { return std::string_view(table->name()); });
  return found == tables_.end() ? nullptr : *found;
}

std::vector<std::string> TableCatalog::tableNames() const {
  std::vector<std::string> names;
  for (const auto& table : tables_) names.push_back(table->name());
  return names;
}

PlanRun::PlanRun(const PhysicalPlan& plan, const Catalog& catalog, Options options)
    : options_(options),
      budget_(MemoryBudget::createRoot("test")),
      plan_(buildPipelines(bindPlan(plan, catalog))),
      interpreter_(interpreter::runners()) {
  for (const Pipeline& pipeline : plan_.pipelines) breakers_.push_back(makeBreakerState(pipeline.sink(), 1, budget_));
}

PlanRun::~PlanRun() {
  states_.clear();
  breakers_.clear();
  EXPECT_EQ(budget_->current(), 0U) << "memory still held";
}

PipelineStates& PlanRun::prepare(const Pipeline& pipeline) {
  states_.push_back(std::make_unique<PipelineStates>());
  PipelineStates& states = *states_.back();
  states.parameters.resize(pipeline.literals.size() * kParameterBytes);
  for (std::size_t i = 0; i < pipeline.literals.size(); ++i) {
    storeParameter(*pipeline.literals[i], states.parameters.data() + i * kParameterBytes);
  }
  for (const Pipeline::Step& step : pipeline.steps) {
    void* shared = nullptr;
    void* local = nullptr;
    if (step.kind == Pipeline::StepKind::Limit) {
      const auto& limit = static_cast<const LimitSpec&>(*step.spec);
      states.limits.push_back(std::make_unique<LimitState>(limit.limit, limit.offset));
      shared = states.limits.back().get();
    } else if (step.kind == Pipeline::StepKind::Probe) {
      const auto build =
          std::ranges::find_if(plan_.pipelines, [&](const Pipeline& other) { return other.sink().spec == step.spec; });
      shared = breakers_[build->id]->shared();
      local = breakers_[build->id]->prober(0);
    }
    states.shared.push_back(shared);
    states.local.push_back(local);
  }
  if (pipeline.sink().kind == Pipeline::StepKind::Result) {
    states.collector = std::make_unique<ResultCollector>(pipeline.sinkInput, options_.resultBatchRows, budget_);
    states.local.back() = states.collector->writer();
  } else {
    states.local.back() = breakers_[pipeline.id]->worker(0);
  }
  states.rowCounts.resize(pipeline.steps.size() + 1);
  states.arena = std::make_unique<StringArena>(budget_);
  states.pipelineState = {states.parameters.data(), states.shared.data(), states.interrupt.word()};
  states.context.pipeline = &pipeline;
  states.context.pipelineState = &states.pipelineState;
  states.context.state = {ErrorCode::None, 0, states.local.data(), states.arena.get(), states.rowCounts.data()};
  states.context.budget = budget_;
  states.context.batchRows = options_.batchRows;
  return states;
}

std::vector<Morsel> PlanRun::morsels(const Pipeline& pipeline) {
  std::vector<Morsel> morsels;
  const auto addRange = [&](Morsel morsel, std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t position = begin; position < end; position += options_.morselRows) {
      morsel.position = position;
      morsel.end = std::min(position + options_.morselRows, end);
      morsels.push_back(morsel);
    }
  };
  if (pipeline.source.kind == Pipeline::SourceKind::TableScan) {
    const auto& scan = static_cast<const ScanSpec&>(*pipeline.source.spec);
    for (std::size_t chunk = 0; chunk < scan.table->chunkCount(); ++chunk) {
      slices_.push_back(std::make_unique<ColumnSlice[]>(scan.readColumns.size()));
      for (std::size_t i = 0; i < scan.readColumns.size(); ++i) {
        slices_.back()[i] = scan.table->slice(chunk, scan.readColumns[i]);
      }
      Morsel morsel{};
      morsel.columns = slices_.back().get();
      addRange(morsel, 0, scan.table->chunkRows(chunk));
    }
    return morsels;
  }
  const auto filled = std::ranges::find_if(
      plan_.pipelines, [&](const Pipeline& other) { return other.sink().spec == pipeline.source.spec; });
  BreakerState& breaker = *breakers_[filled->id];
  runPhasesAfterProbing(breaker);
  for (const RowSegment& segment : breaker.segments()) {
    Morsel morsel{};
    morsel.addresses = segment.addresses;
    morsel.first = segment.first;
    const auto* const topN = dynamic_cast<const TopNSpec*>(pipeline.source.spec);
    addRange(morsel, topN != nullptr ? std::min<std::uint64_t>(topN->offset, segment.count) : 0, segment.count);
  }
  return morsels;
}

void PlanRun::runPipeline(const Pipeline& pipeline) {
  PipelineStates& states = prepare(pipeline);
  const auto runner = interpreter_->create(states.context);
  for (Morsel morsel : morsels(pipeline)) {
    for (;;) {
      const MorselStatus status = runner->run(morsel);
      if (status == MorselStatus::Failed) {
        const Pipeline::Site& site = pipeline.sites.at(states.context.state.errorSite);
        throw ExecutionError(states.context.state.errorCode,
                             site.expression != nullptr ? site.expression->text : "count", "a row failed");
      }
      if (states.collector) takeResult(false);
      if (status == MorselStatus::Done) break;
      ASSERT_EQ(status, MorselStatus::OutputFull);
    }
    EXPECT_EQ(morsel.position, morsel.end);
  }
  if (states.collector) takeResult(true);
  if (BreakerState* breaker = breakers_[pipeline.id].get()) runPhasesAfterFilling(*breaker);
}

Rows PlanRun::run() {
  for (const Pipeline& pipeline : plan_.pipelines) runPipeline(pipeline);
  return rows_;
}

PipelineStates& PlanRun::prepareLast() {
  for (std::size_t i = 0; i + 1 < plan_.pipelines.size(); ++i) runPipeline(plan_.pipelines[i]);
  return prepare(last());
}

void PlanRun::takeResult(bool all) {
  const Schema& schema = last().sinkInput;
  for (const ResultBatch& result : states_.back()->collector->take(all)) {
    for (std::uint32_t i = 0; i < result.batch.size(); ++i) {
      Row row;
      for (std::size_t column = 0; column < schema.size(); ++column) {
        const Vector& vector = result.batch.columns[column];
        const bool isNull = vector.nulls() != nullptr && vector.nulls()[i] != 0;
        row.push_back(isNull
                          ? Value::null(schema[column].type)
                          : Value::load(schema[column].type, vector.values<std::byte>() + i * byteSize(vector.type())));
      }
      rows_.push_back(std::move(row));
    }
  }
}

std::vector<std::string> textOf(const Rows& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    std::string line;
    for (const Value& value : row) line += value.toString() + "|";
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> sortedTextOf(const Rows& rows) {
  std::vector<std::string> lines = textOf(rows);
  std::ranges::sort(lines);
  return lines;
}

std::uint64_t printedSeed() {
  const char* const given = std::getenv("BASALT_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << "BASALT_TEST_SEED=" << seed << "\n";
  return seed;
}

}  // namespace basalt::testing
