#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/ExecutionEngine.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt {

/// The engine's compiler: opened on first use, and a background thread of its own that compiles for running queries. A
/// compilation survives the end of the query that asked for it; one that has not begun by then is dropped.
class CompilationService {
 public:
  /// What came of a background compilation: code, or null with the reason. Called on the background thread.
  using Ready = std::function<void(std::shared_ptr<const CompiledPipeline> code, std::string reason)>;

  explicit CompilationService(CompilerSource source) : source_(std::move(source)) {}
  ~CompilationService();
  CompilationService(const CompilationService&) = delete;
  CompilationService& operator=(const CompilationService&) = delete;

  bool isAvailable() const noexcept { return source_ != nullptr; }
  /// The compiler, opened if need be; throws ExecutionError(CompilationFailed).
  std::shared_ptr<CompilerProvider> open();
  /// The compiler if it is open, else null pointer.
  std::shared_ptr<CompilerProvider> opened() const;

  /// Compiles `plan->pipelines[pipeline]` for runs in which `facts` hold, in the background, unless `owner` is gone by
  /// the time its turn comes.
  void submit(std::shared_ptr<const PipelinePlan> plan, std::size_t pipeline, PipelineFacts facts,
              std::weak_ptr<const void> owner, Ready ready);

 private:
  struct Job {
    std::shared_ptr<const PipelinePlan> plan;
    std::size_t pipeline = 0;
    PipelineFacts facts;
    std::weak_ptr<const void> owner;
    Ready ready;
  };
  void runJobs();
  void runJob(Job job);

  CompilerSource source_;
  std::mutex openMutex_;
  mutable std::mutex mutex_;
  std::shared_ptr<CompilerProvider> compiler_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace basalt
