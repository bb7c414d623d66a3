#include "runtime/scheduler/ParallelFor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace basalt {

void parallelFor(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex failureMutex;
  std::size_t failedIndex = SIZE_MAX;
  std::exception_ptr failure;

  const auto work = [&] {
    while (!failed.load()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) {
        return;
      }
      try {
        body(index);
      } catch (...) {
        const std::lock_guard lock(failureMutex);
        if (index < failedIndex) {
          failedIndex = index;
          failure = std::current_exception();
        }
        failed = true;
      }
    }
  };

  const std::size_t wanted = threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  others.reserve(std::min(wanted, count));
  try {
    while (others.size() + 1 < std::min(wanted, count)) {
      others.emplace_back(work);
    }
  } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch): fewer threads do the same work.
  }
  work();
  for (std::thread& other : others) {
    other.join();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace basalt
