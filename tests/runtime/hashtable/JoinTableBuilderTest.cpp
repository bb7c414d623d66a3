#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/hashtable/JoinTableBuilder.h"

namespace basalt {
namespace {

constexpr std::size_t kWorkers = 4;

/// A table of rows with one integer key, made by several threads that finish it together.
class Join {
 public:
  explicit Join(const std::vector<std::int64_t>& keys, bool linksRanked = true,
                std::optional<KeyBounds> knownBounds = std::nullopt)
      : builder_(layout(), shape(linksRanked, knownBounds), kWorkers, budget_) {
    const std::size_t share = keys.size() / kWorkers + 1;
    for (std::size_t index = 0; index < keys.size(); ++index) {
      std::byte* const row = builder_.rows(index / share).append();
      *reinterpret_cast<HashedJoinRow*>(row) = {{nullptr}, 0};  // NOLINT
      std::memcpy(row + layout().column(0).offset, &keys[index], sizeof(keys[index]));
    }
    for (std::size_t phase = 0; phase < JoinTableBuilder::kPhases; ++phase) runPhase(phase);
  }

  static constexpr std::uint64_t kRowBytes = sizeof(HashedJoinRow) + sizeof(std::int64_t);

  JoinFacts facts() const { return builder_.facts(); }
  const JoinTable& table() const { return *builder_.table(); }
  auto usedBytes() const { return budget_->current(); }
  std::size_t count(std::int64_t key) const {
    std::size_t rows = 0;
    for (const JoinRow* row = joinTableRanked(builder_.table(), key); row != nullptr; row = row->next) {
      std::int64_t found = 0;
      std::memcpy(&found, reinterpret_cast<const std::byte*>(row) + layout().column(0).offset,
                  sizeof(found));  // NOLINT
      EXPECT_EQ(found, key);
      ++rows;
    }
    return rows;
  }

 private:
  static JoinTableBuilder::Shape shape(bool linksRanked, std::optional<KeyBounds> knownBounds) {
    JoinTableBuilder::Shape shape;
    shape.firstKeyCanRank = true;
    shape.linksRanked = linksRanked;
    shape.firstKeyBounds = knownBounds;
    return shape;
  }
  static RowLayout layout() {
    const RowLayout::ColumnType key{PhysicalType::Int64, false};
    return {sizeof(HashedJoinRow), std::span(&key, 1)};
  }
  void runPhase(std::size_t phase) {
    const std::size_t parts = builder_.beginPhase(phase);
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (std::size_t worker = 0; worker < kWorkers; ++worker) {
      threads.emplace_back([&, worker] {
        for (std::size_t part = next++; part < parts; part = next++) builder_.runPart(phase, part, worker);
      });
    }
  }

  std::shared_ptr<MemoryBudget> budget_ = MemoryBudget::createRoot("test");
  JoinTableBuilder builder_;
};

/// Runs of up to five equal keys, ascending with gaps: 100,000 rows, of which many parts are made.
std::vector<std::int64_t> ascendingKeys(std::mt19937_64& random) {
  std::vector<std::int64_t> keys;
  for (std::int64_t key = -40'000; keys.size() < 100'000; key += 1 + static_cast<std::int64_t>(random() % 3)) {
    keys.insert(keys.end(), 1 + random() % 5, key);
  }
  return keys;
}

void expectAllRows(const std::vector<std::int64_t>& keys) {
  const Join join(keys);
  ASSERT_TRUE(join.facts().isRanked);
  EXPECT_FALSE(join.facts().isUnique);
  std::map<std::int64_t, std::size_t> expected;
  for (const std::int64_t key : keys) ++expected[key];
  for (std::int64_t key = expected.begin()->first - 3; key <= expected.rbegin()->first + 3; ++key) {
    const auto known = expected.find(key);
    EXPECT_EQ(join.count(key), known == expected.end() ? 0 : known->second) << key;
  }
}

TEST(JoinTable, NoRowIsLostWhereThreadsChainRowsInTheOrderOfKeys) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  expectAllRows(ascendingKeys(random));
}

TEST(JoinTable, NoRowIsLostWhereThreadsChainRowsOfTheSameKeys) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> keys = ascendingKeys(random);
  std::ranges::shuffle(keys, random);
  expectAllRows(keys);
}

TEST(JoinTable, KnowsWhetherRowsLieInTheOrderOfKeys) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> keys = ascendingKeys(random);
  EXPECT_EQ(Join(keys).table().scattered, 0U);
  std::ranges::reverse(keys);
  EXPECT_EQ(Join(keys).table().scattered, 0U);
  std::ranges::shuffle(keys, random);
  const Join shuffled(keys);
  EXPECT_NE(shuffled.table().scattered, 0U);
  // Probe rows in the order of keys then read rows that lie anywhere.
  EXPECT_TRUE(joinTableIsLargeBetween(&shuffled.table(), 1, 2, 1, Join::kRowBytes));
}

