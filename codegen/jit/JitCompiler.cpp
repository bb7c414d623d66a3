#include "codegen/jit/JitCompiler.h"

#include <chrono>
#include <utility>

#include <llvm/ADT/StringExtras.h>
#include <unistd.h>

#include "runtime/ExecutionError.h"
#include "runtime/ExitGate.h"

namespace basalt::codegen {

namespace {

/// What LLVM and the kernel keep per linked module besides the object's own bytes: two mappings with their rounding,
/// symbols, the tracker.
constexpr std::uint64_t kOverheadBytes = std::uint64_t{16} << 10;

/// The name of every pipeline's function, unless a profiler is to tell them apart.
constexpr const char* kFunctionName = "pipeline";
/// Longer names would be in the way on a screen, and could not be names of files.
constexpr std::size_t kMaxNameLength = 120;

/// What loading code from the disk takes.
constexpr double kLoadMilliseconds = 0.1;

template <typename T>
T orThrow(llvm::Expected<T> value, const std::string& place) {
  if (!value) {
    throw ExecutionError(ErrorCode::CompilationFailed, place, llvm::toString(value.takeError()));
  }
  return std::move(*value);
}

/// Code and what it took.
class LoadedPipeline final : public CompiledPipeline {
 public:
  struct Cost {
    std::uint64_t bytes = 0;
    std::uint64_t instructions = 0;
    double compileMilliseconds = 0;
    double loadMilliseconds = 0;
  };
  LoadedPipeline(std::unique_ptr<LoadedCode> code, Cost cost) : code_(std::move(code)), cost_(cost) {}

  Function function() const noexcept override { return code_->entry().toPtr<Function>(); }
  double compileMilliseconds() const noexcept override { return cost_.compileMilliseconds; }
  double loadMilliseconds() const noexcept override { return cost_.loadMilliseconds; }
  std::uint64_t codeBytes() const noexcept override { return cost_.bytes; }
  std::uint64_t instructionCount() const noexcept override { return cost_.instructions; }

 private:
  std::unique_ptr<LoadedCode> code_;
  Cost cost_;
};

double millisecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

JitCompiler::JitCompiler(const JitOptions& options)
    : profileFolder_(options.host.profileFolder),
      compiler_(orThrow(ModuleCompiler::create(options), "compiler")),
      session_(orThrow(CodeSession::create(compiler_), "compiler")),
      jitDump_(profileFolder_.empty() ? nullptr : orThrow(JitDump::create(profileFolder_), "compiler")),
      cache_(options.cacheBytes) {
  ExitGate::instance().watch();
  // Profiled code has names and lines of this process.
  if (!options.host.codeCacheFolder.empty() && profileFolder_.empty()) {
    diskCache_.emplace(options.host.codeCacheFolder, options.host.codeCacheBytes);
  }
}

std::shared_ptr<const CompiledPipeline> JitCompiler::find(const std::string& signature) {
  return cache_.find(key(signature));
}

std::shared_ptr<const CompiledPipeline> JitCompiler::compile(const Pipeline& pipeline, const PipelineFacts& facts) {
  const ExitGate::Pass pass;
  if (!pass.isWithin())
    throw ExecutionError(ErrorCode::CompilationFailed, pipeline.describe(), "the process is ending");
  const std::string fullKey = key(facts.signatureOf(pipeline));
  return cache_.findOrCompile(fullKey, [&] {
    std::shared_ptr<const CompiledPipeline> loaded = loadFromDisk(fullKey);
    return loaded ? loaded : compileNow(pipeline, facts, fullKey);
  });
}

std::shared_ptr<const CompiledPipeline> JitCompiler::loadFromDisk(const std::string& key) {
  if (!diskCache_) return nullptr;
  const Clock::time_point begin = Clock::now();
  const std::optional<DiskCache::Object> object = diskCache_->load(key);
  const std::optional<CodeImage> image = object ? CodeImage::parse(object->bytes) : std::nullopt;
  if (!image) return nullptr;
  std::unique_ptr<LoadedCode> code = orThrow(image->load(), "disk cache");
  loads_.fetch_add(1, std::memory_order_relaxed);
  return std::make_shared<LoadedPipeline>(std::move(code),
                                          LoadedPipeline::Cost{.bytes = object->bytes.size() + kOverheadBytes,
                                                               .instructions = object->instructions,
                                                               .loadMilliseconds = millisecondsSince(begin)});
}

/// "pipeline2_Scan4_HashJoin2_HashAggregation1" for a profiler.
std::string JitCompiler::functionName(const Pipeline& pipeline) const {
  if (profileFolder_.empty()) return kFunctionName;
  std::string name = std::string(kFunctionName) + std::to_string(pipeline.id) + "_";
  for (const char letter : pipeline.describe()) {
    if (llvm::isAlnum(letter)) name.push_back(letter);
    if (letter == '>') name.push_back('_');
  }
  return name.substr(0, kMaxNameLength);
}

/// A file of its own for every compilation of every process.
std::filesystem::path JitCompiler::nextListing(const std::string& functionName) {
  if (profileFolder_.empty()) return {};
  const std::uint64_t number = listings_.fetch_add(1, std::memory_order_relaxed);
  return profileFolder_ / (std::to_string(getpid()) + "-" + std::to_string(number) + "-" + functionName + ".ll");
}

std::shared_ptr<const CompiledPipeline> JitCompiler::compileNow(const Pipeline& pipeline, const PipelineFacts& facts,
                                                                const std::string& key) {
  const Clock::time_point begin = Clock::now();
  const std::string name = functionName(pipeline);
  ModuleCompiler::Object compiled =
      orThrow(compiler_.compile(pipeline, facts, name, nextListing(name)), pipeline.describe());
  const double elapsed = millisecondsSince(begin);
  estimate_.learn(compilingWork(pipeline), elapsed);
  const std::uint64_t bytes = compiled.bytes->getBufferSize() + kOverheadBytes;
  // Linking takes the object with it.
  const auto original = jitDump_ ? llvm::MemoryBuffer::getMemBufferCopy(compiled.bytes->getBuffer()) : nullptr;
  CodeSession::Linked linked = orThrow(session_->link(std::move(compiled.bytes), name), pipeline.describe());
  if (diskCache_ && linked.image) {
    diskCache_->store(key, {linked.image->serialize(), compiled.instructions, elapsed});
  }
  if (jitDump_) {
    if (llvm::Error error = jitDump_->add(*original, name, linked.code->entry().toPtr<const void*>())) {
      throw ExecutionError(ErrorCode::CompilationFailed, pipeline.describe(), llvm::toString(std::move(error)));
    }
  }
  return std::make_shared<LoadedPipeline>(
      std::move(linked.code),
      LoadedPipeline::Cost{.bytes = bytes, .instructions = compiled.instructions, .compileMilliseconds = elapsed});
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
  return estimate_.milliseconds(compilingWork(pipeline));
}

}  // namespace basalt::codegen
