#include "runtime/scheduler/TaskScheduler.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "runtime/ExecutionError.h"
#include "runtime/scheduler/TaskGraph.h"

namespace basalt {

namespace {

using Clock = std::chrono::steady_clock;

/// What a step is charged while its real length is unknown, so that workers that pick at the same moment spread over
/// graphs.
constexpr double kExpectedStepNanoseconds = 1e6;
/// The least a step is charged, so that a graph of empty steps advances too.
constexpr double kLeastStepNanoseconds = 100;
/// How often a worker without work looks for some before it sleeps: for about 100 microseconds, longer than one worker
/// alone mostly takes between two phases that all of them work on. To be woken takes a fifth of that on a quiet
/// machine, and much longer where the processor has gone to sleep or to others.
constexpr int kLooks = 2000;
/// And how often the one of them does that stays awake for all: for about a millisecond, also behind the last graph.
/// Clients often send the next one within that time, and where a processor has gone to sleep it may be long until it
/// runs again: milliseconds on a machine that is shared with others.
constexpr int kLooksOfWatch = 20 * 1000;

/// Leaves the processor to others that share it, for some tens of nanoseconds.
void pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __builtin_arm_yield();
#endif
}

/// How often a worker tries for the lock before it sleeps: whoever has it lets go of it within the first few times,
/// unless the system has put it aside.
constexpr int kTries = 100;

void acquire(std::unique_lock<std::mutex>& lock) {
  for (int tries = 0; tries < kTries; ++tries) {
    if (lock.try_lock()) return;
    pause();
  }
  lock.lock();
}

/// Carries out an assignment, without the lock.
TaskScheduler::Graph::Outcome run(TaskSet& tasks, TaskScheduler::Graph::Action action, WorkerId worker) noexcept {
  TaskScheduler::Graph::Outcome outcome;
  try {
    switch (action) {
      case TaskScheduler::Graph::Action::Prepare:
        tasks.prepare();
        outcome.maxParallelism = tasks.maxParallelism();
        break;
      case TaskScheduler::Graph::Action::Step:
        outcome.result = tasks.runStep(worker);
        break;
      case TaskScheduler::Graph::Action::Finish:
        tasks.finish();
        break;
    }
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  return outcome;
}

}  // namespace

/// One lock guards all graphs: it is taken once per step, of about a millisecond, for about a hundred nanoseconds.
/// Sleeping workers are woken two for a new graph, then one at a time: a worker that finds work for two wakes the next.
/// While a graph is under way, a worker without work looks out for some before it sleeps: the next phase is often
/// close, and to be woken takes longer than to wait for it. One of them goes on with that for a while.
class TaskScheduler::Implementation {
 public:
  Implementation(std::size_t workers, Idle idle);
  ~Implementation();

  std::size_t workerCount() const noexcept { return threads_.size(); }
  Counters counters() const;
  void submit(const GraphHandle& graph);
  void cancel(const GraphHandle& graph);
  void wake(const GraphHandle& graph);

 private:
  struct Work {
    GraphHandle graph;
    Graph::Assignment assignment;
  };

  void workLoop(WorkerId worker);
  bool pick(Work& work);
  void carryOut(Work& work, WorkerId worker, std::unique_lock<std::mutex>& lock);
  void completeIfOver(const GraphHandle& graph, std::unique_lock<std::mutex>& lock);
  void complete(GraphHandle graph, std::unique_lock<std::mutex>& lock);
  /// Lets the workers that look out for work look at the graphs.
  void announce() noexcept { announcements_.fetch_add(1, std::memory_order_relaxed); }
  void wakeOneWorker() noexcept;
  void wakeWorkers(std::size_t count) noexcept;
  bool lookOut(std::unique_lock<std::mutex>& lock);
  bool lookOutFor(int looks, std::unique_lock<std::mutex>& lock);
  void sleep(std::unique_lock<std::mutex>& lock);
  void stop();

