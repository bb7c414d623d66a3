#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/hashtable/KeyOverlaps.h"

namespace basalt {
namespace {

using Keys = std::vector<std::int64_t>;

/// Notes sets on two threads by turns.
KeyOverlaps overlapsOf(const std::vector<Keys>& sets, std::int64_t minimum, std::uint64_t range) {
  KeyOverlaps overlaps;
  overlaps.prepare({nullptr, nullptr, static_cast<std::uint64_t>(minimum), range}, 3, MemoryBudget::createRoot("test"));
  for (std::size_t set = 0; set < sets.size(); ++set) {
    KeyOverlaps::Noter noter = overlaps.noter(set % 2, set);
    for (const std::int64_t key : sets[set]) noter.note(key);
  }
  overlaps.unite();
  return overlaps;
}

TEST(KeyOverlaps, KeysOfSeveralSetsAreFound) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  // The last one has more numbers than there are intervals of the least size.
  for (const std::int64_t range : {std::int64_t{1}, std::int64_t{5000}, std::int64_t{1} << 20, std::int64_t{3} << 40}) {
    const std::int64_t minimum = -7 - range / 2;
    const auto key = [&] { return minimum + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(range)); };
    for (const std::size_t first : {0, 1}) {
      // Of the same thread, and of different ones.
      std::vector<Keys> sets(7);
      for (int i = 0; i < 50; ++i) sets[first].push_back(key());
      for (int i = 0; i < 50; ++i) sets[5].push_back(i % 3 == 0 ? sets[first][static_cast<std::size_t>(i)] : key());
      const KeyOverlaps overlaps = overlapsOf(sets, minimum, static_cast<std::uint64_t>(range));
      for (const std::int64_t shared : sets[5]) {
        if (std::ranges::find(sets[first], shared) != sets[first].end()) EXPECT_TRUE(overlaps.mayBeShared(shared));
      }
    }
  }
}

TEST(KeyOverlaps, SetsThatFollowEachOtherShareKeysAtTheirEndsAlone) {
  constexpr std::int64_t kKeysPerSet = 100'000;
  std::vector<Keys> sets(20);
  for (std::int64_t key = 0; key < 20 * kKeysPerSet; ++key) {
    sets[static_cast<std::size_t>(key / kKeysPerSet)].push_back(key);
  }
  const KeyOverlaps overlaps = overlapsOf(sets, 0, 20 * kKeysPerSet);
  const auto countShared = [&](const KeyOverlaps& of) {
    std::int64_t shared = 0;
    for (std::int64_t key = 0; key < 20 * kKeysPerSet; ++key) shared += of.mayBeShared(key) ? 1 : 0;
    return shared;
  };
  EXPECT_LT(countShared(overlaps), 20 * kKeysPerSet / 50);
  // A worker that goes on elsewhere makes a set of keys that lie far apart, and shares nothing that lies between.
  std::rotate(sets[0].begin(), sets[0].begin() + kKeysPerSet / 2, sets[0].end());
  for (std::int64_t key = 0; key < kKeysPerSet / 2; ++key)
    std::swap(sets[0][static_cast<std::size_t>(key)], sets[19][static_cast<std::size_t>(key)]);
  EXPECT_LT(countShared(overlapsOf(sets, 0, 20 * kKeysPerSet)), 20 * kKeysPerSet / 40);
}

TEST(KeyOverlaps, WithoutSetsNothingIsShared) {
  EXPECT_FALSE(KeyOverlaps().mayBeShared(0));
  EXPECT_FALSE(KeyOverlaps().mayBeShared(INT64_MIN));
}

}  // namespace
}  // namespace basalt
