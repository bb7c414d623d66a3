#include "engine/PipelineExecution.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <time.h>

#include "runtime/ExecutionError.h"
#include "runtime/pipeline/ExportFailure.h"
#include "runtime/pipeline/ResultWriter.h"

namespace basalt {
namespace {

/// Rows of the first morsel, whose rate is not known yet, and of the smallest one.
constexpr std::uint64_t kFirstMorselRows = 8192;
constexpr std::uint64_t kMinMorselRows = 1024;
constexpr std::uint64_t kMaxMorselRows = 65536;
/// The same where each row is compared with every row of a join's other side.
constexpr std::uint64_t kFirstLoopMorselRows = 64;
/// A morsel may have fewer rows than the smallest one if it takes this long.
constexpr double kMinMorselNanoseconds = 200'000;

bool hasNestedLoop(const Pipeline& pipeline) {
  return std::ranges::any_of(pipeline.steps, [](const Pipeline::Step& step) {
    return step.kind == Pipeline::StepKind::Probe && static_cast<const JoinSpec&>(*step.spec).isNestedLoop();
  });
}

/// Whether rows are aggregated as they come from the source: code for that has a use for guesses.
bool aggregatesRows(const Pipeline& pipeline) {
  return pipeline.sink().kind == Pipeline::StepKind::Aggregate &&
         std::ranges::all_of(pipeline.steps.begin(), std::prev(pipeline.steps.end()),
                             [](const Pipeline::Step& step) { return step.kind == Pipeline::StepKind::Project; });
}

void addGuess(std::vector<std::string>& texts, const std::string& column, const ColumnGuess& guess) {
  if (guess.width != 0)
    texts.push_back(fmt::format("{} in {} byte{}", column, guess.width, guess.width > 1 ? "s" : ""));
  if (guess.hasFewValues) texts.push_back(fmt::format("{} of few values", column));
}

/// Processor time of the calling thread: rates must not depend on what else the machine does.
double processorNanoseconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Runs a pipeline's machine code on one worker.
class CompiledRunner final : public PipelineRunner {
 public:
  CompiledRunner(const CompiledPipeline& code, WorkerContext& context) : code_(code), context_(context) {}

  Engine engine() const noexcept override { return Engine::Compiled; }
  MorselStatus run(Morsel& morsel) override {
    const auto status = static_cast<MorselStatus>(code_.function()(context_.pipelineState, &context_.state, &morsel));
    context_.state.arena->clear();
    return status;
  }

 private:
  const CompiledPipeline& code_;
  WorkerContext& context_;
};

std::string_view explain(ErrorCode code) {
  switch (code) {
    case ErrorCode::NumericOverflow:
      return "the result does not fit its type";
    case ErrorCode::DivisionByZero:
      return "division by zero";
    case ErrorCode::InvalidCast:
      return "the value cannot be converted";
    case ErrorCode::InvalidArgument:
      return "an argument is out of its domain";
    case ErrorCode::CardinalityViolation:
      return "more than one row in a scalar subquery";
    case ErrorCode::OutOfMemory:
      return "not enough memory";
    default:
      return "failed";
  }
}

}  // namespace

/// One worker's side of the pipeline. Made on the worker's first step.
struct PipelineExecution::Worker {
  explicit Worker(std::shared_ptr<MemoryBudget> budget) : arena(std::move(budget)) {}

