#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/scheduler/TaskScheduler.h"

namespace basalt {

/// Waits for `done` of a graph and keeps what it was told.
class Completion {
 public:
  std::function<void(std::exception_ptr)> callback() {
    return [this](std::exception_ptr failure) {
      const std::lock_guard lock(mutex_);
      ++calls_;
      failure_ = std::move(failure);
      changed_.notify_all();
    };
  }
  std::exception_ptr wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return calls_ > 0; });
    return failure_;
  }
  int calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int calls_ = 0;
  std::exception_ptr failure_;
};

/// Claims numbered steps, counts everything, and checks the life cycle.
class CountingTasks : public TaskSet {
 public:
  explicit CountingTasks(int steps, std::size_t parallelism = SIZE_MAX) : steps_(steps), parallelism_(parallelism) {}

  std::string name() const override { return "counting"; }
  void prepare() override {
    EXPECT_EQ(prepared.fetch_add(1), 0);
    for (const CountingTasks* dependency : dependencies) {
      EXPECT_EQ(dependency->finished.load(), 1);
    }
  }
  StepResult runStep(WorkerId) override {
    EXPECT_EQ(prepared.load(), 1);
    EXPECT_EQ(finished.load(), 0);
    const std::size_t inside = inside_.fetch_add(1) + 1;
    EXPECT_LE(inside, parallelism_);
    const int step = next_.fetch_add(1);
    StepResult result = StepResult::Finished;
    if (step < steps_) {
      work(step);
      ran.fetch_add(1);
      result = StepResult::MoreWork;
    }
    inside_.fetch_sub(1);
    return result;
  }
  void finish() override {
    EXPECT_EQ(inside_.load(), 0U);
    EXPECT_EQ(ran.load(), steps_);
    EXPECT_EQ(finished.fetch_add(1), 0);
  }
  std::size_t maxParallelism() const override {
    EXPECT_EQ(prepared.load(), 1);
    return parallelism_;
  }

  virtual void work(int) {}

  std::vector<const CountingTasks*> dependencies;
  std::atomic<int> prepared{0};
  std::atomic<int> finished{0};
  std::atomic<int> ran{0};

 private:
  int steps_;
  std::size_t parallelism_;
  std::atomic<int> next_{0};
  std::atomic<std::size_t> inside_{0};
};

}  // namespace basalt
