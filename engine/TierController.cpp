#include "engine/TierController.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "operators/pipeline/CompileEstimate.h"
#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

/// Rates of fewer rows than these say more about cold caches than about the pipeline.
constexpr std::uint64_t kRowsToJudge = 8192;
/// Unless each of them takes so long that fewer take this.
constexpr double kMillisecondsToJudge = 4;
/// What an older morsel counts beside the one behind it.
constexpr double kFading = 0.7;
/// Where compiling takes its time from the workers, they interpret for this part of it before they judge: tables grow
/// and memory is touched for the first time, so that first rows take longer than those that come.
constexpr double kTimeToJudgeWhenBusy = 0.25;
/// Engines are compared once each has worked for this long on a pipeline.
constexpr double kMillisecondsToCompare = 2;
/// Loading the JIT library, in milliseconds; paid once per process.
constexpr double kOpenMilliseconds = 20;
/// A compilation has to promise this much of the time without it, and this many milliseconds: both sides are estimates.
/// More where it takes its time from the workers: then it is them who pay for a wrong one.
constexpr double kLeastGain = 0.1;
constexpr double kLeastGainWhenBusy = 0.25;
constexpr double kLeastGainMilliseconds = 0.5;
/// Code at hand is left alone when it was seen to be slower than this beside the interpreter, by more than noise.
constexpr double kLeastSpeedup = 0.95;
/// Compiled code is given up when it takes this much longer per row than the interpreter did.
constexpr double kGiveUpRatio = 1.1;
/// A worker makes way for the compiler for this multiple of what compiling was expected to take.
constexpr double kPatience = 1.5;
/// How often it looks whether there is anything left to do.
constexpr std::chrono::milliseconds kLook{1};

std::size_t processors() {
  static const std::size_t count = std::max(std::thread::hardware_concurrency(), 1U);
  return count;
}

/// Whether the share's time per row says something.
bool hasRate(const EngineShare& share) {
  return share.rows >= kRowsToJudge || share.cpuMilliseconds >= kMillisecondsToJudge;
}

}  // namespace

bool CompilingOutlook::pays() const {
  const double gain = interpretedMilliseconds - compiledMilliseconds;
  const double least = hasProcessorToSpare ? kLeastGain : kLeastGainWhenBusy;
  return gain > interpretedMilliseconds * least && gain > kLeastGainMilliseconds;
}

CompilingOutlook judgeCompiling(double interpretingLeft, double compiling, double speedup, std::size_t workers,
                                std::size_t processorCount) {
  const bool hasProcessorToSpare = workers < processorCount;
  const auto processorsForWorkers = static_cast<double>(std::min(workers, processorCount));
  const auto interpreting = static_cast<double>(hasProcessorToSpare ? workers : workers - 1);
  // The compiler's thread and the workers share the processors evenly where there are too few.
  const double share = std::min(1.0, static_cast<double>(processorCount) / (interpreting + 1));
  const double untilCode = compiling / share;
  const double leftThen = std::max(0.0, interpretingLeft - interpreting * compiling);
  return {interpretingLeft / processorsForWorkers, untilCode + leftThen / speedup / processorsForWorkers,
          hasProcessorToSpare};
}

TierController::TierController(std::shared_ptr<const PipelinePlan> plan, std::size_t pipeline, Setting setting,
                               CompilationService& compilation, PipelineHistory& history)
    : plan_(std::move(plan)), pipeline_(pipeline), setting_(setting), compilation_(compilation), history_(history) {}

void TierController::start(PipelineFacts facts) {
  start_ = Clock::now();
  facts_ = std::move(facts);
  signature_ = facts_.signatureOf(plan_->pipelines[pipeline_]);
  if (setting_.switchAfterMorsels || setting_.mode == EngineMode::Compiled) return compileNow();
  if (setting_.mode == EngineMode::Interpreted) {
    reason_ = "interpreted as asked";
    return;
  }
  if (!compilation_.isAvailable()) {
    reason_ = "interpreted: the engine has no compiler";
    return;
  }
  if (const auto compiler = compilation_.opened()) {
    auto code = compiler->find(signature_);
    if (code && history_.expectedSpeedup(signature_) < kLeastSpeedup) {
      gaveUp_ = true;
      reason_ = fmt::format("interpreted: code is in the cache, but was {:.1f} times as fast",
                            history_.expectedSpeedup(signature_));
    } else if (code) {
      reason_ = "compiled: code was in the cache";
      install(std::move(code));
    }
  }
}

