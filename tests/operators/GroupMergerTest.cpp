#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "operators/plan/PlanNode.h"
#include "operators/spec/PlanBinder.h"
#include "operators/state/GroupMerger.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt {
namespace {

using Numbers = std::vector<std::uint64_t>;

/// A table whose one column has keys from 0 on, so that each is the number of its group.
class KeyCatalog final : public Catalog {
 public:
  static constexpr std::int32_t kKeys = 50'000;

  /// `hasZones`: whether anyone knows between which bounds.
  explicit KeyCatalog(bool hasZones = true)
      : table_(MemoryTable::fromRows("t", Schema({{"k", Type::integer()}}),
                                     std::vector<std::vector<Value>>{{Value::integer(Type::integer(), 0)},
                                                                     {Value::integer(Type::integer(), kKeys - 1)}},
                                     {.hasZones = hasZones})) {}
  std::shared_ptr<const Table> find(std::string_view) const override { return table_; }
  std::vector<std::string> tableNames() const override { return {"t"}; }

 private:
  std::shared_ptr<const Table> table_;
};

/// Merges groups of several workers, each of which has met one row of each group.
class GroupMergerTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kWorkers = 4;

  explicit GroupMergerTest(const Catalog& catalog = keyCatalog()) : plan_(bindPlan(query_, catalog)) {}

  const AggregationSpec& spec() const { return *asAggregation(*plan_.root); }

  void meet(std::size_t worker, const Numbers& numbers) {
    merger_.groups(worker).beginMorsel();
    GroupTable* const table = merger_.groups(worker).table();
    for (const std::uint64_t number : numbers) {
      if (!groupTableHasPlace(table, number)) ASSERT_TRUE(groupTableSeek(table, number));
      write(reinterpret_cast<std::byte*>(groupTableInsertNumber(table, number)),  // NOLINT
            static_cast<std::int32_t>(number));
    }
  }

  void write(std::byte* row, std::int32_t key) {
    std::memcpy(row + spec().layout.column(0).offset, &key, sizeof(key));
    const std::int64_t count = 1;
    std::memcpy(row + spec().layout.blockOffset(0), &count, sizeof(count));
    ++expected_[key];
  }

  /// Compares the merged groups with those that were met; `isIndexed`: whether that takes arrays.
  void check(bool isIndexed) {
    scatter();
    EXPECT_EQ(groupTableIsIndexed(merger_.groups(0).table()), isIndexed);
    mergeAndCompare();
  }

  /// Returns in how many parts.
  std::size_t scatter() {
    runPhase(merger_.beginFindRuns(), &GroupMerger::findRuns);
    const std::size_t parts = merger_.beginScatter();
    runPhase(parts, &GroupMerger::scatter);
    return parts;
  }

  void mergeAndCompare() {
    runPhase(merger_.beginMerge(), &GroupMerger::merge);
    runPhase(merger_.beginCollect(), &GroupMerger::collect);
    std::map<std::int32_t, std::int64_t> groups;
    for (const RowSegment& segment : merger_.groups()) {
      for (std::uint64_t index = 0; index < segment.count; ++index) {
        const std::byte* const row = segmentRow(segment.addresses, segment.first, index, spec().layout.rowBytes());
        std::int32_t key = 0;
        std::memcpy(&key, row + spec().layout.column(0).offset, sizeof(key));
        std::int64_t count = 0;
        std::memcpy(&count, row + spec().layout.blockOffset(0), sizeof(count));
        EXPECT_TRUE(groups.emplace(key, count).second) << "group " << key << " is there twice";
      }
    }
    EXPECT_EQ(groups, expected_);
  }

  static Numbers numbersFrom(std::uint64_t begin, std::uint64_t end) {
    Numbers numbers(end - begin);
    std::iota(numbers.begin(), numbers.end(), begin);
    return numbers;
  }

  LocalGroups& groups(std::size_t worker) { return merger_.groups(worker); }

 private:
  static const Catalog& keyCatalog() {
    static const KeyCatalog kCatalog;
    return kCatalog;
  }

  void runPhase(std::size_t parts, void (GroupMerger::*run)(std::size_t)) {
    for (std::size_t part = 0; part < parts; ++part) (merger_.*run)(part);
  }

  PhysicalPlan query_ = PlanBuilder::scan("t").aggregate({{"k", col("k")}}, {{"n", "count", {}}}).build();
  BoundPlan plan_;
  GroupMerger merger_{spec(), kWorkers, MemoryBudget::createRoot("test")};
  std::map<std::int32_t, std::int64_t> expected_;
};

