#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/scheduler/TaskScheduler.h"
#include "tests/runtime/scheduler/TestTasks.h"

namespace basalt {
namespace {

using StepResult = TaskSet::StepResult;

std::string messageOf(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(TaskScheduler, RunsAChainInOrder) {
  TaskScheduler scheduler(2);
  auto first = std::make_shared<CountingTasks>(100);
  auto second = std::make_shared<CountingTasks>(50, 1);
  second->dependencies = {first.get()};
  Completion completion;
  scheduler.submit({{second, {1}}, {first, {}}}, 1, 0, completion.callback());
  EXPECT_EQ(completion.wait(), nullptr);
  EXPECT_EQ(first->finished, 1);
  EXPECT_EQ(second->finished, 1);
  EXPECT_EQ(scheduler.counters().graphsRunning, 0U);
  EXPECT_EQ(scheduler.counters().graphsFinished, 1U);
  EXPECT_GE(scheduler.counters().stepsRun, 150U);
}

TEST(TaskScheduler, FinishesASetWithNothingToDoWithoutAStep) {
  TaskScheduler scheduler(2);
  auto nothing = std::make_shared<CountingTasks>(0, 0);
  auto after = std::make_shared<CountingTasks>(10);
  after->dependencies = {nothing.get()};
  Completion completion;
  scheduler.submit({{nothing, {}}, {after, {0}}}, 1, 0, completion.callback());
  EXPECT_EQ(completion.wait(), nullptr);
  EXPECT_EQ(nothing->prepared, 1);
  EXPECT_EQ(nothing->finished, 1);
  EXPECT_EQ(after->finished, 1);
}

TEST(TaskScheduler, CompletesAnEmptyGraph) {
  TaskScheduler scheduler(1);
  Completion completion;
  scheduler.submit({}, 1, 0, completion.callback());
  EXPECT_EQ(completion.wait(), nullptr);
}

TEST(TaskScheduler, RefusesBadGraphs) {
  TaskScheduler scheduler(1);
  auto tasks = std::make_shared<CountingTasks>(1);
  const auto refused = [&](std::vector<TaskScheduler::Node> nodes) {
    try {
      scheduler.submit(std::move(nodes), 1, 0, nullptr);
    } catch (const ExecutionError& error) {
      return error.code();
    }
    return ErrorCode::None;
  };
  EXPECT_EQ(refused({{tasks, {0}}}), ErrorCode::InvalidUsage);
  EXPECT_EQ(refused({{tasks, {}}, {tasks, {2}}, {tasks, {1}}}), ErrorCode::InvalidUsage);
  EXPECT_EQ(refused({{tasks, {7}}}), ErrorCode::InvalidUsage);
  EXPECT_EQ(refused({{nullptr, {}}}), ErrorCode::InvalidUsage);
  EXPECT_EQ(scheduler.counters().graphsRunning, 0U);
}

TEST(TaskScheduler, LetsGoOfTaskSetsBeforeDone) {
  TaskScheduler scheduler(2);
  auto tasks = std::make_shared<CountingTasks>(3);
  const std::weak_ptr<TaskSet> watched = tasks;
  std::atomic<bool> gone{false};
  Completion completion;
  std::vector<TaskScheduler::Node> nodes(1);
  nodes[0].tasks = std::move(tasks);
  const auto graph = scheduler.submit(std::move(nodes), 1, 0, [&](std::exception_ptr failure) {
    gone = watched.expired();
    completion.callback()(std::move(failure));
  });
  completion.wait();
  EXPECT_TRUE(gone);
}

class FailingTasks : public CountingTasks {
 public:
  enum class Where { Prepare, Step, Finish };
  FailingTasks(Where where, int steps) : CountingTasks(steps), where_(where) {}
  void prepare() override {
    CountingTasks::prepare();
    failAt(Where::Prepare);
  }
  void work(int step) override {
    if (step == 3) {
      failAt(Where::Step);
    }
  }
  void finish() override { failAt(Where::Finish); }

 private:
  void failAt(Where where) const {
    if (where == where_) {
      throw std::runtime_error("planned failure");
    }
  }
  Where where_;
};

TEST(TaskScheduler, ReportsTheFirstFailureAndDropsDependents) {
  for (const auto where : {FailingTasks::Where::Prepare, FailingTasks::Where::Step, FailingTasks::Where::Finish}) {
    TaskScheduler scheduler(2);
    auto failing = std::make_shared<FailingTasks>(where, 10);
    auto dependent = std::make_shared<CountingTasks>(1);
    Completion completion;
    scheduler.submit({{failing, {}}, {dependent, {0}}}, 1, 0, completion.callback());
    EXPECT_EQ(messageOf(completion.wait()), "planned failure");
    EXPECT_EQ(dependent->prepared, 0);
  }
}

/// Never runs out of work by itself.
class EndlessTasks : public TaskSet {
 public:
  std::string name() const override { return "endless"; }
  StepResult runStep(WorkerId) override {
    steps.fetch_add(1);
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    return StepResult::MoreWork;
  }
  void finish() override { ADD_FAILURE() << "a cancelled task set must not finish"; }
  std::atomic<int> steps{0};
};

TEST(TaskScheduler, CancelEndsAGraph) {
  TaskScheduler scheduler(2);
  auto endless = std::make_shared<EndlessTasks>();
  Completion completion;
  const auto graph = scheduler.submit({{endless, {}}}, 1, 0, completion.callback());
  while (endless->steps < 10) {
    std::this_thread::yield();
  }
  scheduler.cancel(graph);
  EXPECT_EQ(completion.wait(), nullptr);
  scheduler.cancel(graph);
  scheduler.wake(graph);
  const int steps = endless->steps;
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(endless->steps, steps);
  EXPECT_EQ(completion.calls(), 1);
}

TEST(TaskScheduler, DestructionCancelsAndCompletes) {
  Completion completions[3];
  {
    TaskScheduler scheduler(2);
    for (Completion& completion : completions) {
      scheduler.submit({{std::make_shared<EndlessTasks>(), {}}}, 1, 0, completion.callback());
    }
  }
  for (Completion& completion : completions) {
    EXPECT_EQ(completion.calls(), 1);
  }
}

TEST(TaskScheduler, HonoursMaxWorkersOfAGraph) {
  class Watching : public CountingTasks {
   public:
    explicit Watching(std::atomic<int>& inside) : CountingTasks(200), inside_(inside) {}
    void work(int) override {
      EXPECT_EQ(inside_.fetch_add(1), 0);
      std::this_thread::yield();
      inside_.fetch_sub(1);
    }

   private:
    std::atomic<int>& inside_;
  };
  TaskScheduler scheduler(4);
  std::atomic<int> inside{0};
  Completion completion;
  scheduler.submit({{std::make_shared<Watching>(inside), {}}, {std::make_shared<Watching>(inside), {}}}, 1, 1,
                   completion.callback());
  EXPECT_EQ(completion.wait(), nullptr);
}

/// A bounded queue with a producer on the scheduler and a consumer on the test's thread, as a query's result has.
class QueueProducer : public TaskSet {
 public:
  explicit QueueProducer(int items) : items_(items) {}
  std::string name() const override { return "producer"; }
  StepResult runStep(WorkerId) override {
    const std::lock_guard lock(mutex);
    if (produced_ == items_) {
      return StepResult::Finished;
    }
    if (queue.size() >= 2) {
      return StepResult::Blocked;
    }
    queue.push_back(produced_++);
    return StepResult::MoreWork;
  }
  std::mutex mutex;
  std::vector<int> queue;

 private:
  int items_;
  int produced_ = 0;
};

TEST(TaskScheduler, BlockedTaskSetsLoseNoWakeUp) {
  constexpr int kItems = 20000;
  TaskScheduler scheduler(2);
  auto producer = std::make_shared<QueueProducer>(kItems);
  Completion completion;
  const auto graph = scheduler.submit({{producer, {}}}, 1, 0, completion.callback());
  int expected = 0;
  while (expected < kItems) {
    bool took = false;
    {
      const std::lock_guard lock(producer->mutex);
      for (const int item : producer->queue) {
        EXPECT_EQ(item, expected++);
        took = true;
      }
      producer->queue.clear();
    }
    if (took) {
      scheduler.wake(graph);
    } else {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(completion.wait(), nullptr);
}

TEST(TaskScheduler, CancelsABlockedGraph) {
  TaskScheduler scheduler(2);
  auto producer = std::make_shared<QueueProducer>(10);
  Completion completion;
  const auto graph = scheduler.submit({{producer, {}}}, 1, 0, completion.callback());
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  scheduler.cancel(graph);
  EXPECT_EQ(completion.wait(), nullptr);
}

/// Its first step takes a while; as long as that is under way, the others can do nothing.
class FollowingTasks : public TaskSet {
 public:
  std::string name() const override { return "following"; }
  StepResult runStep(WorkerId) override {
    const int call = calls.fetch_add(1);
    if (call == 0) {
      // Not before another worker has looked in.
      for (int wait = 0; wait < 1000 && calls < 2; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      callsMeanwhile = calls - 1;
      isFirstOver = true;
      return StepResult::MoreWork;
    }
    if (!isFirstOver) return StepResult::AfterOthers;
    // The last one; alone it need not wait for anyone.
    return waitsAlone.exchange(false) ? StepResult::AfterOthers : StepResult::Finished;
  }

  std::atomic<int> calls{0};
  std::atomic<bool> isFirstOver{false};
  std::atomic<bool> waitsAlone{true};
  int callsMeanwhile = 0;
};

TEST(TaskScheduler, StepsComeBackAfterThoseUnderWay) {
  TaskScheduler scheduler(2);
  auto tasks = std::make_shared<FollowingTasks>();
  Completion completion;
  scheduler.submit({{tasks, {}}}, 1, 0, completion.callback());
  EXPECT_EQ(completion.wait(), nullptr);
  EXPECT_EQ(tasks->callsMeanwhile, 1) << "it is not asked again and again";
  EXPECT_FALSE(tasks->waitsAlone);
}

/// Steps of equal length, counted until told to stop.
class TimedTasks : public TaskSet {
 public:
  explicit TimedTasks(std::chrono::microseconds length) : length_(length) {}
  std::string name() const override { return "timed"; }
  StepResult runStep(WorkerId) override {
    const auto end = std::chrono::steady_clock::now() + length_;
    while (std::chrono::steady_clock::now() < end) {
    }
    steps.fetch_add(1);
    return StepResult::MoreWork;
  }
  std::atomic<int> steps{0};

 private:
  std::chrono::microseconds length_;
};

TEST(TaskScheduler, SharesWorkersByPriority) {
  TaskScheduler scheduler(2);
  auto low = std::make_shared<TimedTasks>(std::chrono::microseconds(100));
  auto high = std::make_shared<TimedTasks>(std::chrono::microseconds(100));
  Completion lowDone;
  Completion highDone;
  const auto lowGraph = scheduler.submit({{low, {}}}, 1, 0, lowDone.callback());
  const auto highGraph = scheduler.submit({{high, {}}}, 4, 0, highDone.callback());
  while (low->steps + high->steps < 2000) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const double ratio = static_cast<double>(high->steps) / low->steps;
  scheduler.cancel(lowGraph);
  scheduler.cancel(highGraph);
  lowDone.wait();
  highDone.wait();
  // Steps that other processes interrupt are charged for the time, so the counts are only near 4 to 1.
  EXPECT_GT(ratio, 2.0);
  EXPECT_LT(ratio, 8.0);
}

}  // namespace
}  // namespace basalt
