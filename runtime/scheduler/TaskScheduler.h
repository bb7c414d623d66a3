#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace basalt {

using WorkerId = std::uint32_t;

/// Work that splits into steps of about a millisecond: a pipeline over its morsels, or the parallel finish of a
/// breaker. The scheduler calls prepare() once when everything it depends on has finished, then runStep() from up to
/// maxParallelism() workers at once until it says Finished, then finish() once, from the last worker to leave.
/// Exceptions from any of them fail the task set: its remaining steps and its dependents are dropped.
/// A step that stops half-way leaves its rest where any worker can claim it. The set ends when a step says Finished and
/// every step that ran beside it has said so too, so a step may be called again after another one said Finished.
class TaskSet {
 public:
  enum class StepResult : std::uint8_t {
    MoreWork,     ///< call again, here or on another worker
    Finished,     ///< nothing is left to claim (steps already running elsewhere go on)
    Blocked,      ///< no step can go on until TaskScheduler::wake() (a full result queue)
    AfterOthers,  ///< call again when a step that runs elsewhere has ended, at once if there is none
  };

  virtual ~TaskSet() = default;
  virtual std::string name() const = 0;
  virtual void prepare() {}
  virtual StepResult runStep(WorkerId worker) = 0;
  virtual void finish() {}
  /// Workers that may be inside runStep at once; asked after prepare(). Order-sensitive work says 1; 0 says that there
  /// is nothing to do, and finish() is next.
  virtual std::size_t maxParallelism() const { return SIZE_MAX; }
};

/// Runs graphs of task sets on a pool of worker threads: morsel-driven parallelism (Leis et al., SIGMOD 2014). Workers
/// choose among runnable task sets of all graphs by stride scheduling on the graph's priority, so that every query
/// advances in proportion to its priority and none starves (Waldspurger and Weihl, 1995; Wagner et al., SIGMOD 2021).
/// Thread-safe. Destruction cancels what runs and joins the threads.
class TaskScheduler {
 public:
  struct Node {
    std::shared_ptr<TaskSet> tasks;
    /// Indexes of nodes in the same graph that must finish first.
    std::vector<std::size_t> dependencies;
  };
  /// A submitted graph. Shared between the scheduler and the caller.
  class Graph;
  using GraphHandle = std::shared_ptr<Graph>;

  struct Counters {
    std::uint64_t graphsRunning = 0;
    std::uint64_t graphsFinished = 0;
    std::uint64_t stepsRun = 0;
    std::uint32_t workersBusy = 0;
  };

  /// What a worker does again and again while there is nothing to run. Must not throw.
  struct Idle {
    std::chrono::milliseconds every{0};
    std::function<void()> action;
  };

  /// Starts `workers` threads; 0: one per processor. Throws ExecutionError(OutOfMemory) when the system gives no
  /// threads.
  explicit TaskScheduler(std::size_t workers) : TaskScheduler(workers, Idle{}) {}
  TaskScheduler(std::size_t workers, Idle idle);
  ~TaskScheduler();
  TaskScheduler(const TaskScheduler&) = delete;
  TaskScheduler& operator=(const TaskScheduler&) = delete;

  std::size_t workerCount() const noexcept;
  Counters counters() const;

  /// Starts a graph. `done` is called once, on a worker thread, with null or the first exception, when the last step
  /// has left. The scheduler has let go of the task sets by then, and `done` must not throw. At most `maxWorkers`
  /// workers are inside the graph at once (0: all); priority 0 counts as 1. Throws ExecutionError(InvalidUsage) for a
  /// cycle or an index that does not exist, ExecutionError(Cancelled) when the scheduler is being destroyed.
  GraphHandle submit(std::vector<Node> nodes, std::uint32_t priority, std::size_t maxWorkers,
                     std::function<void(std::exception_ptr)> done);
  /// Drops all steps not yet begun; `done` is called as usual (with null, or the exception that came before the cancel)
  /// when the running ones have left.
  void cancel(const GraphHandle& graph);
  /// Makes task sets of the graph that returned Blocked runnable again. Cheap; may be called at any time, from any
  /// thread.
  void wake(const GraphHandle& graph);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace basalt
