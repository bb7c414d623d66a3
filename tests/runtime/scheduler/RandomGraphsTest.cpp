#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/runtime/scheduler/TestTasks.h"

namespace basalt {
namespace {

/// One random graph: a DAG with random widths, some of whose task sets fail or wait, perhaps cancelled from outside.
class RandomTasks : public CountingTasks {
 public:
  RandomTasks(int steps, std::size_t parallelism, bool fails, int blockEvery)
      : CountingTasks(steps, parallelism), fails_(fails), blockEvery_(blockEvery) {}
  StepResult runStep(WorkerId worker) override {
    if (blockEvery_ != 0) {
      const int call = calls_.fetch_add(1) % blockEvery_;
      if (call == 1) return StepResult::Blocked;
      if (call == 3) return StepResult::AfterOthers;
    }
    return CountingTasks::runStep(worker);
  }
  void work(int step) override {
    if (fails_ && step == 2) {
      throw std::runtime_error("planned failure");
    }
  }

 private:
  bool fails_;
  int blockEvery_;
  std::atomic<int> calls_{0};
};

TEST(TaskScheduler, SurvivesRandomGraphs) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return static_cast<int>(random() % bound); };
  constexpr int kGraphs = 400;
  struct Submitted {
    std::vector<std::shared_ptr<RandomTasks>> sets;
    bool fails = false;
    bool cancelled = false;
    Completion completion;
    TaskScheduler::GraphHandle handle;
  };
  std::vector<std::unique_ptr<Submitted>> all;
  TaskScheduler scheduler(3);
  std::mutex handlesMutex;
  std::vector<TaskScheduler::GraphHandle> handles;
  std::atomic<bool> over{false};
  std::thread waker([&] {
    while (!over) {
      std::vector<TaskScheduler::GraphHandle> current;
      {
        const std::lock_guard lock(handlesMutex);
        current = handles;
      }
      for (const auto& handle : current) {
        scheduler.wake(handle);
      }
      std::this_thread::yield();
    }
  });
  for (int index = 0; index < kGraphs; ++index) {
    auto submitted = std::make_unique<Submitted>();
    std::vector<TaskScheduler::Node> nodes;
    const int count = 1 + below(8);
    for (int node = 0; node < count; ++node) {
      const bool fails = below(40) == 0;
      const int steps = below(20);
      submitted->fails |= fails && steps > 2;
      auto set = std::make_shared<RandomTasks>(steps, below(3) == 0 ? 1 : SIZE_MAX, fails, below(3) == 0 ? 5 : 0);
      std::vector<std::size_t> dependencies;
      for (int other = 0; other < node; ++other) {
        if (below(3) == 0) {
          dependencies.push_back(static_cast<std::size_t>(other));
          set->dependencies.push_back(submitted->sets[static_cast<std::size_t>(other)].get());
        }
      }
      submitted->sets.push_back(set);
      nodes.push_back({set, std::move(dependencies)});
    }
    submitted->handle = scheduler.submit(std::move(nodes), static_cast<std::uint32_t>(below(5)),
                                         static_cast<std::size_t>(below(3)), submitted->completion.callback());
    {
      const std::lock_guard lock(handlesMutex);
      handles.push_back(submitted->handle);
    }
    submitted->cancelled = below(10) == 0;
    if (submitted->cancelled) {
      scheduler.cancel(submitted->handle);
    }
    all.push_back(std::move(submitted));
  }
  for (const auto& submitted : all) {
    const std::exception_ptr failure = submitted->completion.wait();
    if (!submitted->cancelled) {
      EXPECT_EQ(failure != nullptr, submitted->fails);
      for (const auto& set : submitted->sets) {
        EXPECT_LE(set->finished, 1);
        EXPECT_TRUE(submitted->fails || set->finished == 1);
      }
    }
  }
  over = true;
  waker.join();
  for (const auto& submitted : all) {
    EXPECT_EQ(submitted->completion.calls(), 1);
  }
  const TaskScheduler::Counters counters = scheduler.counters();
  EXPECT_EQ(counters.graphsRunning, 0U);
  EXPECT_EQ(counters.graphsFinished, static_cast<std::uint64_t>(kGraphs));
  EXPECT_EQ(counters.workersBusy, 0U);
}

TEST(TaskScheduler, TakesGraphsFromManyThreads) {
  TaskScheduler scheduler(2);
  std::vector<std::thread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        Completion completion;
        auto tasks = std::make_shared<CountingTasks>(5);
        scheduler.submit({{tasks, {}}}, 1, 0, completion.callback());
        EXPECT_EQ(completion.wait(), nullptr);
        EXPECT_EQ(tasks->finished, 1);
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  EXPECT_EQ(scheduler.counters().graphsFinished, 200U);
}

}  // namespace
}  // namespace basalt