void TierController::compileNow() {
  try {
    const auto compiler = compilation_.open();
    auto code = compiler->find(signature_);
    const bool fromCache = code != nullptr;
    if (!fromCache) code = compiler->compile(plan_->pipelines[pipeline_], facts_);
    if (!fromCache) takeCosts(*code);
    reason_ = fromCache               ? "compiled as asked: code was in the cache"
              : loadMilliseconds_ > 0 ? "compiled as asked: code was on disk"
                                      : "compiled as asked, before the first row";
    if (setting_.switchAfterMorsels) {
      reason_ = fmt::format("compiled from morsel {} on, as asked", *setting_.switchAfterMorsels);
    }
    install(std::move(code));
  } catch (const std::exception& failure) {
    // Whatever a compiler or its loader throws: the rows can be had without it.
    failed_ = true;
    reason_ = fmt::format("interpreted: {}", failure.what());
  }
}

void TierController::takeCosts(const CompiledPipeline& code) {
  compileMilliseconds_ = code.compileMilliseconds();
  loadMilliseconds_ = code.loadMilliseconds();
}

void TierController::install(std::shared_ptr<const CompiledPipeline> code) {
  code_ = std::move(code);
  current_.store(code_.get(), std::memory_order_release);
}

const CompiledPipeline* TierController::next() noexcept {
  const std::uint64_t morsel = morselsBegun_.fetch_add(1, std::memory_order_relaxed);
  if (setting_.switchAfterMorsels && morsel < *setting_.switchAfterMorsels) return nullptr;
  return current_.load(std::memory_order_acquire);
}

void TierController::record(Engine engine, std::uint64_t rows, double nanoseconds, bool morselDone,
                            std::uint64_t rowsLeft) {
  const std::scoped_lock lock(mutex_);
  const bool hadBoth = interpreted_.rows != 0 && compiled_.rows != 0;
  EngineShare& share = engine == Engine::Compiled ? compiled_ : interpreted_;
  share.rows += rows;
  share.morsels += morselDone ? 1 : 0;
  share.cpuMilliseconds += nanoseconds / 1e6;
  if (engine == Engine::Interpreted && rows != 0 && interpreted_.morsels > 2 * setting_.workers) {
    // A worker's first morsels pay for memory that is touched for the first time, and not all begin at once: as many
    // as two for each are left out.
    recentRows_ = kFading * recentRows_ + static_cast<double>(rows);
    recentNanoseconds_ = kFading * recentNanoseconds_ + nanoseconds;
  }
  // With several workers the first compiled morsel may end before the last interpreted one.
  if (!hadBoth && interpreted_.rows != 0 && compiled_.rows != 0) {
    switchedAfterMorsels_ = interpreted_.morsels;
    switchMilliseconds_ = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  }
  if (setting_.mode != EngineMode::Auto || setting_.switchAfterMorsels) return;
  if (engine == Engine::Interpreted) {
    considerCompiling(rowsLeft);
  } else {
    considerGivingUp();
  }
}

void TierController::considerCompiling(std::uint64_t rowsLeft) {
  if (requested_ || gaveUp_ || code_ || !compilation_.isAvailable()) return;
  if (!hasRate(interpreted_) || recentRows_ == 0) return;
  const double cost = compilingCost();
  if (setting_.workers >= processors() && interpreted_.cpuMilliseconds < cost * kTimeToJudgeWhenBusy) return;
  const double rate = recentNanoseconds_ / recentRows_;
  const double left = static_cast<double>(rowsLeft) * rate / 1e6;
  const double speedup = std::max(history_.expectedSpeedup(signature_), 1.0);
  const CompilingOutlook outlook = judgeCompiling(left, cost, speedup, setting_.workers, processors());
  // The first judgement says most; later ones have less and less left to save.
  if (!outlook.pays() && !reason_.empty()) return;
  const std::string sums = fmt::format(
      "{:.1f} ms of interpreting left at {:.1f} ns a row; with {:.1f} ms of compiling and {:.1f} times the speed, "
      "{:.1f} ms "
      "instead of {:.1f} ms",
      left, rate, cost, speedup, outlook.compiledMilliseconds, outlook.interpretedMilliseconds);
  reason_ = (outlook.pays() ? "compiled: " : "interpreted: ") + sums;
  if (!outlook.pays()) return;
  requested_ = true;
  if (!outlook.hasProcessorToSpare) {
    makeWayUntil_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                       std::chrono::duration<double, std::milli>(kPatience * cost));
    wantsWay_.store(true, std::memory_order_release);
  }
  compilation_.submit(
      plan_, pipeline_, facts_, weak_from_this(),
      [self = weak_from_this()](std::shared_ptr<const CompiledPipeline> code, const std::string& failure) {
        if (const auto controller = self.lock()) controller->codeReady(std::move(code), failure);
      });
}

