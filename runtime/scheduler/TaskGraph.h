#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {

/// The progress of one submitted graph: which task sets wait, run, are blocked or are over, and the graph's place in
/// the stride schedule. Does no work itself: a worker takes an assignment, carries it out without the scheduler's lock,
/// and settles it. Every member function is called under the scheduler's lock, except announceWake().
class TaskScheduler::Graph {
 public:
  enum class Action : std::uint8_t { Prepare, Step, Finish };

  /// What a worker holds while it is inside the graph.
  struct Assignment {
    std::size_t node = 0;
    Action action = Action::Step;
    /// Wake-ups announced before the step began: when there are more at its end, Blocked is out of date.
    std::uint64_t wakesSeen = 0;
  };
  /// How an assignment ended.
  struct Outcome {
    TaskSet::StepResult result = TaskSet::StepResult::MoreWork;
    /// The set's maxParallelism(), after Prepare.
    std::size_t maxParallelism = 1;
    std::exception_ptr failure;
  };

  /// Throws ExecutionError(InvalidUsage) for a cycle, a missing task set or a dependency that does not exist.
  Graph(std::vector<Node> nodes, std::uint32_t priority, std::size_t maxWorkers,
        std::function<void(std::exception_ptr)> done);

  TaskSet& tasks(std::size_t node) const noexcept { return *nodes_[node].tasks; }

  /// Whether a worker could take an assignment now.
  bool hasWork() const noexcept;
  /// An assignment, of the node `preferred` when that is possible; nothing when there is none.
  std::optional<Assignment> take(std::size_t preferred) noexcept;
  /// Records how an assignment ended. Returns the one that the same worker has to carry out next: the finish() of a
  /// task set that it was the last to leave.
  std::optional<Assignment> settle(const Assignment& assignment, Outcome outcome) noexcept;

  /// Lets no step begin any more.
  void stop() noexcept { stopped_ = true; }
  /// Makes blocked task sets runnable, in a graph that was idle from `virtualTime` on.
  void unblock(double virtualTime) noexcept;
  /// Notes a wake-up; false when nothing is blocked. Called without the lock.
  bool announceWake() noexcept;

  /// Whether nothing is left to run and no worker is inside.
  bool isOver() const noexcept { return workersInside_ == 0 && (stopped_ || finishedNodes_ == nodes_.size()); }
  /// The last act, once, on a graph that is over and stopped, without the lock: lets go of the task sets and calls
  /// `done`.
  void complete() noexcept;

  /// Virtual time: nanoseconds of work divided by priority. The graph that is furthest behind runs next.
  double pass() const noexcept { return pass_; }
  /// Time spent idle gives no claim to more later.
  void joinAt(double virtualTime) noexcept { pass_ = pass_ < virtualTime ? virtualTime : pass_; }
  void charge(double nanoseconds) noexcept { pass_ += nanoseconds / priority_; }

 private:
  enum class State : std::uint8_t { Waiting, Ready, Preparing, Running, Finishing, Over };
  struct NodeProgress {
    std::shared_ptr<TaskSet> tasks;
    std::vector<std::size_t> dependents;
    std::size_t waitingFor = 0;
    State state = State::Waiting;
    std::size_t maxParallelism = 1;
    std::size_t workersInside = 0;
    bool exhausted = false;
    bool blocked = false;
    /// Until a step that is under way has ended.
    bool awaitsStep = false;
  };

  void checkAcyclic() const;
  bool canTake(const NodeProgress& node) const noexcept;
  Assignment enter(std::size_t index) noexcept;
  void settleStep(NodeProgress& node, const Assignment& assignment, TaskSet::StepResult result) noexcept;
  void finishNode(std::size_t index) noexcept;

  std::vector<NodeProgress> nodes_;
  /// Nodes that are neither waiting nor over, in the order in which they became ready.
  std::vector<std::size_t> active_;
  std::size_t finishedNodes_ = 0;
  std::size_t workersInside_ = 0;
  std::size_t maxWorkers_;
  bool stopped_ = false;
  std::exception_ptr failure_;
  std::function<void(std::exception_ptr)> done_;
  double priority_;
  double pass_ = 0;
  /// These two let wake() return without the lock, and close the gap between a step that decides it is blocked and the
  /// moment the scheduler knows: each side writes its own and then reads the other's, sequentially consistent.
  std::atomic<std::uint64_t> wakes_{0};
  std::atomic<std::size_t> blockedNodes_{0};
};

}  // namespace basalt
