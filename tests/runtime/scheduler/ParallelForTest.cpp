#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/scheduler/ParallelFor.h"

namespace basalt {
namespace {

TEST(ParallelFor, CallsEachIndexOnce) {
  for (const std::size_t threads : {0U, 1U, 3U}) {
    std::vector<std::atomic<int>> calls(1000);
    parallelFor(calls.size(), threads, [&](std::size_t index) { calls[index].fetch_add(1); });
    for (const std::atomic<int>& count : calls) {
      EXPECT_EQ(count, 1);
    }
  }
  parallelFor(0, 2, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, ThrowsTheFailureOfTheLowestIndex) {
  for (int round = 0; round < 200; ++round) {
    try {
      parallelFor(100, 3, [](std::size_t index) {
        if (index >= 20 && index % 2 == 0) {
          throw std::runtime_error(std::to_string(index));
        }
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "20");
    }
  }
}

}  // namespace
}  // namespace basalt
