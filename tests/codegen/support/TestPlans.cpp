#include "tests/codegen/support/TestPlans.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "operators/state/BreakerState.h"
#include "runtime/pipeline/LimitState.h"
#include "runtime/pipeline/ResultWriter.h"
#include "tests/operators/support/BreakerPhases.h"

namespace basalt::codegen {

namespace {

const std::vector<Field> kItemFields{{"i_id", Type::bigInt(), false},          {"i_group", Type::integer(), false},
                                     {"i_price", Type::decimal(12, 2), false}, {"i_day", Type::date(), false},
                                     {"i_flag", Type::varchar(), false},       {"i_note", Type::varchar(), true},
                                     {"i_rating", Type::integer(), true}};

std::shared_ptr<const Table> makeItems(EncodingChoice encoding, bool hasZones) {
  std::vector<std::vector<Value>> rows;
  for (std::int64_t row = 0; row < TestTables::kItems; ++row) {
    rows.push_back(TestTables::itemRow(row));
  }
  MemoryTable::Options options;
  options.chunkRows = 1250;
  options.encoding = encoding;
  options.hasZones = hasZones;
  return MemoryTable::fromRows("items", Schema(kItemFields), rows, options);
}

std::shared_ptr<const Table> makeGroups() {
  std::vector<std::vector<Value>> rows;
  for (std::int64_t row = 0; row < TestTables::kGroups; ++row) {
    rows.push_back({Value::integer(Type::integer(), row),
                    Value::string(Type::varchar(), "the group with the number " + std::to_string(row))});
  }
  return MemoryTable::fromRows("groups", Schema({{"g_id", Type::integer(), false}, {"g_name", Type::varchar(), false}}),
                               rows);
}

/// One pipeline's states for one worker, as the engine would make them.
class Run {
 public:
  Run(const Pipeline& pipeline, CompiledPipeline::Function function,
      std::map<const OperatorSpec*, std::unique_ptr<BreakerState>>& breakers)
      : pipeline_(pipeline),
        function_(function),
        breakers_(breakers),
        parameters_(pipeline.literals.size() * kParameterBytes + kParameterBytes),
        shared_(pipeline.steps.size()),
        local_(pipeline.steps.size()),
        counts_(pipeline.steps.size() + 1),
        arena_(MemoryBudget::createRoot("strings")) {
    for (std::size_t index = 0; index < pipeline.literals.size(); ++index) {
      storeParameter(*pipeline.literals[index], parameters_.data() + index * kParameterBytes);
    }
    for (std::size_t step = 0; step < pipeline.steps.size(); ++step) {
      makeState(step);
    }
    state_ = {parameters_.data(), shared_.data(), &interrupt_};
    worker_ = {ErrorCode::None, 0, local_.data(), &arena_, counts_.data()};
  }

  void run() {
    if (pipeline_.source.kind == Pipeline::SourceKind::Rows) {
      BreakerState& source = *breakers_.at(pipeline_.source.spec);
      testing::runPhasesAfterProbing(source);
      for (const RowSegment& segment : source.segments()) {
        runMorsel({0, segment.count, nullptr, segment.addresses, segment.first});
      }
    } else {
      const auto& scan = static_cast<const ScanSpec&>(*pipeline_.source.spec);
      for (std::size_t chunk = 0; chunk < scan.table->chunkCount(); ++chunk) {
        std::vector<ColumnSlice> slices;
        for (const std::uint32_t column : scan.readColumns) {
          slices.push_back(scan.table->slice(chunk, column));
        }
        runMorsel({0, scan.table->chunkRows(chunk), slices.data(), nullptr, nullptr});
      }
    }
    if (pipeline_.sink().kind == Pipeline::StepKind::Result) {
      takeRows(true);
      return;
    }
    testing::runPhasesAfterFilling(*breakers_.at(pipeline_.sink().spec));
  }

  const std::vector<std::string>& rows() const { return rows_; }