  StringArena arena;
  std::vector<void*> local;
  std::vector<std::uint64_t> rowCounts;
  std::unique_ptr<ResultCollector> collector;
  WorkerContext context;
  std::unique_ptr<PipelineRunner> interpreter;
};

PipelineRunner& PipelineExecution::interpreterOf(Worker& worker) {
  if (!worker.interpreter) worker.interpreter = query_.services.interpreter->create(worker.context);
  return *worker.interpreter;
}

PipelineExecution::PipelineExecution(QueryState& query, const Pipeline& pipeline)
    : query_(query), pipeline_(pipeline), workers_(query.services.scheduler.workerCount()) {
  const std::size_t allowed = query.options.maxWorkers == 0 ? workers_.size() : query.options.maxWorkers;
  const TierController::Setting setting{query.options.mode, query.options.switchAfterMorsels,
                                        pipeline.serial ? 1 : std::min(allowed, workers_.size())};
  tier_ = std::make_shared<TierController>(query.plan, pipeline.id, setting, query.services.compilation,
                                           query.services.history);
  if (pipeline.ordered && !pipeline.serial) {
    orderedResults_.emplace(query.results, query.services.config.resultQueueBatches);
  }
}

PipelineExecution::~PipelineExecution() = default;

void PipelineExecution::makeSource() {
  // One worker alone, whichever it is, takes all rows in their order; and so do several that must not change it.
  const bool isInOrder = pipeline_.ordered || query_.options.maxWorkers == 1;
  const std::size_t shares = isInOrder ? 1 : workers_.size();
  if (pipeline_.source.kind == Pipeline::SourceKind::TableScan) {
    auto source = std::make_unique<TableMorselSource>(static_cast<const ScanSpec&>(*pipeline_.source.spec), shares);
    chunksSkipped_ = source->chunksSkipped();
    if (aggregatesRows(pipeline_)) guesses_ = source->guessColumns();
    source_ = std::move(source);
    return;
  }
  const OperatorSpec& spec = *pipeline_.source.spec;
  std::uint64_t skip = 0;
  std::uint64_t limit = UINT64_MAX;
  if (spec.kind == OperatorKind::TopN) {
    skip = static_cast<const TopNSpec&>(spec).offset;
    limit = static_cast<const TopNSpec&>(spec).limit;
  }
  source_ = std::make_unique<RowMorselSource>(query_.breakerOf(spec).segments(), skip, limit, shares);
}

void PipelineExecution::prepare() {
  startMilliseconds_ = query_.millisecondsSinceStart();
  makeSource();
  parameters_ = Buffer(query_.memory, std::max<std::size_t>(pipeline_.literals.size(), 1) * kParameterBytes);
  for (std::size_t index = 0; index < pipeline_.literals.size(); ++index) {
    storeParameter(*pipeline_.literals[index], parameters_.data() + index * kParameterBytes);
  }
  PipelineFacts facts{.guesses = guesses_};
  for (const Pipeline::Step& step : pipeline_.steps) {
    facts.joins.emplace_back();
    if (step.kind == Pipeline::StepKind::Probe) {
      BreakerState& join = query_.breakerOf(*step.spec);
      shared_.push_back(join.shared());
      facts.joins.back() = join.joinFacts();
    } else if (step.kind == Pipeline::StepKind::Limit) {
      LimitState* const limit = query_.limits.at(step.spec).get();
      limits_.push_back(limit);
      shared_.push_back(limit);
    } else {
      shared_.push_back(nullptr);
    }
    if (fillsBreaker(step)) filled_.push_back(&query_.breakerOf(*step.spec));
  }
  state_ = {parameters_.data(), shared_.data(), query_.cancellation.word()};
  // Nothing to run is nothing to compile.
  if (limitReached()) source_->close();
  if (source_->rowsLeft() != 0) tier_->start(std::move(facts));
}

std::unique_ptr<PipelineExecution::Worker> PipelineExecution::makeWorker(WorkerId id) {
  auto worker = std::make_unique<Worker>(query_.memory);
  worker->local.resize(pipeline_.steps.size());
  worker->rowCounts.resize(pipeline_.steps.size() + 1);
  if (pipeline_.sink().kind == Pipeline::StepKind::Result) {
    worker->collector = std::make_unique<ResultCollector>(pipeline_.sinkInput, Batch::kDefaultRows, query_.memory);
    worker->local.back() = worker->collector->writer();
  }
  for (std::size_t step = 0; step < pipeline_.steps.size(); ++step) {
    const Pipeline::Step& each = pipeline_.steps[step];
    if (fillsBreaker(each)) worker->local[step] = query_.breakerOf(*each.spec).worker(id);
    if (each.kind == Pipeline::StepKind::Probe) worker->local[step] = query_.breakerOf(*each.spec).prober(id);
  }
  worker->context.pipeline = &pipeline_;
  worker->context.pipelineState = &state_;
  worker->context.state = {ErrorCode::None, 0, worker->local.data(), &worker->arena, worker->rowCounts.data()};
  worker->context.budget = query_.memory;
  worker->context.batchRows = query_.services.config.batchRows;
  return worker;
}

PipelineExecution::Worker& PipelineExecution::workerFor(WorkerId id) {
  auto& worker = workers_[id];
  if (!worker) worker = makeWorker(id);
  return *worker;
}

std::uint64_t PipelineExecution::morselRows() const {
  if (query_.options.morselRows != 0) return query_.options.morselRows;
  const double rate = nanosecondsPerRow_.load(std::memory_order_relaxed);
  if (rate <= 0) return hasNestedLoop(pipeline_) ? kFirstLoopMorselRows : kFirstMorselRows;
  const double rows = query_.services.config.morselMilliseconds * 1e6 / rate;
  // Near the end, smaller morsels keep all workers busy until the last.
  const std::uint64_t share = source_->rowsLeft() / (2 * workers_.size());
  const auto wanted = static_cast<std::uint64_t>(std::min(rows, static_cast<double>(kMaxMorselRows)));
  const auto least = static_cast<std::uint64_t>(std::clamp(kMinMorselNanoseconds / rate, 1.0, double{kMinMorselRows}));
  return std::max(std::min(wanted, share), least);
}

std::optional<PipelineExecution::Claim> PipelineExecution::claim(WorkerId worker) {
  const std::scoped_lock lock(claimMutex_);
  if (!returned_.empty()) {
    const Claim claim = returned_.front();
    returned_.pop_front();
    return claim;
  }
  Claim claim;
  // Of all rows in their order everyone takes the next ones.
  if (!source_->next(pipeline_.ordered ? 0 : worker, morselRows(), claim.morsel)) return std::nullopt;
  claim.number = claimed_++;
  return claim;
}

void PipelineExecution::putBack(const Claim& claim) {
  const std::scoped_lock lock(claimMutex_);
  returned_.insert(std::ranges::lower_bound(returned_, claim.number, {}, &Claim::number), claim);
}

bool PipelineExecution::limitReached() const {
  return std::ranges::any_of(limits_, [](const LimitState* limit) { return limit->isExhausted(); });
}

bool PipelineExecution::deliver(Worker& worker, std::uint64_t morsel, bool isDone) {
  if (!worker.collector) return false;
  if (!orderedResults_) {
    query_.results.push(worker.collector->take(false));
    return query_.results.isFull();
  }
  orderedResults_->push(morsel, worker.collector->take(isDone), isDone);
  const bool isFull = orderedResults_->isFull(morsel);
  // Another worker may go on with the morsel, and this one with another morsel.
  if (isFull && !isDone) orderedResults_->push(morsel, worker.collector->take(true), false);
  return isFull;
}

TaskSet::StepResult PipelineExecution::outlook() {
  if (pipeline_.sink().kind != Pipeline::StepKind::Result) return StepResult::MoreWork;
  // The client may have taken a batch of several that one morsel made: it has to take more.
  if (query_.results.isFull()) return StepResult::Blocked;
  if (!orderedResults_) return StepResult::MoreWork;
  const std::scoped_lock lock(claimMutex_);
  const std::uint64_t next = returned_.empty() ? claimed_ : returned_.front().number;
  return orderedResults_->isFull(next) ? StepResult::AfterOthers : StepResult::MoreWork;
}

void PipelineExecution::throwFailure(const WorkerState& state) const {
  if (const std::exception_ptr failure = takeExportFailure()) std::rethrow_exception(failure);
  if (state.errorSite >= pipeline_.sites.size()) {
    throw ExecutionError(state.errorCode, pipeline_.describe(), std::string(explain(state.errorCode)));
  }
  const Pipeline::Site& site = pipeline_.sites[state.errorSite];
  const std::string& text = site.expression != nullptr ? site.expression->text : site.text;
  const std::string where = text.empty() ? "" : " in " + text;
  throw ExecutionError(state.errorCode, site.spec->label(), fmt::format("{}{}", explain(state.errorCode), where));
}

bool PipelineExecution::runMorsel(Worker& worker, Claim& claim, double& now) {
  Morsel& morsel = claim.morsel;
  std::optional<CompiledRunner> compiled;
  if (const CompiledPipeline* code = tier_->next()) compiled.emplace(*code, worker.context);
  for (;;) {
    PipelineRunner& runner = compiled ? static_cast<PipelineRunner&>(*compiled) : interpreterOf(worker);
    const std::uint64_t before = morsel.position;
    const MorselStatus status = runner.run(morsel);
    if (status == MorselStatus::Failed) {
      // Given up within a row.
      if (worker.context.state.errorCode == ErrorCode::Cancelled) return false;
      throwFailure(worker.context.state);
    }
    const double start = std::exchange(now, processorNanoseconds());
    const double nanoseconds = now - start;
    const std::uint64_t rows = morsel.position - before;
    if (rows != 0) nanosecondsPerRow_.store(nanoseconds / static_cast<double>(rows), std::memory_order_relaxed);
    const bool done = status == MorselStatus::Done;
    tier_->record(runner.engine(), rows, nanoseconds, done, source_->rowsLeft());
    const bool isFull = deliver(worker, claim.number, done);
    if (done) return true;
    if (status == MorselStatus::Deoptimize) compiled.reset();
    if (isFull || query_.cancellation.isCancelled()) return false;
  }
}

TaskSet::StepResult PipelineExecution::runStep(WorkerId id) {
  // A morsel that ends with its chunk may be short. What stands between two takes less time within a step than between
  // steps.
  const auto end = Clock::now() + std::chrono::duration<double, std::milli>(query_.services.config.morselMilliseconds);
  // Where one worker alone may run it, whoever comes next goes on where the one before has stopped.
  if (pipeline_.serial) id = 0;
  double now = processorNanoseconds();
  for (;;) {
    if (query_.cancellation.isCancelled()) return StepResult::Finished;
    if (const StepResult result = outlook(); result != StepResult::MoreWork) return result;
    tier_->makeWay([this] { return source_->rowsLeft() == 0 || query_.cancellation.isCancelled(); });
    std::optional<Claim> claimed = claim(id);
    if (!claimed) return StepResult::Finished;
    Worker& worker = workerFor(id);
    for (BreakerState* breaker : filled_) breaker->beginMorsel(id);
    if (!runMorsel(worker, *claimed, now)) putBack(*claimed);
    if (limitReached()) {
      source_->close();
      const std::scoped_lock lock(claimMutex_);
      returned_.clear();
    }
    if (Clock::now() >= end) return outlook();
  }
}

void PipelineExecution::finish() {
  for (const auto& worker : workers_) {
    if (worker && worker->collector) query_.results.push(worker->collector->take(true));
  }
  tier_->finish();
  endMilliseconds_ = query_.millisecondsSinceStart();
}

void PipelineExecution::report(ExecutionStatistics& statistics) const {
  PipelineStatistics result;
  result.id = pipeline_.id;
  result.description = pipeline_.describe();
  result.sourceRows = source_ ? source_->totalRows() : 0;
  result.chunksSkipped = chunksSkipped_;
  if (pipeline_.source.kind == Pipeline::SourceKind::TableScan) {
    const auto& scan = static_cast<const ScanSpec&>(*pipeline_.source.spec);
    result.chunksTotal = scan.table->chunkCount();
    for (std::size_t column = 0; column < guesses_.size(); ++column) {
      addGuess(result.guesses, scan.readSchema[column].name, guesses_[column]);
    }
  }
  result.startMilliseconds = startMilliseconds_;
  result.endMilliseconds = endMilliseconds_;
  tier_->report(result, statistics.warnings);
  statistics.compileMilliseconds += result.compileMilliseconds;
  for (const auto& worker : workers_) {
    if (!worker) continue;
    // The last count is the sink's input, which the producer before it has counted already.
    for (std::size_t index = 0; index + 1 < worker->rowCounts.size(); ++index) {
      // What a deduplication produces are its groups; the rows that pass through it are not its own.
      if (index != 0 && pipeline_.steps[index - 1].kind == Pipeline::StepKind::Deduplicate) continue;
      statistics.operators[pipeline_.producer(index)->id].rowsProduced += worker->rowCounts[index];
    }
    for (std::size_t step = 0; step < pipeline_.steps.size(); ++step) {
      if (pipeline_.steps[step].kind != Pipeline::StepKind::Probe) continue;
      OperatorStatistics& join = statistics.operators[pipeline_.steps[step].spec->id];
      // Its input is what the producer before it puts out.
      if (join.innerScans) *join.innerScans += worker->rowCounts[step];
    }
  }
  statistics.pipelines.push_back(std::move(result));
}

}  // namespace basalt