TEST(JoinTable, AskingAheadPaysWhereKeysInOrderAreFarApart) {
  std::vector<std::int64_t> keys(300'000);
  std::iota(keys.begin(), keys.end(), 0);
  const Join large(keys);
  EXPECT_FALSE(joinTableIsLargeBetween(&large.table(), 1000, 2000, 100, Join::kRowBytes));
  EXPECT_TRUE(joinTableIsLargeBetween(&large.table(), 1000, 5000, 100, Join::kRowBytes));
  EXPECT_TRUE(joinTableIsLargeBetween(&large.table(), 5000, 1000, 100, Join::kRowBytes));
  EXPECT_TRUE(joinTableIsLargeBetween(&large.table(), 0, 20'000, 2000, Join::kRowBytes));
  keys.resize(100'000);
  const Join moderate(keys);
  EXPECT_FALSE(joinTableIsLargeBetween(&moderate.table(), 1000, 5000, 100, Join::kRowBytes));
  EXPECT_TRUE(joinTableIsLargeBetween(&moderate.table(), 0, 20'000, 2000, Join::kRowBytes));
}

TEST(JoinTable, AskingAheadPaysByTheBytesOfRowsAndDirectory) {
  std::vector<std::int64_t> keys(10'000);
  std::iota(keys.begin(), keys.end(), 0);
  const Join join(keys);
  EXPECT_FALSE(joinTableIsLarge(&join.table(), Join::kRowBytes));
  EXPECT_TRUE(joinTableIsLarge(&join.table(), 2 * Join::kRowBytes));
}

TEST(JoinTable, AThirdOfTheKeysIsFewWhereRowsLieAnywhere) {
  std::vector<std::int64_t> keys(100'000);
  for (std::size_t index = 0; index < keys.size(); ++index) keys[index] = 3 * static_cast<std::int64_t>(index);
  EXPECT_FALSE(Join(keys).facts().isSelective);
  std::ranges::shuffle(keys, std::mt19937_64(1));
  EXPECT_TRUE(Join(keys).facts().isSelective);
}

TEST(JoinTable, KnowsItsKeysWithoutADirectoryWhereNobodyAsksForRows) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> keys = ascendingKeys(random);
  const std::set<std::int64_t> expected(keys.begin(), keys.end());
  std::ranges::shuffle(keys, random);
  const Join join(keys, false);
  ASSERT_TRUE(join.facts().isRanked);
  EXPECT_EQ(join.table().directory, nullptr);
  EXPECT_EQ(join.table().rowCount, keys.size());
  for (std::int64_t key = *expected.begin() - 3; key <= *expected.rbegin() + 3; ++key) {
    EXPECT_EQ(joinTableHasKey(&join.table(), key), expected.contains(key)) << key;
  }
  EXPECT_LT(join.usedBytes(), Join(keys).usedBytes());
}

TEST(JoinTable, FindsRowsByHashWhereKeysLieFarApartThoughKeysWouldDo) {
  std::vector<std::int64_t> keys(1'000);
  std::int64_t key = 0;
  for (std::int64_t& each : keys) each = key += std::int64_t{1} << 40;
  const Join join(keys, false);
  EXPECT_FALSE(join.facts().isRanked);
  // Their hashes are all 0.
  std::size_t rows = 0;
  for (const JoinRow* row = joinTableFirst(&join.table(), 0); row != nullptr; row = row->next) ++rows;
  EXPECT_EQ(rows, keys.size());
}

TEST(JoinTable, LooksForCloserBoundsOnlyWhereAFewRowsPromiseThem) {
  constexpr KeyBounds kKnown{.smallest = 0, .largest = 1'000'000};
  std::vector<std::int64_t> keys(20'000);
  const auto rangeWithKeys = [&](std::int64_t step) {
    for (std::size_t index = 0; index < keys.size(); ++index)
      keys[index] = 100 + step * static_cast<std::int64_t>(index);
    const Join join(keys, true, kKnown);
    EXPECT_TRUE(join.facts().isRanked);
    for (const std::int64_t key : keys) EXPECT_EQ(join.count(key), 1U) << key;
    return join.table().ranks.range;
  };
  // A bitmap of all numbers between the known bounds is soon cleared.
  EXPECT_EQ(rangeWithKeys(1), 1'000'001U);
  keys.resize(1'000);
  EXPECT_EQ(rangeWithKeys(1), 1'000U);
  EXPECT_EQ(rangeWithKeys(499), 498'502U);
  EXPECT_EQ(rangeWithKeys(600), 1'000'001U);
  keys.clear();
  EXPECT_EQ(Join(keys, true, kKnown).table().ranks.range, 0U);
}

TEST(JoinTable, SelectiveKeysFarApartAreSparse) {
  std::vector<std::int64_t> keys(4'000);
  for (std::size_t index = 0; index < keys.size(); ++index) keys[index] = 100 * static_cast<std::int64_t>(index);
  for (const bool asksForRows : {true, false}) {
    const Join join(keys, asksForRows);
    EXPECT_TRUE(join.facts().isSparse);
    for (const std::int64_t key : keys) {
      EXPECT_TRUE(joinTableMayHaveNarrowKey(&join.table(), static_cast<std::int32_t>(key))) << key;
    }
    EXPECT_FALSE(joinTableMayHaveNarrowKey(&join.table(), 50));
  }
  keys.resize(2'000);
  EXPECT_FALSE(Join(keys).facts().isSparse);
}

TEST(JoinTable, HalfOfTheKeysAreFewWhereAProbeIsButATest) {
  std::vector<std::int64_t> keys(1'000);
  std::int64_t key = 0;
  for (std::int64_t& each : keys) each = key += 2;
  EXPECT_FALSE(Join(keys).facts().isSelective);
  EXPECT_TRUE(Join(keys, false).facts().isSelective);
  std::iota(keys.begin(), keys.end(), 0);
  EXPECT_FALSE(Join(keys, false).facts().isSelective);
}

}  // namespace
}  // namespace basalt