 private:
  void makeState(std::size_t step) {
    const Pipeline::Step& each = pipeline_.steps[step];
    if (each.kind == Pipeline::StepKind::Probe) {
      shared_[step] = breakers_.at(each.spec)->shared();
      local_[step] = breakers_.at(each.spec)->prober(0);
    } else if (each.kind == Pipeline::StepKind::Limit) {
      const auto& spec = static_cast<const LimitSpec&>(*each.spec);
      limit_ = std::make_unique<LimitState>(spec.limit, spec.offset);
      shared_[step] = limit_.get();
    } else if (each.kind == Pipeline::StepKind::Result) {
      // Small batches, so that the function is left often.
      collector_ = std::make_unique<ResultCollector>(pipeline_.sinkInput, 7, MemoryBudget::createRoot("result"));
      local_[step] = collector_->writer();
    } else if (step + 1 == pipeline_.steps.size()) {
      auto& breaker = breakers_[each.spec];
      breaker = makeBreakerState(each, 1, MemoryBudget::createRoot("breaker"));
      local_[step] = breaker->worker(0);
    }
  }

  void runMorsel(Morsel morsel) {
    for (;;) {
      const auto status = static_cast<MorselStatus>(function_(&state_, &worker_, &morsel));
      if (status == MorselStatus::Done) {
        return;
      }
      if (status != MorselStatus::OutputFull) {
        throw std::runtime_error("status " + std::to_string(static_cast<int>(status)) + ", error " +
                                 std::string(name(worker_.errorCode)) + " at site " +
                                 std::to_string(worker_.errorSite));
      }
      takeRows(false);
    }
  }

  void takeRows(bool all) {
    for (const ResultBatch& batch : collector_->take(all)) {
      for (std::uint32_t row = 0; row < batch.batch.rowCount; ++row) {
        std::string line;
        for (std::size_t column = 0; column < batch.batch.columns.size(); ++column) {
          const Vector& vector = batch.batch.columns[column];
          const Type type = pipeline_.sinkInput[column].type;
          const bool isNull = vector.nulls() != nullptr && vector.nulls()[row] != 0;
          const auto* values = static_cast<const std::byte*>(vector.data());
          line += (column == 0 ? "" : "|") +
                  (isNull ? "NULL" : Value::load(type, values + row * byteSize(type.physical())).toString());
        }
        rows_.push_back(line);
      }
    }
  }

  const Pipeline& pipeline_;
  CompiledPipeline::Function function_;
  std::map<const OperatorSpec*, std::unique_ptr<BreakerState>>& breakers_;
  std::vector<std::byte> parameters_;
  std::vector<void*> shared_;
  std::vector<void*> local_;
  std::vector<std::uint64_t> counts_;
  StringArena arena_;
  std::uint32_t interrupt_ = 0;
  std::unique_ptr<LimitState> limit_;
  std::unique_ptr<ResultCollector> collector_;
  PipelineState state_{};
  WorkerState worker_{};
  std::vector<std::string> rows_;
};

}  // namespace

TestTables::TestTables()
    : items_(makeItems(EncodingChoice::Automatic, true)),
      plainItems_(makeItems(EncodingChoice::Plain, false)),
      groups_(makeGroups()) {}

std::vector<Value> TestTables::itemRow(std::int64_t row) {
  const std::string flag(1, "ABN"[row % 3]);
  return {Value::integer(Type::bigInt(), row),
          Value::integer(Type::integer(), row % (kGroups + 2)),
          Value::decimal(Type::decimal(12, 2), row * 5),
          Value::date(Date{static_cast<std::int32_t>(10'000 + row)}),
          Value::string(Type::varchar(), flag),
          row % 5 == 0 ? Value::null(Type::varchar())
                       : Value::string(Type::varchar(), "note on the item number " + std::to_string(row)),
          row % 7 == 0 ? Value::null(Type::integer()) : Value::integer(Type::integer(), row % 100)};
}

std::shared_ptr<const Table> TestTables::find(std::string_view name) const {
  return name == "items" ? items_ : name == "plain_items" ? plainItems_ : name == "groups" ? groups_ : nullptr;
}

std::vector<std::string> runCompiled(const PipelinePlan& plan, CompilerProvider& compiler) {
  std::map<const OperatorSpec*, std::unique_ptr<BreakerState>> breakers;
  std::vector<std::string> rows;
  for (const Pipeline& pipeline : plan.pipelines) {
    PipelineFacts facts;
    for (const Pipeline::Step& step : pipeline.steps) {
      const bool probes = step.kind == Pipeline::StepKind::Probe;
      facts.joins.push_back(probes ? breakers.at(step.spec)->joinFacts() : JoinFacts{});
    }
    const auto code = compiler.compile(pipeline, facts);
    Run run(pipeline, code->function(), breakers);
    run.run();
    rows = run.rows();
  }
  return rows;
}

}  // namespace basalt::codegen