void TierController::makeWay(const std::function<bool()>& isOver) {
  // One worker is enough.
  if (!wantsWay_.load(std::memory_order_acquire) || !wantsWay_.exchange(false)) return;
  std::unique_lock lock(mutex_);
  while (!code_ && !failed_ && Clock::now() < *makeWayUntil_ && !isOver()) decided_.wait_for(lock, kLook);
}

double TierController::compilingCost() {
  const bool hasCompiler = compilation_.opened() != nullptr;
  if (!cost_ || (hasCompiler && !costIsOfCompiler_)) {
    cost_ = estimateCompiling();
    costIsOfCompiler_ = hasCompiler;
  }
  return *cost_;
}

double TierController::estimateCompiling() const {
  const Pipeline& pipeline = plan_->pipelines[pipeline_];
  const auto compiler = compilation_.opened();
  return compiler ? compiler->estimateMilliseconds(pipeline, facts_)
                  : kOpenMilliseconds + CompileEstimate().milliseconds(compilingWork(pipeline));
}

void TierController::compileForLater() {
  const std::scoped_lock lock(mutex_);
  if (setting_.mode != EngineMode::Auto || setting_.switchAfterMorsels) return;
  if (requested_ || gaveUp_ || failed_ || code_ || !compilation_.isAvailable() || interpreted_.rows == 0) return;
  const double lost = history_.addInterpreted(signature_, interpreted_.cpuMilliseconds) *
                      (1 - 1 / std::max(history_.expectedSpeedup(signature_), 1.0));
  if (lost <= estimateCompiling()) return;
  history_.forgetInterpreted(signature_);
  reason_ += "; compiled behind the query, for the next ones";
  // The job itself keeps the plan, so it is not dropped with this query.
  compilation_.submit(plan_, pipeline_, facts_, plan_, [](const auto&, const std::string&) {});
}

void TierController::codeReady(std::shared_ptr<const CompiledPipeline> code, const std::string& failure) {
  {
    const std::scoped_lock lock(mutex_);
    if (code) {
      takeCosts(*code);
      install(std::move(code));
    } else {
      failed_ = true;
      reason_ = fmt::format("interpreted: {}", failure);
    }
  }
  decided_.notify_all();
}

bool TierController::canCompare() const {
  return hasRate(interpreted_) && hasRate(compiled_) &&
         std::min(interpreted_.cpuMilliseconds, compiled_.cpuMilliseconds) >= kMillisecondsToCompare;
}

void TierController::considerGivingUp() {
  if (gaveUp_ || !canCompare()) return;
  if (compiled_.nanosecondsPerRow() <= interpreted_.nanosecondsPerRow() * kGiveUpRatio) return;
  gaveUp_ = true;
  current_.store(nullptr, std::memory_order_release);
  reason_ += fmt::format("; given up: {:.1f} ns a row compiled, {:.1f} interpreted", compiled_.nanosecondsPerRow(),
                         interpreted_.nanosecondsPerRow());
}

double TierController::compileMilliseconds() const {
  const std::scoped_lock lock(mutex_);
  return compileMilliseconds_;
}

void TierController::report(PipelineStatistics& statistics, std::vector<std::string>& warnings) const {
  const std::scoped_lock lock(mutex_);
  statistics.interpreted = interpreted_;
  statistics.compiled = compiled_;
  statistics.compileMilliseconds = compileMilliseconds_;
  statistics.loadMilliseconds = loadMilliseconds_;
  statistics.tierReason = reason_;
  if (requested_ && !code_ && !failed_) statistics.tierReason += "; the pipeline ended first";
  statistics.switchedAfterMorsels = switchedAfterMorsels_;
  statistics.switchMilliseconds = switchMilliseconds_;
  if (code_) {
    statistics.instructions = code_->instructionCount();
    statistics.codeBytes = code_->codeBytes();
  }
  if (failed_) {
    warnings.push_back(fmt::format("pipeline {} was not compiled: {}", statistics.id, reason_));
  }
}

void TierController::finish() {
  const std::scoped_lock lock(mutex_);
  if (!canCompare()) return;
  history_.recordSpeedup(signature_, interpreted_.nanosecondsPerRow() / std::max(compiled_.nanosecondsPerRow(), 0.01));
}

}  // namespace basalt