  const Idle idle_;
  mutable std::mutex mutex_;
  std::condition_variable workAvailable_;
  /// Graphs that are not over.
  std::vector<GraphHandle> graphs_;
  /// Graphs that are over without a worker to say so: empty ones, and those cancelled between steps.
  std::vector<GraphHandle> overdue_;
  /// The pass of the graph that was picked last: where a graph that was away joins in.
  double virtualTime_ = 0;
  std::size_t sleeping_ = 0;
  /// One of those asleep wakes up by itself.
  bool watched_ = false;
  std::size_t lookingOut_ = 0;
  /// One of those that look out does so for longer.
  bool hasWatch_ = false;
  /// Changed under the lock, looked at without it.
  std::atomic<std::uint64_t> announcements_{0};
  /// There is a processor for every worker.
  bool mayLookOut_ = false;
  bool stopping_ = false;
  Counters counters_;
  std::vector<std::thread> threads_;
};

TaskScheduler::Implementation::Implementation(std::size_t workers, Idle idle) : idle_(std::move(idle)) {
  const std::size_t count = workers != 0 ? workers : std::max(1U, std::thread::hardware_concurrency());
  threads_.reserve(count);
  mayLookOut_ = count <= std::thread::hardware_concurrency();
  try {
    for (std::size_t worker = 0; worker < count; ++worker) {
      threads_.emplace_back([this, worker] { workLoop(static_cast<WorkerId>(worker)); });
    }
  } catch (const std::system_error& error) {
    stop();
    throw ExecutionError(ErrorCode::OutOfMemory, "TaskScheduler",
                         "could not start " + std::to_string(count) + " worker threads: " + error.what());
  }
}

TaskScheduler::Implementation::~Implementation() { stop(); }

void TaskScheduler::Implementation::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const GraphHandle& graph : graphs_) {
      graph->stop();
      if (graph->isOver()) {
        overdue_.push_back(graph);
      }
    }
    std::erase_if(graphs_, [](const GraphHandle& graph) { return graph->isOver(); });
    announce();
  }
  workAvailable_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

TaskScheduler::Counters TaskScheduler::Implementation::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

void TaskScheduler::Implementation::submit(const GraphHandle& graph) {
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    throw ExecutionError(ErrorCode::Cancelled, "TaskScheduler::submit", "the scheduler is being destroyed");
  }
  // Room for every graph, so that a cancel cannot run out of memory.
  overdue_.reserve(counters_.graphsRunning + 1);
  graph->joinAt(virtualTime_);
  (graph->isOver() ? overdue_ : graphs_).push_back(graph);
  ++counters_.graphsRunning;
  // Steps follow the first preparation at once: by then the next worker has woken up, too.
  wakeWorkers(2);
}

void TaskScheduler::Implementation::cancel(const GraphHandle& graph) {
  const std::lock_guard lock(mutex_);
  const auto position = std::ranges::find(graphs_, graph);
  if (position == graphs_.end()) {
    return;
  }
  graph->stop();
  if (graph->isOver()) {
    overdue_.push_back(graph);
    graphs_.erase(position);
    wakeOneWorker();
  }
}

void TaskScheduler::Implementation::wake(const GraphHandle& graph) {
  if (!graph->announceWake()) {
    return;
  }
  const std::lock_guard lock(mutex_);
  graph->unblock(virtualTime_);
  wakeOneWorker();
}

void TaskScheduler::Implementation::wakeOneWorker() noexcept { wakeWorkers(1); }

void TaskScheduler::Implementation::wakeWorkers(std::size_t count) noexcept {
  if (lookingOut_ != 0) announce();
  const std::size_t asleep = std::min(sleeping_, count - std::min(lookingOut_, count));
  for (std::size_t worker = 0; worker < asleep; ++worker) workAvailable_.notify_one();
}

// Whether something was announced.
bool TaskScheduler::Implementation::lookOut(std::unique_lock<std::mutex>& lock) {
  if (!mayLookOut_) return false;
  if (!graphs_.empty() && lookOutFor(kLooks, lock)) return true;
  if (hasWatch_) return false;
  hasWatch_ = true;
  const bool wasCalled = lookOutFor(kLooksOfWatch, lock);
  hasWatch_ = false;
  return wasCalled;
}

bool TaskScheduler::Implementation::lookOutFor(int looks, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t known = announcements_.load(std::memory_order_relaxed);
  ++lookingOut_;
  lock.unlock();
  for (int look = 0; look < looks && announcements_.load(std::memory_order_relaxed) == known; ++look) {
    pause();
  }
  acquire(lock);
  --lookingOut_;
  return announcements_.load(std::memory_order_relaxed) != known;
}

void TaskScheduler::Implementation::sleep(std::unique_lock<std::mutex>& lock) {
  ++sleeping_;
  bool idle = false;
  if (idle_.action != nullptr && !watched_) {
    watched_ = true;
    idle = workAvailable_.wait_for(lock, idle_.every) == std::cv_status::timeout && counters_.graphsRunning == 0;
    watched_ = false;
  } else {
    workAvailable_.wait(lock);
  }
  --sleeping_;
  if (idle) {
    lock.unlock();
    idle_.action();
    acquire(lock);
  }
}

