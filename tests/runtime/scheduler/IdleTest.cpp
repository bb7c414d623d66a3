#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
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

}  // namespace
}  // namespace basalt
