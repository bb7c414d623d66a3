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

/// Name of the function in printed IR, where it need not be unique.
constexpr const char* kPrintedName = "pipeline";

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
                 std::uint64_t instructions)
      : session_(std::move(session)), code_(std::move(code)), bytes_(bytes), instructions_(instructions) {}
  LinkedPipeline(const LinkedPipeline&) = delete;
  LinkedPipeline& operator=(const LinkedPipeline&) = delete;
  ~LinkedPipeline() override { session_->remove(code_.tracker); }

  Function function() const noexcept override { return code_.entry.toPtr<Function>(); }
  double compileMilliseconds() const noexcept override { return milliseconds_; }
  std::uint64_t codeBytes() const noexcept override { return bytes_; }
  std::uint64_t instructionCount() const noexcept override { return instructions_; }

  void setCompileMilliseconds(double milliseconds) { milliseconds_ = milliseconds; }

 private:
  std::shared_ptr<CodeSession> session_;
  CodeSession::Code code_;
  std::uint64_t bytes_;
  std::uint64_t instructions_;
  double milliseconds_ = 0;
};

}  // namespace

JitCompiler::JitCompiler(const JitOptions& options)
    : compiler_(orThrow(ModuleCompiler::create(options), "compiler")),
      session_(orThrow(CodeSession::create(compiler_), "compiler")),
      cache_(options.cacheBytes) {}

std::shared_ptr<const CompiledPipeline> JitCompiler::find(const std::string& signature) {
  return cache_.find(key(signature));
}

std::shared_ptr<const CompiledPipeline> JitCompiler::compile(const Pipeline& pipeline) {
  return cache_.findOrCompile(key(pipeline.signature), [&] { return compileNow(pipeline); });
}

std::shared_ptr<const CompiledPipeline> JitCompiler::compileNow(const Pipeline& pipeline) {
  const auto begin = std::chrono::steady_clock::now();
  // Unique, since code that was evicted may still be in use when its signature is compiled again.
  const std::string name = "basalt_pipeline_" + std::to_string(nextName_.fetch_add(1, std::memory_order_relaxed));
  ModuleCompiler::Object object = orThrow(compiler_.compile(pipeline, name), pipeline.describe());
  const std::uint64_t bytes = object.bytes->getBufferSize() + kOverheadBytes;
  CodeSession::Code code = orThrow(session_->link(std::move(object.bytes), name), pipeline.describe());
  auto result = std::make_shared<LinkedPipeline>(session_, std::move(code), bytes, object.instructions);
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
  result->setCompileMilliseconds(elapsed.count());
  estimate_.learn(loweringSize(pipeline), elapsed.count());
  return result;
}

std::string JitCompiler::print(const Pipeline& pipeline, IrStage stage) {
  return orThrow(compiler_.print(pipeline, kPrintedName, stage), pipeline.describe());
}

double JitCompiler::estimateMilliseconds(const Pipeline& pipeline) const {
  return estimate_.milliseconds(loweringSize(pipeline));
}

}  // namespace basalt::codegen
