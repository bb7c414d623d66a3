#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/PipelineFacts.h"
#include "runtime/memory/MemoryBudget.h"
#include "runtime/pipeline/PipelineState.h"

namespace basalt {

enum class Engine : std::uint8_t { Interpreted, Compiled };

/// One worker's side of one pipeline in one query, for both engines: the states that generated code sees, and what only
/// host-side code needs.
struct WorkerContext {
  const Pipeline* pipeline = nullptr;
  PipelineState* pipelineState = nullptr;
  WorkerState state{};
  std::shared_ptr<MemoryBudget> budget;
  /// Rows per batch in the interpreter.
  std::uint32_t batchRows = 2048;
};

/// Runs one pipeline's morsels on one worker. Not thread-safe; each worker has its own. May be abandoned at any morsel
/// boundary and at any Morsel::position for a runner of the other engine, since all state that outlives a call is in
/// the WorkerContext.
class PipelineRunner {
 public:
  virtual ~PipelineRunner() = default;
  virtual Engine engine() const noexcept = 0;
  /// Runs from morsel.position on; see MorselStatus. Throws ExecutionError for what is no row's fault (memory, I/O).
  virtual MorselStatus run(Morsel& morsel) = 0;
};

/// Makes interpreted runners; the one entry to the interpreter.
class InterpreterProvider {
 public:
  virtual ~InterpreterProvider() = default;
  virtual std::unique_ptr<PipelineRunner> create(WorkerContext& context) const = 0;
};

/// A pipeline's machine code, shared by all workers and queries with its signature. Kept alive by whoever may be
/// inside.
class CompiledPipeline {
 public:
  using Function = std::int32_t (*)(PipelineState*, WorkerState*, Morsel*);
  virtual ~CompiledPipeline() = default;
  virtual Function function() const noexcept = 0;
  /// What it took to make, and what it weighs.
  virtual double compileMilliseconds() const noexcept = 0;
  /// What it took to read and link where it was kept on disk; else 0.
  virtual double loadMilliseconds() const noexcept = 0;
  virtual std::uint64_t codeBytes() const noexcept = 0;
  virtual std::uint64_t instructionCount() const noexcept = 0;
};

/// What a host may ask of a compiler.
struct CompilerOptions {
  /// Where machine code is kept for later processes: a folder that belongs to this user and to which nobody else may
  /// write, made unless it is there. Empty: code lives as long as the process.
  std::filesystem::path codeCacheFolder = {};
  /// Bytes of kept code above which the least recently used is removed.
  std::uint64_t codeCacheBytes = std::uint64_t{256} << 20;
  /// For profilers: a folder that exists, to which the IR of each compiled pipeline is written, and what `perf inject
  /// --jit` reads. Functions are then named after their pipelines, and their instructions lead to lines of IR. Such
  /// code is neither kept in codeCacheFolder nor taken from there. One compiler of a process can use a folder. Empty:
  /// nothing is written.
  std::filesystem::path profileFolder = {};
};

enum class IrStage : std::uint8_t { Unoptimised, Optimised, Assembly };

/// Compiles pipelines; the one entry to the JIT. Thread-safe. Throws ExecutionError(CompilationFailed).
class CompilerProvider {
 public:
  struct CacheCounters {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    /// Misses that needed no compilation, since the code was kept on disk.
    std::uint64_t loads = 0;
    std::uint64_t entries = 0;
    std::uint64_t codeBytes = 0;
    std::uint64_t evictions = 0;
  };

  virtual ~CompilerProvider() = default;
  /// The cached code of this signature, see PipelineFacts, or null. Never waits for a compilation.
  virtual std::shared_ptr<const CompiledPipeline> find(const std::string& signature) = 0;
  /// Finds or compiles code for runs in which `facts` hold, on the calling thread. Two callers with one signature
  /// compile once: the second waits for the first.
  virtual std::shared_ptr<const CompiledPipeline> compile(const Pipeline& pipeline, const PipelineFacts& facts) = 0;
  /// Verified IR or assembly text of one pipeline.
  virtual std::string print(const Pipeline& pipeline, const PipelineFacts& facts, IrStage stage) = 0;
  /// What compile() would take, in milliseconds, judged by past compilations and the pipeline's size.
  virtual double estimateMilliseconds(const Pipeline& pipeline, const PipelineFacts& facts) const = 0;
  virtual CacheCounters cacheCounters() const = 0;
  /// Drops all entries that nobody holds.
  virtual void clearCache() = 0;
};

}  // namespace basalt
