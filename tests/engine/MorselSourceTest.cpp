#include <algorithm>
#include <deque>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/MorselSource.h"

namespace basalt {
namespace {

/// Segments of rows, of a byte each, whose addresses tell which rows they are.
class MorselSourceTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kRows = 10'000;

  MorselSourceTest() {
    std::size_t row = 0;
    for (std::size_t index = 1; row < kRows; ++index) {
      const std::size_t count = std::min(index * 37 % 500, kRows - row);
      if (index % 2 == 0) {
        segments_.push_back({nullptr, bytes_.data() + row, count});
      } else {
        RowAddresses& listed = lists_.emplace_back(RowAddresses::allocator_type(budget_));
        for (std::size_t offset = 0; offset < count; ++offset) listed.push_back(bytes_.data() + row + offset);
        segments_.push_back(RowSegment::of(listed));
      }
      // An empty one, too.
      segments_.emplace_back();
      row += count;
    }
  }

  /// Appends the numbers of the morsel's rows.
  void take(const Morsel& morsel, std::vector<std::uint64_t>& rows) const {
    for (std::uint64_t row = morsel.position; row < morsel.end; ++row) {
      rows.push_back(static_cast<std::uint64_t>(segmentRow(morsel.addresses, morsel.first, row, 1) - bytes_.data()));
    }
  }
  static std::vector<std::uint64_t> range(std::uint64_t begin, std::uint64_t end) {
    std::vector<std::uint64_t> rows;
    for (; begin < end; ++begin) rows.push_back(begin);
    return rows;
  }

  std::shared_ptr<MemoryBudget> budget_ = MemoryBudget::createRoot("test");
  std::vector<std::byte> bytes_ = std::vector<std::byte>(kRows);
  std::deque<RowAddresses> lists_;
  std::vector<RowSegment> segments_;
};

TEST_F(MorselSourceTest, OneWorkerGetsAllRowsInOrder) {
  RowMorselSource source(segments_, 0, UINT64_MAX, 2);
  EXPECT_EQ(source.totalRows(), kRows);
  std::vector<std::uint64_t> rows;
  Morsel morsel;
  while (source.next(3, 64, morsel)) {
    EXPECT_LE(morsel.end - morsel.position, 64U);
    EXPECT_EQ(source.rowsLeft() + rows.size() + (morsel.end - morsel.position), kRows);
    take(morsel, rows);
  }
  EXPECT_EQ(rows, range(0, kRows));
  EXPECT_EQ(source.rowsLeft(), 0U);
}

TEST_F(MorselSourceTest, SkipAndLimitCutBothEnds) {
  RowMorselSource source(segments_, 1234, 4321, 2);
  std::vector<std::uint64_t> rows;
  Morsel morsel;
  while (source.next(0, 100, morsel)) take(morsel, rows);
  EXPECT_EQ(rows, range(1234, 1234 + 4321));
}

TEST_F(MorselSourceTest, WorkersWalkThroughRangesOfTheirOwn) {
  RowMorselSource source(segments_, 0, UINT64_MAX, 2);
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> second;
  Morsel morsel;
  while (source.rowsLeft() > kRows / 10) {
    ASSERT_TRUE(source.next(0, 50, morsel));
    take(morsel, first);
    ASSERT_TRUE(source.next(1, 50, morsel));
    take(morsel, second);
  }
  EXPECT_EQ(first, range(0, first.size()));
  EXPECT_EQ(second, range(second.front(), second.front() + second.size()));
}

TEST_F(MorselSourceTest, EachBeginsWithItsShareWhoeverComesFirst) {
  RowMorselSource source(segments_, 0, UINT64_MAX, 2);
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> second;
  Morsel morsel;
  ASSERT_TRUE(source.next(1, 50, morsel));
  take(morsel, second);
  ASSERT_TRUE(source.next(0, 50, morsel));
  take(morsel, first);
  EXPECT_EQ(first, range(0, first.size()));
  EXPECT_EQ(second, range(kRows / 2, kRows / 2 + second.size()));
}

TEST_F(MorselSourceTest, WhoeverHasNothingLeftTakesFromOthers) {
  RowMorselSource source(segments_, 0, UINT64_MAX, 2);
  std::vector<std::uint64_t> rows;
  Morsel morsel;
  // Two more workers begin, and never come back.
  for (const WorkerId worker : {0U, 5U, 2U}) {
    ASSERT_TRUE(source.next(worker, 10, morsel));
    take(morsel, rows);
  }
  while (source.next(0, 100, morsel)) take(morsel, rows);
  std::ranges::sort(rows);
  EXPECT_EQ(rows, range(0, kRows));
}

TEST_F(MorselSourceTest, ThreadsTogetherGetEachRowOnce) {
  RowMorselSource source(segments_, 0, UINT64_MAX, 2);
  std::vector<std::vector<std::uint64_t>> rows(8);
  std::vector<std::thread> threads;
  for (WorkerId worker = 0; worker < rows.size(); ++worker) {
    threads.emplace_back([&, worker] {
      Morsel morsel;
      while (source.next(worker, 1 + worker, morsel)) take(morsel, rows[worker]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::uint64_t> all;
  for (const auto& part : rows) all.insert(all.end(), part.begin(), part.end());
  std::ranges::sort(all);
  EXPECT_EQ(all, range(0, kRows));
}

TEST_F(MorselSourceTest, ClosedItHandsOutNothing) {
  RowMorselSource source(segments_, 0, UINT64_MAX, 2);
  Morsel morsel;
  ASSERT_TRUE(source.next(0, 10, morsel));
  ASSERT_TRUE(source.next(1, 10, morsel));
  source.close();
  EXPECT_FALSE(source.next(0, 10, morsel));
  EXPECT_FALSE(source.next(1, 10, morsel));
  EXPECT_FALSE(source.next(2, 10, morsel));
  EXPECT_EQ(source.rowsLeft(), 0U);
}

}  // namespace
}  // namespace basalt
