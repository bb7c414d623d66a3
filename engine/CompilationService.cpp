#include "engine/CompilationService.h"

#include <utility>

#include <pthread.h>

#include "runtime/ExecutionError.h"
#include "runtime/ExitGate.h"

namespace basalt {

CompilationService::~CompilationService() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<CompilerProvider> CompilationService::opened() const {
  const std::scoped_lock lock(mutex_);
  return compiler_;
}

std::shared_ptr<CompilerProvider> CompilationService::open() {
  // One thread loads the library; the state lock is not held meanwhile, since workers look at it.
  const std::scoped_lock opening(openMutex_);
  if (auto compiler = opened()) return compiler;
  if (!source_) throw ExecutionError(ErrorCode::CompilationFailed, "engine", "the engine was made without a compiler");
  std::shared_ptr<CompilerProvider> compiler = source_();
  if (!compiler) throw ExecutionError(ErrorCode::CompilationFailed, "engine", "no compiler is installed");
  const std::scoped_lock lock(mutex_);
  compiler_ = compiler;
  return compiler;
}

void CompilationService::submit(std::shared_ptr<const PipelinePlan> plan, std::size_t pipeline, PipelineFacts facts,
                                std::weak_ptr<const void> owner, Ready ready) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return;
  jobs_.push_back({std::move(plan), pipeline, std::move(facts), std::move(owner), std::move(ready)});
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { runJobs(); });
    pthread_setname_np(thread_.native_handle(), "basalt-compile");
  }
  changed_.notify_one();
}

void CompilationService::runJobs() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    runJob(std::move(job));
    lock.lock();
  }
}

void CompilationService::runJob(Job job) {
  if (job.owner.expired()) return;
  // Opening the compiler loads LLVM.
  const ExitGate::Pass pass;
  if (!pass.isWithin()) return;
  std::shared_ptr<const CompiledPipeline> code;
  std::string reason;
  try {
    code = open()->compile(job.plan->pipelines[job.pipeline], job.facts);
  } catch (const std::exception& failure) {
    reason = failure.what();
  }
  job.ready(std::move(code), std::move(reason));
}

}  // namespace basalt
