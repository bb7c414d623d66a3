#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/hashtable/JoinTable.h"

namespace basalt {
namespace {

constexpr std::size_t kWorkers = 4;

/// A table of rows with one integer key, made by several threads that finish it together.
class Join {
 public:
  explicit Join(const std::vector<std::int64_t>& keys) : builder_(layout(), shape(), kWorkers, budget_) {
    const std::size_t share = keys.size() / kWorkers + 1;
    for (std::size_t index = 0; index < keys.size(); ++index) {
      std::byte* const row = builder_.rows(index / share).append();
      *reinterpret_cast<JoinRow*>(row) = {nullptr, 0};  // NOLINT
      std::memcpy(row + layout().column(0).offset, &keys[index], sizeof(keys[index]));
    }
    for (std::size_t phase = 0; phase < JoinTableBuilder::kPhases; ++phase) runPhase(phase);
  }

  JoinFacts facts() const { return builder_.facts(); }
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
  static JoinTableBuilder::Shape shape() {
    JoinTableBuilder::Shape shape;
    shape.firstKeyCanRank = true;
    return shape;
  }
  static RowLayout layout() {
    const RowLayout::ColumnType key{PhysicalType::Int64, false};
    return {sizeof(JoinRow), std::span(&key, 1)};
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

}  // namespace
}  // namespace basalt
