#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "codegen/jit/CodeCache.h"
#include "codegen/jit/CodeSession.h"
#include "codegen/jit/DiskCache.h"
#include "codegen/jit/JitDump.h"
#include "codegen/jit/JitOptions.h"
#include "codegen/jit/ModuleCompiler.h"
#include "operators/pipeline/CompileEstimate.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt::codegen {

/// Compiles pipelines to machine code and keeps the code by signature. Data flow of a compilation: signature → cache →
/// (once) image from the disk cache, or IR → passes → object file → linked code, charged to the cache. Thread-safe;
/// compiles on the thread of the caller.
class JitCompiler final : public CompilerProvider {
 public:
  /// Throws ExecutionError(CompilationFailed) when this machine cannot be compiled for.
  explicit JitCompiler(const JitOptions& options = {});

  std::shared_ptr<const CompiledPipeline> find(const std::string& signature) override;
  std::shared_ptr<const CompiledPipeline> compile(const Pipeline& pipeline, const PipelineFacts& facts) override;
  std::string print(const Pipeline& pipeline, const PipelineFacts& facts, IrStage stage) override;
  double estimateMilliseconds(const Pipeline& pipeline, const PipelineFacts& facts) const override;
  CacheCounters cacheCounters() const override;
  void clearCache() override { cache_.clear(); }

 private:
  std::shared_ptr<const CompiledPipeline> compileNow(const Pipeline& pipeline, const PipelineFacts& facts,
                                                     const std::string& key);
  using Clock = std::chrono::steady_clock;

  /// From the disk cache; null when it is not there.
  std::shared_ptr<const CompiledPipeline> loadFromDisk(const std::string& key);
  std::string functionName(const Pipeline& pipeline) const;
  std::filesystem::path nextListing(const std::string& functionName);
  std::string key(const std::string& signature) const { return compiler_.identity() + "|" + signature; }

  /// Empty: code is not profiled.
  const std::filesystem::path profileFolder_;
  ModuleCompiler compiler_;
  std::shared_ptr<CodeSession> session_;
  /// Null when code is not profiled.
  std::unique_ptr<JitDump> jitDump_;
  CodeCache cache_;
  std::optional<DiskCache> diskCache_;
  CompileEstimate estimate_;
  std::atomic<std::uint64_t> loads_{0};
  std::atomic<std::uint64_t> listings_{0};
};

}  // namespace basalt::codegen
