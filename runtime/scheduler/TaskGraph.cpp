#include "runtime/scheduler/TaskGraph.h"

#include <algorithm>
#include <utility>

#include "runtime/ExecutionError.h"

namespace basalt {

namespace {
constexpr const char* kPlace = "TaskScheduler::submit";
}

TaskScheduler::Graph::Graph(std::vector<Node> nodes, std::uint32_t priority, std::size_t maxWorkers,
                            std::function<void(std::exception_ptr)> done)
    : nodes_(nodes.size()),
      maxWorkers_(maxWorkers == 0 ? SIZE_MAX : maxWorkers),
      done_(std::move(done)),
      priority_(std::max<std::uint32_t>(priority, 1)) {
  active_.reserve(nodes.size());
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    if (nodes[index].tasks == nullptr) {
      throw ExecutionError(ErrorCode::InvalidUsage, kPlace, "node " + std::to_string(index) + " has no task set");
    }
    for (const std::size_t dependency : nodes[index].dependencies) {
      if (dependency >= nodes.size()) {
        throw ExecutionError(ErrorCode::InvalidUsage, kPlace,
                             "node " + std::to_string(index) + " (" + nodes[index].tasks->name() +
                                 ") depends on a node that does not exist: " + std::to_string(dependency));
      }
      nodes_[dependency].dependents.push_back(index);
    }
    nodes_[index].tasks = std::move(nodes[index].tasks);
    nodes_[index].waitingFor = nodes[index].dependencies.size();
  }
  checkAcyclic();
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    if (nodes_[index].waitingFor == 0) {
      nodes_[index].state = State::Ready;
      active_.push_back(index);
    }
  }
}

void TaskScheduler::Graph::checkAcyclic() const {
  std::vector<std::size_t> waitingFor(nodes_.size());
  std::vector<std::size_t> sorted;
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    waitingFor[index] = nodes_[index].waitingFor;
    if (waitingFor[index] == 0) {
      sorted.push_back(index);
    }
  }
  for (std::size_t position = 0; position < sorted.size(); ++position) {
    for (const std::size_t dependent : nodes_[sorted[position]].dependents) {
      if (--waitingFor[dependent] == 0) {
        sorted.push_back(dependent);
      }
    }
  }
  if (sorted.size() != nodes_.size()) {
    const auto stuck = std::ranges::find_if(waitingFor, [](std::size_t count) { return count != 0; });
    const auto index = static_cast<std::size_t>(stuck - waitingFor.begin());
    throw ExecutionError(ErrorCode::InvalidUsage, kPlace,
                         "the dependencies form a cycle that node " + std::to_string(index) + " (" +
                             nodes_[index].tasks->name() + ") cannot start after");
  }
}

bool TaskScheduler::Graph::canTake(const NodeProgress& node) const noexcept {
  return node.state == State::Ready || (node.state == State::Running && !node.exhausted && !node.blocked &&
                                        !node.awaitsStep && node.workersInside < node.maxParallelism);
}

bool TaskScheduler::Graph::hasWork() const noexcept {
  return !stopped_ && workersInside_ < maxWorkers_ &&
         std::ranges::any_of(active_, [this](std::size_t index) { return canTake(nodes_[index]); });
}

std::optional<TaskScheduler::Graph::Assignment> TaskScheduler::Graph::take(std::size_t preferred) noexcept {
  if (stopped_ || workersInside_ >= maxWorkers_) {
    return std::nullopt;
  }
  if (preferred < nodes_.size() && canTake(nodes_[preferred])) {
    return enter(preferred);
  }
  for (const std::size_t index : active_) {
    if (canTake(nodes_[index])) {
      return enter(index);
    }
  }
  return std::nullopt;
}

TaskScheduler::Graph::Assignment TaskScheduler::Graph::enter(std::size_t index) noexcept {
  NodeProgress& node = nodes_[index];
  ++workersInside_;
  ++node.workersInside;
  if (node.state == State::Ready) {
    node.state = State::Preparing;
    return {index, Action::Prepare, 0};
  }
  return {index, Action::Step, wakes_.load()};
}

std::optional<TaskScheduler::Graph::Assignment> TaskScheduler::Graph::settle(const Assignment& assignment,
                                                                             Outcome outcome) noexcept {
  NodeProgress& node = nodes_[assignment.node];
  --workersInside_;
  --node.workersInside;
  if (outcome.failure && !stopped_) {
    failure_ = std::move(outcome.failure);
    stopped_ = true;
  }
  if (stopped_) {
    return std::nullopt;
  }
  switch (assignment.action) {
    case Action::Prepare:
      node.maxParallelism = outcome.maxParallelism;
      node.state = State::Running;
      node.exhausted = outcome.maxParallelism == 0;
      break;
    case Action::Step:
      settleStep(node, assignment, outcome.result);
      break;
    case Action::Finish:
      finishNode(assignment.node);
      return std::nullopt;
  }
  if (!node.exhausted || node.workersInside != 0) return std::nullopt;
  node.state = State::Finishing;
  ++workersInside_;
  ++node.workersInside;
  return Assignment{assignment.node, Action::Finish, 0};
}

void TaskScheduler::Graph::settleStep(NodeProgress& node, const Assignment& assignment,
                                      TaskSet::StepResult result) noexcept {
  node.awaitsStep = false;
  switch (result) {
    case TaskSet::StepResult::AfterOthers:
      node.exhausted = false;
      node.awaitsStep = node.workersInside != 0;
      break;
    case TaskSet::StepResult::MoreWork:
      // This step may have put work back after another one found none.
      node.exhausted = false;
      break;
    case TaskSet::StepResult::Finished:
      // What a blocked step left behind is still to be done.
      node.exhausted = !node.blocked;
      break;
    case TaskSet::StepResult::Blocked:
      node.exhausted = false;
      if (!node.blocked) {
        node.blocked = true;
        blockedNodes_.fetch_add(1);
      }
      if (wakes_.load() != assignment.wakesSeen) {
        node.blocked = false;
        blockedNodes_.fetch_sub(1);
      }
      break;
  }
}

void TaskScheduler::Graph::finishNode(std::size_t index) noexcept {
  nodes_[index].state = State::Over;
  ++finishedNodes_;
  std::erase(active_, index);
  for (const std::size_t dependent : nodes_[index].dependents) {
    if (--nodes_[dependent].waitingFor == 0) {
      nodes_[dependent].state = State::Ready;
      active_.push_back(dependent);
    }
  }
}

void TaskScheduler::Graph::unblock(double virtualTime) noexcept {
  if (stopped_) {
    return;
  }
  if (workersInside_ == 0 && !hasWork()) {
    joinAt(virtualTime);
  }
  for (const std::size_t index : active_) {
    if (nodes_[index].blocked) {
      nodes_[index].blocked = false;
      blockedNodes_.fetch_sub(1);
    }
  }
}

bool TaskScheduler::Graph::announceWake() noexcept {
  wakes_.fetch_add(1);
  return blockedNodes_.load() != 0;
}

void TaskScheduler::Graph::complete() noexcept {
  // The other members stay: wake() and a worker that was here before may still look at them.
  nodes_.clear();
  try {
    const auto done = std::exchange(done_, nullptr);
    if (done) {
      done(std::exchange(failure_, nullptr));
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): nobody is left to tell, and a library does not end its process.
  }
}

}  // namespace basalt
