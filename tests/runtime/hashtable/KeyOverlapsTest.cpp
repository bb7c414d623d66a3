#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/hashtable/KeyOverlaps.h"

namespace basalt {
namespace {

KeyRanks rangeOf(std::int64_t minimum, std::uint64_t range) {
  return {nullptr, static_cast<std::uint64_t>(minimum), range};
}

TEST(KeyOverlaps, KeysOfSeveralSetsAreFound) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  // The last one has more numbers than there are intervals of the least size.
  for (const std::int64_t range : {std::int64_t{1}, std::int64_t{5000}, std::int64_t{3} << 40}) {
    const std::int64_t minimum = -7 - range / 2;
    const auto key = [&] { return minimum + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(range)); };
    std::vector<KeyBounds> sets(1);
    for (int i = 0; i < 6; ++i) {
      sets.emplace_back();
      sets.back().widen(key());
      sets.back().widen(key());
    }
    const KeyOverlaps overlaps(rangeOf(minimum, static_cast<std::uint64_t>(range)), sets);
    for (int i = 0; i < 1000; ++i) {
      const std::int64_t probe = key();
      const auto owners = std::ranges::count_if(
          sets, [probe](const KeyBounds& set) { return set.smallest <= probe && probe <= set.largest; });
      if (owners > 1) EXPECT_TRUE(overlaps.mayBeShared(probe)) << probe;
    }
  }
}

TEST(KeyOverlaps, SetsThatFollowEachOtherShareKeysAtTheirEndsAlone) {
  constexpr std::int64_t kKeysPerSet = 100'000;
  std::vector<KeyBounds> sets;
  for (std::int64_t set = 0; set < 20; ++set) sets.push_back({set * kKeysPerSet, (set + 1) * kKeysPerSet - 1});
  const KeyOverlaps overlaps(rangeOf(0, 20 * kKeysPerSet), sets);
  std::uint64_t shared = 0;
  for (std::int64_t key = 0; key < 20 * kKeysPerSet; ++key) shared += overlaps.mayBeShared(key) ? 1 : 0;
  EXPECT_LT(shared, 20 * kKeysPerSet / 50);
}

TEST(KeyOverlaps, NoSetsShareNothing) {
  EXPECT_FALSE(KeyOverlaps().mayBeShared(0));
  EXPECT_FALSE(KeyOverlaps().mayBeShared(INT64_MIN));
}

}  // namespace
}  // namespace basalt
