#include "codegen/jit/JitCompiler.h"

#include <chrono>
#include <utility>

#include "codegen/lowering/PipelineLowering.h"
#include "runtime/ExecutionError.h"

namespace basalt::codegen {

namespace {

/// What LLVM and the kernel keep per linked module besides the object's own bytes: two mappings with their rounding,
/// symbols, the tracker.
constexpr std::uint64_t kOverheadBytes = std::uint64_t{16} << 10;

/// The name of every pipeline's function.
constexpr const char* kFunctionName = "pipeline";

/// What linking an object from the disk takes.
constexpr double kLoadMilliseconds = 0.2;

template <typename T>
T orThrow(llvm::Expected<T> value, const std::string& place) {
  if (!value) {
    throw ExecutionError(ErrorCode::CompilationFailed, place, llvm::toString(value.takeError()));
  }
  return std::move(*value);
}

/// Linked code, unmapped at its end.
class LinkedPipeline final : public CompiledPipeline {
 public:
  LinkedPipeline(std::shared_ptr<CodeSession> session, CodeSession::Code code, std::uint64_t bytes,
                 std::uint64_t instructions, double milliseconds)
      : session_(std::move(session)),
        code_(code),
        bytes_(bytes),
        instructions_(instructions),
        milliseconds_(milliseconds) {}
  LinkedPipeline(const LinkedPipeline&) = delete;
  LinkedPipeline& operator=(const LinkedPipeline&) = delete;
  ~LinkedPipeline() override { session_->remove(*code_.library); }

  Function function() const noexcept override { return code_.entry.toPtr<Function>(); }
  double compileMilliseconds() const noexcept override { return milliseconds_; }
  std::uint64_t codeBytes() const noexcept override { return bytes_; }
  std::uint64_t instructionCount() const noexcept override { return instructions_; }

 private:
  std::shared_ptr<CodeSession> session_;
  CodeSession::Code code_;
  std::uint64_t bytes_;
  std::uint64_t instructions_;
  double milliseconds_;
};

}  // namespace

JitCompiler::JitCompiler(const JitOptions& options)
    : compiler_(orThrow(ModuleCompiler::create(options), "compiler")),
      session_(orThrow(CodeSession::create(compiler_), "compiler")),
      cache_(options.cacheBytes) {
  if (!options.host.codeCacheFolder.empty()) {
    diskCache_.emplace(options.host.codeCacheFolder, options.host.codeCacheBytes);
  }
}

std::shared_ptr<const CompiledPipeline> JitCompiler::find(const std::string& signature) {
  return cache_.find(key(signature));
}

std::shared_ptr<const CompiledPipeline> JitCompiler::compile(const Pipeline& pipeline, const PipelineFacts& facts) {
  const std::string fullKey = key(facts.signatureOf(pipeline));
  return cache_.findOrCompile(fullKey, [&] {
    std::shared_ptr<const CompiledPipeline> loaded = loadFromDisk(fullKey);
    return loaded ? loaded : compileNow(pipeline, facts, fullKey);
  });
}

std::shared_ptr<const CompiledPipeline> JitCompiler::loadFromDisk(const std::string& key) {
  if (!diskCache_) return nullptr;
  std::optional<DiskCache::Object> object = diskCache_->load(key);
  if (!object) return nullptr;
  object->compileMilliseconds = 0;
  loads_.fetch_add(1, std::memory_order_relaxed);
  return link(std::move(*object), "disk cache");
}

std::shared_ptr<const CompiledPipeline> JitCompiler::compileNow(const Pipeline& pipeline, const PipelineFacts& facts,
                                                                const std::string& key) {
  const auto begin = std::chrono::steady_clock::now();
  ModuleCompiler::Object compiled = orThrow(compiler_.compile(pipeline, facts, kFunctionName), pipeline.describe());
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
  estimate_.learn(loweringSize(pipeline), elapsed.count());
  DiskCache::Object object{std::move(compiled.bytes), compiled.instructions, elapsed.count()};
  if (diskCache_) diskCache_->store(key, object);
  return link(std::move(object), pipeline.describe());
}

std::shared_ptr<const CompiledPipeline> JitCompiler::link(DiskCache::Object object, const std::string& place) {
  const std::uint64_t bytes = object.bytes->getBufferSize() + kOverheadBytes;
  const CodeSession::Code code = orThrow(session_->link(std::move(object.bytes), kFunctionName), place);
  return std::make_shared<LinkedPipeline>(session_, code, bytes, object.instructions, object.compileMilliseconds);
}

CompilerProvider::CacheCounters JitCompiler::cacheCounters() const {
  CacheCounters counters = cache_.counters();
  counters.loads = loads_.load(std::memory_order_relaxed);
  return counters;
}

std::string JitCompiler::print(const Pipeline& pipeline, const PipelineFacts& facts, IrStage stage) {
  return orThrow(compiler_.print(pipeline, facts, kFunctionName, stage), pipeline.describe());
}

double JitCompiler::estimateMilliseconds(const Pipeline& pipeline, const PipelineFacts& facts) const {
  if (diskCache_ && diskCache_->contains(key(facts.signatureOf(pipeline)))) return kLoadMilliseconds;
  return estimate_.milliseconds(loweringSize(pipeline));
}

}  // namespace basalt::codegen
