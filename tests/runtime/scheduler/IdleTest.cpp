#include <atomic>
#include <chrono>
#include <ctime>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {
namespace {

constexpr std::chrono::milliseconds kEvery{2};

/// One step that ends when it is let go.
class Held : public TaskSet {
 public:
  std::string name() const override { return "held"; }
  StepResult runStep(WorkerId) override {
    begun.set_value();
    released.get_future().wait();
    return StepResult::Finished;
  }
  std::size_t maxParallelism() const override { return 1; }

  std::promise<void> begun;
  std::promise<void> released;
};

TEST(TaskScheduler, ActsAgainAndAgainWhileIdleAndNeverWhileSomethingRuns) {
  for (const std::size_t workers : {1U, 3U}) {
    std::atomic<int> calls{0};
    TaskScheduler scheduler(workers, {.every = kEvery, .action = [&] { ++calls; }});
    const auto waitForCalls = [&](int more) {
      const int atLeast = calls + more;
      while (calls < atLeast) std::this_thread::sleep_for(kEvery);
    };
    waitForCalls(3);
    for (int round = 0; round < 3; ++round) {
      const auto held = std::make_shared<Held>();
      std::promise<void> done;
      scheduler.submit({{held, {}}}, 1, 0, [&](std::exception_ptr) { done.set_value(); });
      held->begun.get_future().wait();
      const int before = calls;
      std::this_thread::sleep_for(10 * kEvery);
      // One may have been about to act.
      EXPECT_LE(calls, before + 1);
      held->released.set_value();
      done.get_future().wait();
      waitForCalls(2);
    }
  }
}

/// Processor time of all threads.
std::chrono::nanoseconds processorTime() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// A step without work.
class Empty : public TaskSet {
 public:
  std::string name() const override { return "empty"; }
  StepResult runStep(WorkerId) override { return StepResult::Finished; }
};

TEST(TaskScheduler, StaysAwakeForAMomentOnly) {
  TaskScheduler scheduler(2);
  const auto runGraph = [&] {
    std::promise<void> done;
    scheduler.submit({{std::make_shared<Empty>(), {}}}, 1, 0, [&](std::exception_ptr) { done.set_value(); });
    done.get_future().wait();
  };
  const auto busyAfter = [&](int graphs) {
    const auto before = processorTime();
    for (int graph = 0; graph < graphs; ++graph) {
      runGraph();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return (processorTime() - before) / graphs;
  };
  // Of the 20 milliseconds behind each graph at most a fourth: a millisecond is meant, sanitizers make it longer.
  EXPECT_LT(busyAfter(20), std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace basalt