TEST_F(GroupMergerTest, RunsThatHaveTheirEndsInCommon) {
  meet(0, numbersFrom(0, 1001));
  // The group at which the others meet, and nothing else.
  meet(1, {1000});
  meet(2, {1000});
  meet(3, numbersFrom(1000, 30'000));
  check(false);
}

TEST_F(GroupMergerTest, RunsOfWorkersInTurn) {
  meet(0, numbersFrom(10'000, 20'001));
  meet(1, numbersFrom(20'000, 30'001));
  meet(0, numbersFrom(30'000, 40'000));
  meet(1, numbersFrom(5, 10'001));
  check(false);
}

TEST_F(GroupMergerTest, RunsThatOverlap) {
  meet(0, numbersFrom(0, 20'000));
  meet(1, numbersFrom(19'998, 30'000));
  meet(2, numbersFrom(5, 6));
  check(true);
}

TEST_F(GroupMergerTest, RunsBesideAnArray) {
  meet(0, numbersFrom(0, 20'000));
  meet(1, {40'000, 25'000, 30'000, 35'000, 27'000});
  check(true);
}

/// Groups of the same keys, of which nobody knows between which bounds they lie.
class HashedGroupMergerTest : public GroupMergerTest {
 protected:
  HashedGroupMergerTest() : GroupMergerTest(catalog()) {}

  void meet(std::size_t worker, const std::vector<std::int32_t>& keys) {
    for (const std::int32_t key : keys) {
      GroupRow* const row = groups(worker).insert(static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15);
      write(reinterpret_cast<std::byte*>(row), key);  // NOLINT
    }
  }
  static std::vector<std::int32_t> keysFrom(std::int32_t begin, std::int32_t end, std::int32_t step = 1) {
    std::vector<std::int32_t> keys;
    for (std::int32_t key = begin; key < end; key += step) keys.push_back(key);
    return keys;
  }

 private:
  static const Catalog& catalog() {
    static const KeyCatalog kCatalog(false);
    return kCatalog;
  }
};

TEST_F(HashedGroupMergerTest, RunsThatHaveTheirEndsInCommonAreNotScattered) {
  meet(0, keysFrom(-40'000, -999));
  meet(1, {-1000});
  meet(2, keysFrom(-1000, 60'001));
  meet(3, keysFrom(60'000, 60'001));
  meet(1, keysFrom(60'001, 60'010));
  EXPECT_EQ(scatter(), 0U);
  mergeAndCompare();
}

TEST_F(HashedGroupMergerTest, WorkersThatTookFromEachOthersRangesHaveRunsThatAreSplit) {
  meet(0, keysFrom(0, 10'000));
  meet(1, keysFrom(10'000, 20'001, 2));
  meet(0, keysFrom(20'000, 30'000, 5));
  meet(2, keysFrom(30'000, 30'001));
  meet(1, keysFrom(5, 6));
  meet(0, keysFrom(40'000, 50'000));
  meet(2, keysFrom(30'001, 40'001));
  EXPECT_EQ(scatter(), 0U);
  mergeAndCompare();
}

TEST_F(HashedGroupMergerTest, AGapThatAnotherWorkerFillsSplitsARun) {
  meet(0, keysFrom(0, 10'001));
  meet(0, keysFrom(30'000, 40'000));
  meet(1, keysFrom(10'000, 20'001));
  meet(2, keysFrom(20'000, 30'001));
  meet(2, keysFrom(40'000, 45'000));
  EXPECT_EQ(scatter(), 0U);
  mergeAndCompare();
}

TEST_F(HashedGroupMergerTest, RunsThatInterlockAreScattered) {
  meet(0, keysFrom(0, 30'000, 2));
  meet(1, keysFrom(1, 30'000, 2));
  meet(2, keysFrom(0, 30'000, 3));
  EXPECT_NE(scatter(), 0U);
  mergeAndCompare();
}

TEST_F(HashedGroupMergerTest, RowsInNoOrderAreScattered) {
  std::vector<std::int32_t> keys = keysFrom(-20'000, 20'000);
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::ranges::shuffle(keys, std::mt19937(seed));
  meet(0, keys);
  std::ranges::reverse(keys);
  meet(1, keys);
  EXPECT_NE(scatter(), 0U);
  mergeAndCompare();
}

}  // namespace
}  // namespace basalt