// Chooses the runnable graph that is furthest behind, the one of the worker's last step among equals.
bool TaskScheduler::Implementation::pick(Work& work) {
  const GraphHandle* best = nullptr;
  if (work.graph != nullptr && work.graph->hasWork()) {
    best = &work.graph;
  }
  std::size_t candidates = 0;
  for (const GraphHandle& graph : graphs_) {
    if (!graph->hasWork()) {
      continue;
    }
    ++candidates;
    if (best == nullptr || graph->pass() < (*best)->pass()) {
      best = &graph;
    }
  }
  if (candidates == 0) {
    return false;
  }
  const std::size_t preferred = *best == work.graph ? work.assignment.node : SIZE_MAX;
  work.graph = GraphHandle(*best);
  work.assignment = *work.graph->take(preferred);
  virtualTime_ = std::max(virtualTime_, work.graph->pass());
  // Steps follow a preparation at once.
  if (candidates > 1 || work.graph->hasWork() || work.assignment.action == Graph::Action::Prepare) {
    wakeOneWorker();
  }
  return true;
}

void TaskScheduler::Implementation::carryOut(Work& work, WorkerId worker, std::unique_lock<std::mutex>& lock) {
  Graph& graph = *work.graph;
  graph.charge(kExpectedStepNanoseconds);
  TaskSet& tasks = graph.tasks(work.assignment.node);
  ++counters_.workersBusy;
  counters_.stepsRun += work.assignment.action == Graph::Action::Step ? 1 : 0;
  lock.unlock();

  const Clock::time_point begin = Clock::now();
  Graph::Outcome outcome = run(tasks, work.assignment.action, worker);
  const std::chrono::duration<double, std::nano> elapsed = Clock::now() - begin;

  acquire(lock);
  --counters_.workersBusy;
  graph.charge(std::max(elapsed.count(), kLeastStepNanoseconds) - kExpectedStepNanoseconds);
  if (const auto next = graph.settle(work.assignment, std::move(outcome))) {
    work.assignment = *next;
    carryOut(work, worker, lock);
  }
}

void TaskScheduler::Implementation::completeIfOver(const GraphHandle& graph, std::unique_lock<std::mutex>& lock) {
  if (graph->isOver()) {
    // Several workers may see the end of a failed graph; the one that removes it speaks.
    if (std::erase(graphs_, graph) != 0) {
      complete(graph, lock);
    }
  }
}

void TaskScheduler::Implementation::complete(GraphHandle graph, std::unique_lock<std::mutex>& lock) {
  --counters_.graphsRunning;
  ++counters_.graphsFinished;
  graph->stop();
  lock.unlock();
  graph->complete();
  graph.reset();
  acquire(lock);
}

void TaskScheduler::Implementation::workLoop(WorkerId worker) {
  Work work;
  // Since it last slept: who wakes up for nothing goes back to sleep.
  bool hasWorked = false;
  std::unique_lock lock(mutex_);
  while (true) {
    if (!overdue_.empty()) {
      GraphHandle graph = std::move(overdue_.back());
      overdue_.pop_back();
      if (!overdue_.empty()) {
        wakeOneWorker();
      }
      complete(std::move(graph), lock);
    } else if (pick(work)) {
      carryOut(work, worker, lock);
      completeIfOver(work.graph, lock);
      hasWorked = true;
    } else if (stopping_ && graphs_.empty()) {
      announce();
      workAvailable_.notify_all();
      return;
    } else {
      work.graph = nullptr;
      if ((hasWorked || !graphs_.empty()) && lookOut(lock)) continue;
      hasWorked = false;
      sleep(lock);
    }
  }
}

TaskScheduler::TaskScheduler(std::size_t workers, Idle idle)
    : implementation_(std::make_unique<Implementation>(workers, std::move(idle))) {}
TaskScheduler::~TaskScheduler() = default;

std::size_t TaskScheduler::workerCount() const noexcept { return implementation_->workerCount(); }
TaskScheduler::Counters TaskScheduler::counters() const { return implementation_->counters(); }

TaskScheduler::GraphHandle TaskScheduler::submit(std::vector<Node> nodes, std::uint32_t priority,
                                                 std::size_t maxWorkers, std::function<void(std::exception_ptr)> done) {
  auto graph = std::make_shared<Graph>(std::move(nodes), priority, maxWorkers, std::move(done));
  implementation_->submit(graph);
  return graph;
}

void TaskScheduler::cancel(const GraphHandle& graph) { implementation_->cancel(graph); }
void TaskScheduler::wake(const GraphHandle& graph) { implementation_->wake(graph); }

}  // namespace basalt
