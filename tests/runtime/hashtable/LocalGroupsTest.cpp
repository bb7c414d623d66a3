#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/hashtable/GroupTable.h"

namespace basalt {
namespace {

constexpr std::uint64_t kNumbers = 300'000;

/// One worker's groups by number, which are brought together row by row, as both engines do it.
class NumberedGroups {
 public:
  NumberedGroups()
      : groups_(RowLayout(sizeof(NumberedGroup), {}), kIntervals, false, MemoryBudget::createRoot("test")) {}

  void beginMorsel() { groups_.beginMorsel(); }

  /// Where `mayFollow`, as in a loop that has no branch for new groups.
  void meet(std::uint64_t number, bool mayFollow) {
    GroupTable* const table = groups_.table();
    NumberedGroup* row = nullptr;
    if (mayFollow && groupTableRunGoesOn(table, number, number, 1)) {
      GroupRunEnd end{};
      groupTableGetRunEnd(table, &end);
      row = groupRunGoOn(&end, number);
      groupTableSetRunEnd(table, &end);
    } else {
      row = groupTableKnown(table, number);
      if (row == nullptr && !groupTableHasPlace(table, number)) {
        ASSERT_TRUE(groupTableSeek(table, number));
        row = groupTableKnown(table, number);
      }
      if (row == nullptr) row = groupTableInsertNumber(table, number);
    }
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->number, number);
    const auto [known, isNew] = rows_.emplace(number, row);
    EXPECT_EQ(known->second, row) << "group " << number << " has two rows";
  }

  bool isIndexed() { return groupTableIsIndexed(groups_.table()); }

  /// That each number has the one row it was met with, in runs or in the array.
  void check() {
    EXPECT_EQ(groups_.rows().rowCount(), rows_.size());
    if (!isIndexed()) {
      std::uint64_t begin = 0;
      for (const GroupRun& run : groups_.closeRuns()) {
        EXPECT_GE(run.first, begin);
        EXPECT_EQ(rows_.at(run.first), run.firstRow);
        EXPECT_EQ(rows_.at(run.last), run.lastRow);
        begin = run.last + 1;
      }
      groups_.index();
    }
    for (std::uint64_t number = 0; number < kNumbers; ++number) {
      const auto row = rows_.find(number);
      ASSERT_EQ(groupTableKnown(groups_.table(), number), row == rows_.end() ? nullptr : row->second);
      if (row != rows_.end()) EXPECT_EQ(groups_.table()->blocksInUse[number / kNumbersPerBlock], 1);
    }
  }

 private:
  static constexpr std::array kIntervals{KeyInterval{0, kNumbers}};
  LocalGroups groups_;
  std::map<std::uint64_t, NumberedGroup*> rows_;
};

/// One worker's groups by hash, without keys: equal hashes are equal groups.
class HashedGroups {
 public:
  HashedGroups() : groups_(RowLayout(sizeof(GroupRow), {}), {}, false, MemoryBudget::createRoot("test")) {}

  /// Whether the row made a group.
  bool meet(std::uint64_t hash) {
    GroupTable* const table = groups_.table();
    groupTableCountLookups(table, 1);
    for (std::uint64_t slot = groupTableSlot(table, hash);; slot = groupTableNextSlot(table, slot)) {
      const std::uint64_t entry = groupTableEntry(table, slot);
      if (entry == 0) break;
      if (groupEntryMayMatch(entry, hash) && groupEntryRow(entry)->hash == hash) return false;
    }
    const GroupRow* const row = groupTableInsert(table, hash);
    EXPECT_NE(row, nullptr);
    EXPECT_EQ(row->hash, hash);
    return true;
  }
  /// The same of so many rows with hashes of their own.
  void meetOthers(std::uint64_t rows) {
    for (; rows != 0; --rows) EXPECT_TRUE(meet(others_()));
  }
  std::uint64_t rows() const { return groups_.rows().rowCount(); }
  bool mayRepeat() const { return groups_.mayRepeat(); }

 private:
  LocalGroups groups_;
  std::mt19937_64 others_;
};

/// Ascending numbers with gaps, each several times.
std::vector<std::uint64_t> clusteredNumbers(std::mt19937_64& random) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t number = random() % 9; number < kNumbers; number += 1 + random() % 9) {
    numbers.insert(numbers.end(), 1 + random() % 4, number);
  }
  return numbers;
}

