#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "engine/CompilationService.h"
#include "engine/ExecutionConfig.h"
#include "engine/ExecutionStatistics.h"
#include "engine/PipelineHistory.h"

namespace basalt {

/// How long a pipeline will go on, in milliseconds of wall time, as it is and if it is compiled now.
struct CompilingOutlook {
  double interpretedMilliseconds = 0;
  double compiledMilliseconds = 0;
  /// The compiler works where no worker would.
  bool hasProcessorToSpare = false;

  /// Whether compiling promises enough, given that all of this is estimated.
  bool pays() const;
};
/// `interpretingLeft` and `compiling` are milliseconds of processor time. While the compiler works the rows go on being
/// interpreted; where the workers take all processors, by one worker less.
CompilingOutlook judgeCompiling(double interpretingLeft, double compiling, double speedup, std::size_t workers,
                                std::size_t processorCount);

/// Chooses, for one pipeline of one query, who runs the next morsel. In auto mode a pipeline starts interpreted and is
/// compiled in the background as soon as the time that compiled code would save on the rows left exceeds what compiling
/// takes from the query, by measured rates, never by a plan's cost estimates (Kohn, Leis, Neumann: "Adaptive Execution
/// of Compiled Queries", ICDE 2018). Code that turns out slower than the interpreter is given up again. A pipeline that
/// no single query repays compiling for is compiled behind a query once queries have lost as much by interpreting it as
/// compiling takes. Thread-safe.
class TierController : public std::enable_shared_from_this<TierController> {
 public:
  struct Setting {
    EngineMode mode = EngineMode::Auto;
    std::optional<std::uint64_t> switchAfterMorsels;
    /// Workers that run the pipeline.
    std::size_t workers = 1;
  };

  TierController(std::shared_ptr<const PipelinePlan> plan, std::size_t pipeline, Setting setting,
                 CompilationService& compilation, PipelineHistory& history);

  /// Before the first morsel, when what the pipeline depends on is complete: takes code from the cache, or compiles
  /// here and now if the mode asks for it.
  void start(PipelineFacts facts);
  /// The code to run the next morsel with, or null pointer for the interpreter. Valid as long as this object.
  const CompiledPipeline* next() noexcept;
  /// Between morsels: where the compiler would share a processor with the workers, one of them makes way for it until
  /// its code is there or `isOver`, since the sooner code is there the more rows profit by it.
  void makeWay(const std::function<bool()>& isOver);
  /// Takes in what a run over (part of) a morsel took, and decides what is next.
  void record(Engine engine, std::uint64_t rows, double nanoseconds, bool morselDone, std::uint64_t rowsLeft);

  /// After the last morsel: what was measured goes into the history.
  void finish();
  /// After the query, which must not pay for it: compiles for the queries to come if that is due.
  void compileForLater();

  /// Writes what happened into `statistics`; `warnings` gets a line when code was wanted and could not be had.
  void report(PipelineStatistics& statistics, std::vector<std::string>& warnings) const;
  /// Milliseconds that this query caused by compiling.
  double compileMilliseconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  void compileNow();
  void considerCompiling(std::uint64_t rowsLeft);
  /// Milliseconds, estimated once, and again when there is a compiler to ask: each morsel wants to know.
  double compilingCost();
  double estimateCompiling() const;
  void considerGivingUp();
  bool canCompare() const;
  void codeReady(std::shared_ptr<const CompiledPipeline> code, const std::string& failure);
  /// Of code that was made or loaded for this run.
  void takeCosts(const CompiledPipeline& code);
  void install(std::shared_ptr<const CompiledPipeline> code);

  std::shared_ptr<const PipelinePlan> plan_;
  std::size_t pipeline_;
  Setting setting_;
  CompilationService& compilation_;
  PipelineHistory& history_;

  std::atomic<const CompiledPipeline*> current_{nullptr};
  std::atomic<std::uint64_t> morselsBegun_{0};

  /// What code is made for, and its signature; known once started.
  PipelineFacts facts_;
  std::string signature_;

  mutable std::mutex mutex_;
  std::shared_ptr<const CompiledPipeline> code_;
  EngineShare interpreted_;
  EngineShare compiled_;
  /// What was interpreted of late, older morsels counting less and less.
  double recentRows_ = 0;
  double recentNanoseconds_ = 0;
  std::optional<double> cost_;
  bool costIsOfCompiler_ = false;
  bool requested_ = false;
  bool failed_ = false;
  bool gaveUp_ = false;
  double compileMilliseconds_ = 0;
  double loadMilliseconds_ = 0;
  /// Until when a worker makes way for the compiler, once that has been asked; never if it has a processor to spare.
  std::optional<Clock::time_point> makeWayUntil_;
  std::atomic<bool> wantsWay_{false};
  std::condition_variable decided_;
  std::string reason_;
  Clock::time_point start_ = Clock::now();
  std::optional<std::uint64_t> switchedAfterMorsels_;
  double switchMilliseconds_ = 0;
};

}  // namespace basalt
