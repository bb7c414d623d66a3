#include "codegen/jit/JitCompiler.h"

#include <chrono>
#include <utility>

#include <llvm/ADT/StringExtras.h>
#include <unistd.h>

#include "codegen/lowering/PipelineLowering.h"
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
  struct Cost {
    std::uint64_t bytes = 0;
    std::uint64_t instructions = 0;
    double compileMilliseconds = 0;
    double loadMilliseconds = 0;
  };
  LinkedPipeline(std::shared_ptr<CodeSession> session, CodeSession::Code code, Cost cost)
      : session_(std::move(session)), code_(code), cost_(cost) {}
  LinkedPipeline(const LinkedPipeline&) = delete;
  LinkedPipeline& operator=(const LinkedPipeline&) = delete;
  ~LinkedPipeline() override { session_->remove(*code_.library); }

  Function function() const noexcept override { return code_.entry.toPtr<Function>(); }
  double compileMilliseconds() const noexcept override { return cost_.compileMilliseconds; }
  double loadMilliseconds() const noexcept override { return cost_.loadMilliseconds; }
  std::uint64_t codeBytes() const noexcept override { return cost_.bytes; }
  std::uint64_t instructionCount() const noexcept override { return cost_.instructions; }

 private:
  std::shared_ptr<CodeSession> session_;
  CodeSession::Code code_;
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
  std::optional<DiskCache::Object> object = diskCache_->load(key);
  if (!object) return nullptr;
  object->compileMilliseconds = 0;
  loads_.fetch_add(1, std::memory_order_relaxed);
  return link(std::move(*object), kFunctionName, "disk cache", begin);
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
  estimate_.learn(loweringSize(pipeline), elapsed);
  DiskCache::Object object{std::move(compiled.bytes), compiled.instructions, elapsed};
  if (diskCache_) diskCache_->store(key, object);
  return link(std::move(object), name, pipeline.describe());
}

std::shared_ptr<const CompiledPipeline> JitCompiler::link(DiskCache::Object object, const std::string& functionName,
                                                          const std::string& place,
                                                          std::optional<Clock::time_point> loadBegin) {
  const std::uint64_t bytes = object.bytes->getBufferSize() + kOverheadBytes;
  // Linking takes the object with it.
  const auto original = jitDump_ ? llvm::MemoryBuffer::getMemBufferCopy(object.bytes->getBuffer()) : nullptr;
  const CodeSession::Code code = orThrow(session_->link(std::move(object.bytes), functionName), place);
  const LinkedPipeline::Cost cost{bytes, object.instructions, object.compileMilliseconds,
                                  loadBegin ? millisecondsSince(*loadBegin) : 0};
  auto linked = std::make_shared<LinkedPipeline>(session_, code, cost);
  if (jitDump_) {
    if (llvm::Error error = jitDump_->add(*original, functionName, code.entry.toPtr<const void*>())) {
      throw ExecutionError(ErrorCode::CompilationFailed, place, llvm::toString(std::move(error)));
    }
  }
  return linked;
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