class LocalGroupsTest : public ::testing::Test {
 protected:
  LocalGroupsTest()
      : seed_(std::random_device{}()), random_(seed_), trace_(__FILE__, __LINE__, std::to_string(seed_)) {}

  bool isLucky() { return random_() % 2 == 0; }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  ::testing::ScopedTrace trace_;
};

TEST_F(LocalGroupsTest, ThatComeInOrderNeedNoArray) {
  NumberedGroups groups;
  const std::vector<std::uint64_t> numbers = clusteredNumbers(random_);
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    if (index % 5000 == 0) groups.beginMorsel();
    groups.meet(numbers[index], isLucky());
  }
  EXPECT_FALSE(groups.isIndexed());
  groups.check();
}

TEST_F(LocalGroupsTest, OfMorselsInAnyOrderNeedNoArray) {
  NumberedGroups groups;
  const std::vector<std::uint64_t> numbers = clusteredNumbers(random_);
  constexpr std::size_t kMorsels = 30;
  std::vector<std::size_t> morsels(kMorsels);
  std::iota(morsels.begin(), morsels.end(), std::size_t{0});
  std::ranges::shuffle(morsels, random_);
  // Some are left to other workers.
  morsels.resize(kMorsels / 3 * 2);
  for (const std::size_t morsel : morsels) {
    groups.beginMorsel();
    const std::size_t end = numbers.size() * (morsel + 1) / kMorsels;
    for (std::size_t index = numbers.size() * morsel / kMorsels; index < end; ++index) {
      groups.meet(numbers[index], isLucky());
    }
  }
  EXPECT_FALSE(groups.isIndexed());
  groups.check();
}

TEST_F(LocalGroupsTest, ThatStopComingInOrderHaveAnArray) {
  NumberedGroups groups;
  const std::vector<std::uint64_t> numbers = clusteredNumbers(random_);
  for (std::size_t index = 0; index < 20'000; ++index) groups.meet(numbers[index], isLucky());
  EXPECT_FALSE(groups.isIndexed());
  for (std::size_t count = 0; count < 20'000; ++count) groups.meet(numbers[random_() % numbers.size()], isLucky());
  EXPECT_TRUE(groups.isIndexed());
  groups.check();
}

TEST_F(LocalGroupsTest, InDescendingOrderHaveAnArray) {
  NumberedGroups groups;
  std::vector<std::uint64_t> numbers = clusteredNumbers(random_);
  std::ranges::reverse(numbers);
  for (const std::uint64_t number : numbers) groups.meet(number, isLucky());
  EXPECT_TRUE(groups.isIndexed());
  groups.check();
}

constexpr std::uint64_t kFull = LocalGroups::kMaxSlots / 2;

TEST(HashedLocalGroups, AreNotLookedForWhereTheyHardlyRepeat) {
  HashedGroups groups;
  EXPECT_TRUE(groups.meet(1));
  groups.meetOthers(kFull - 1);
  EXPECT_FALSE(groups.meet(1)) << "nothing has been emptied";
  EXPECT_FALSE(groups.mayRepeat());
  // For a while each row makes a group.
  const std::uint64_t passedBy = LocalGroups::kDirectoriesPassedBy * kFull;
  for (std::uint64_t row = 0; row < passedBy; ++row) EXPECT_TRUE(groups.meet(row % 2));
  EXPECT_TRUE(groups.mayRepeat());
  EXPECT_EQ(groups.rows(), kFull + passedBy);
  // Then it is tried again.
  EXPECT_TRUE(groups.meet(1));
  for (int row = 0; row < 1000; ++row) EXPECT_FALSE(groups.meet(1));
  groups.meetOthers(kFull - 1);
  EXPECT_EQ(groups.rows(), 2 * kFull + passedBy);
  groups.meetOthers(1);
  EXPECT_TRUE(groups.meet(1)) << "again they hardly repeat";
  EXPECT_TRUE(groups.meet(1));
}

TEST(HashedLocalGroups, AreLookedForWhereTheyRepeat) {
  HashedGroups groups;
  EXPECT_TRUE(groups.meet(1));
  for (int directory = 0; directory < 6; ++directory) {
    // One of these empties the directory, but for the first time.
    groups.meetOthers(kFull / 2);
    for (std::uint64_t row = 0; row < kFull; ++row) groups.meet(1);
    groups.meetOthers(kFull / 2);
    EXPECT_FALSE(groups.meet(1) && groups.meet(1)) << directory;
  }
  EXPECT_TRUE(groups.mayRepeat());
}

}  // namespace
}  // namespace basalt
