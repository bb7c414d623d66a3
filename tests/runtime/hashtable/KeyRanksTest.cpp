#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/hashtable/KeyRanks.h"

namespace basalt {
namespace {

/// The ranks of a set, by the builder's steps.
class Ranks {
 public:
  explicit Ranks(const std::vector<std::int64_t>& keys) {
    for (const std::int64_t key : keys) builder_.widen({key, key});
    builder_.prepare(MemoryBudget::createRoot("test"), 3);
    // As two threads of three would, in turns of seven keys.
    for (std::size_t index = 0; index < keys.size(); ++index)
      builder_.adder(index / 7 % 2 * 2, index / 7).add(keys[index]);
    for (std::size_t part = builder_.beginCount(); part-- != 0;) builder_.count(part);
    members_ = builder_.endCount();
    builder_.beginNumber();
    EXPECT_EQ(builder_.beginCoarse(), hasCoarse());
    std::uint64_t numbered = 0;
    for (std::size_t part = builder_.partCount(); part-- != 0;) numbered += builder_.number(part).count;
    EXPECT_EQ(numbered, members_);
    builder_.finish();
  }

  std::uint64_t members() const { return members_; }
  std::uint64_t of(std::int64_t key) const { return keyRank(builder_.ranks(), key); }
  /// As each way to ask tells it.
  bool has(std::int64_t key) const {
    const bool isMember = hasKey(builder_.ranks(), key);
    EXPECT_EQ(keyPlace(builder_.ranks(), key).isMember, isMember) << key;
    if (isNarrow() && key >= INT32_MIN && key <= INT32_MAX) {
      EXPECT_EQ(hasNarrowKey(builder_.ranks(), static_cast<std::int32_t>(key)), isMember) << key;
      if (isMember && hasCoarse()) EXPECT_TRUE(mayHave(static_cast<std::int32_t>(key))) << key;
    }
    return isMember;
  }
  bool hasCoarse() const { return builder_.ranks().coarse != nullptr; }
  bool mayHave(std::int32_t key) const { return mayHaveNarrowKey(builder_.ranks(), key); }
  bool isNarrow() const { return basalt::isNarrow(builder_.ranks()); }
  bool isDense(std::uint64_t count, double lookups = 0) const { return builder_.isDense(count, lookups); }

 private:
  KeyRanksBuilder builder_;
  std::uint64_t members_ = 0;
};

TEST(KeyRanks, NumbersMembersInOrderWithoutGaps) {
  std::mt19937_64 random(11);
  for (const std::int64_t base : {std::int64_t{-500}, std::int64_t{0}, INT64_MIN, INT64_MAX - 9999}) {
    std::vector<std::int64_t> keys;
    for (int i = 0; i < 1500; ++i) keys.push_back(base + static_cast<std::int64_t>(random() % 10000));
    const std::set<std::int64_t> members(keys.begin(), keys.end());
    const Ranks ranks(keys);
    EXPECT_EQ(ranks.members(), members.size());
    std::uint64_t rank = 0;
    for (std::int64_t offset = 0; offset < 10000; ++offset) {
      const bool isMember = members.contains(base + offset);
      EXPECT_EQ(ranks.of(base + offset), isMember ? rank : kNoRank) << base << " + " << offset;
      rank += isMember ? 1 : 0;
    }
  }
}

TEST(KeyRanks, NumbersGoOnFromPartToPart) {
  std::mt19937_64 random(12);
  std::vector<std::int64_t> keys;
  for (int i = 0; i < 100'000; ++i) keys.push_back(static_cast<std::int64_t>(random() % 9'000'000) - 4'000'000);
  const Ranks ranks(keys);
  const std::set<std::int64_t> members(keys.begin(), keys.end());
  EXPECT_EQ(ranks.members(), members.size());
  std::uint64_t rank = 0;
  for (const std::int64_t member : members) {
    ASSERT_EQ(ranks.of(member), rank++) << member;
    if (!members.contains(member + 1)) ASSERT_EQ(ranks.of(member + 1), kNoRank) << member + 1;
  }
}

/// Leaves memory that is not zero to whoever asks next for as much.
void dirtyMemory(std::size_t bytes) {
  const Buffer used(MemoryBudget::createRoot("test"), bytes);
  std::memset(used.data(), 0xFF, bytes);
}

TEST(KeyRanks, ThreadsThatHaveKeysInDifferentPlacesLoseNone) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  constexpr std::int64_t kRange = std::int64_t{1} << 22;
  std::vector<std::vector<std::int64_t>> keys(3);
  std::set<std::int64_t> members;
  // Each thread in a few places of its own, some of them at their edges, and all of them in one place; the first one
  // has fewest.
  for (std::size_t thread = 0; thread < keys.size(); ++thread) {
    for (std::size_t place = 0; place < 2 + 6 * thread; ++place) {
      const auto first = static_cast<std::int64_t>(random() % (kRange - 10'000)) / 8192 * 8192;
      for (int i = 0; i < 40; ++i) keys[thread].push_back(first + static_cast<std::int64_t>(random() % 10'000));
      keys[thread].push_back(first);
      keys[thread].push_back(first + 8191);
    }
    for (int i = 0; i < 10; ++i) keys[thread].push_back(kRange / 2 + static_cast<std::int64_t>(random() % 100));
    members.insert(keys[thread].begin(), keys[thread].end());
  }
  for (int i = 0; i < 4; ++i) dirtyMemory(kRange / 8);

  KeyRanksBuilder builder;
  builder.widen({0, kRange - 1});
  builder.prepare(MemoryBudget::createRoot("test"), keys.size());
  for (std::size_t thread = 0; thread < keys.size(); ++thread) {
    KeyRanksBuilder::Adder adder = builder.adder(thread, thread);
    for (const std::int64_t key : keys[thread]) adder.add(key);
  }
  for (std::size_t part = builder.beginCount(); part-- != 0;) builder.count(part);
  EXPECT_EQ(builder.endCount(), members.size());
  builder.beginNumber();
  for (std::size_t part = builder.partCount(); part-- != 0;) builder.number(part);
  builder.finish();
  std::uint64_t rank = 0;
  for (std::int64_t key = 0; key < kRange; ++key) {
    const bool isMember = members.contains(key);
    ASSERT_EQ(hasKey(builder.ranks(), key), isMember) << key;
    ASSERT_EQ(keyRank(builder.ranks(), key), isMember ? rank : kNoRank) << key;
    rank += isMember ? 1 : 0;
  }
}

using Keys = std::vector<std::int64_t>;

/// What is known of sets, added on two threads by turns.
std::unique_ptr<KeyRanksBuilder> countedSets(const std::vector<Keys>& sets, const KeyBounds& bounds) {
  auto builder = std::make_unique<KeyRanksBuilder>();
  builder->widen(bounds);
  builder->prepare(MemoryBudget::createRoot("test"), 3);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    KeyRanksBuilder::Adder adder = builder->adder(set % 2, set);
    for (const std::int64_t key : sets[set]) adder.add(key);
  }
  for (std::size_t part = builder->beginCount(); part-- != 0;) builder->count(part);
  return builder;
}

TEST(KeyRanks, KeysThatSeveralSetsHaveAreFound) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (const std::int64_t range : {std::int64_t{1}, std::int64_t{5000}, std::int64_t{1} << 20}) {
    const std::int64_t minimum = -7 - range / 2;
    const auto key = [&] { return minimum + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(range)); };
    for (const std::size_t first : {0, 1}) {
      // Of the same thread, and of different ones.
      std::vector<Keys> sets(7);
      for (int i = 0; i < 50; ++i) sets[first].push_back(key());
      for (int i = 0; i < 50; ++i) sets[5].push_back(i % 3 == 0 ? sets[first][static_cast<std::size_t>(i)] : key());
      const auto builder = countedSets(sets, {minimum, minimum + range - 1});
      for (const std::int64_t shared : sets[5]) {
        if (std::ranges::find(sets[first], shared) != sets[first].end()) EXPECT_TRUE(builder->mayBeShared(shared));
      }
    }
  }
}

TEST(KeyRanks, SetsThatFollowEachOtherShareKeysAtTheirEndsAlone) {
  constexpr std::int64_t kKeysPerSet = 100'000;
  constexpr std::int64_t kKeys = 20 * kKeysPerSet;
  std::vector<Keys> sets(20);
  for (std::int64_t key = 0; key < kKeys; ++key) sets[static_cast<std::size_t>(key / kKeysPerSet)].push_back(key);
  const auto countShared = [&] {
    const auto builder = countedSets(sets, {0, kKeys - 1});
    std::int64_t shared = 0;
    for (std::int64_t key = 0; key < kKeys; ++key) shared += builder->mayBeShared(key) ? 1 : 0;
    return shared;
  };
  EXPECT_LT(countShared(), kKeys / 40);
  // A worker that goes on elsewhere makes a set of keys that lie far apart, and shares nothing that lies between.
  std::swap_ranges(sets[0].begin(), sets[0].begin() + kKeysPerSet / 2, sets[19].begin());
  EXPECT_LT(countShared(), kKeys / 30);
}

TEST(KeyRanks, BeforeSetsAreCountedAndWithOneThreadNothingIsShared) {
  KeyRanksBuilder builder;
  EXPECT_FALSE(builder.mayBeShared(0));
  EXPECT_FALSE(builder.mayBeShared(INT64_MIN));
  builder.widen({0, 9});
  builder.prepare(MemoryBudget::createRoot("test"), 1);
  builder.adder(0, 0).add(5);
  builder.adder(0, 1).add(5);
  for (std::size_t part = builder.beginCount(); part-- != 0;) builder.count(part);
  EXPECT_FALSE(builder.mayBeShared(5));
}

TEST(KeyRanks, KnowsNothingOutsideItsRange) {
  const Ranks ranks({63, 64, 127});
  for (const std::int64_t key : {std::int64_t{62}, std::int64_t{128}, std::int64_t{0}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(ranks.of(key), kNoRank) << key;
  }
  EXPECT_EQ(ranks.of(127), 2U);
  // The bit behind the last one begins a word of its own.
  const Ranks full({0, 63});
  for (const std::int64_t key : {std::int64_t{-1}, std::int64_t{64}, std::int64_t{128}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(full.of(key), kNoRank) << key;
  }
  EXPECT_EQ(full.of(63), 1U);
}

TEST(KeyRanks, MembersAreFoundInEachWay) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % std::uint64_t(bound));
  };
  for (const std::int64_t base : {std::int64_t{INT32_MIN}, std::int64_t{-300}, std::int64_t{INT32_MAX} - 999,
                                  std::int64_t{INT32_MIN} - 1, std::int64_t{INT32_MAX} - 500, INT64_MAX - 999}) {
    std::vector<std::int64_t> keys = {base, base + 999};
    for (int i = 0; i < 300; ++i) keys.push_back(base + below(1000));
    const std::set<std::int64_t> members(keys.begin(), keys.end());
    const Ranks ranks(keys);
    EXPECT_EQ(ranks.isNarrow(), base >= INT32_MIN && base + 999 <= INT32_MAX) << base;
    for (std::int64_t offset = 0; offset < 1000; ++offset) {
      EXPECT_EQ(ranks.has(base + offset), members.contains(base + offset)) << base << " + " << offset;
    }
    for (int i = 0; i < 2000; ++i) {
      const auto key = static_cast<std::int64_t>(random());
      for (const std::int64_t any : {key, key >> 32, base - 64 + below(1064)}) {
        EXPECT_EQ(ranks.has(any), members.contains(any)) << any;
      }
    }
    for (const std::int64_t end : {std::int64_t{INT32_MIN}, std::int64_t{INT32_MAX}, INT64_MIN, INT64_MAX}) {
      EXPECT_EQ(ranks.has(end), members.contains(end)) << end;
    }
  }
}

TEST(KeyRanks, ACoarseBitmapOfFewMembersFarApartKnowsThemAllAndFewOthers) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  // With and without a rest of numbers behind the last bit; from one end of the integers to the middle, and around 0.
  for (const std::int64_t base : {std::int64_t{INT32_MIN}, std::int64_t{-70'000'001}, std::int64_t{5}}) {
    for (const std::uint64_t range : {(std::uint64_t{1} << 18) + 1, std::uint64_t{3'000'000}, std::uint64_t{1} << 26}) {
      std::set<std::int64_t> members = {base, base + static_cast<std::int64_t>(range) - 1};
      while (members.size() < 2'000) members.insert(base + static_cast<std::int64_t>(random() % range));
      const Ranks ranks({members.begin(), members.end()});
      ASSERT_TRUE(ranks.hasCoarse()) << range;
      for (const std::int64_t member : members) EXPECT_TRUE(ranks.has(member)) << member;
      std::size_t passed = 0;
      constexpr std::size_t kOthers = 10'000;
      for (std::size_t other = 0; other < kOthers; ++other) {
        passed += ranks.mayHave(static_cast<std::int32_t>(base + static_cast<std::int64_t>(random() % range))) ? 1 : 0;
      }
      EXPECT_LE(passed, kOthers / 16) << range;
      // Outside, beyond the last bit's numbers.
      const std::int64_t beyond = static_cast<std::int64_t>(std::bit_ceil(range) >> 17);
      for (const std::int64_t outside :
           {base - 1, base - beyond, base + static_cast<std::int64_t>(range) + beyond, std::int64_t{INT32_MAX}}) {
        if (outside >= INT32_MIN) EXPECT_FALSE(ranks.mayHave(static_cast<std::int32_t>(outside))) << outside;
      }
    }
  }
}

TEST(KeyRanks, OnlyFewMembersFarApartHaveACoarseBitmap) {
  const auto hasCoarse = [](std::int64_t members, std::int64_t step) {
    std::vector<std::int64_t> keys;
    for (std::int64_t index = 0; index < members; ++index) keys.push_back(index * step);
    return Ranks(keys).hasCoarse();
  };
  EXPECT_TRUE(hasCoarse(3'000, 100));
  // The whole bitmap is as small.
  EXPECT_FALSE(hasCoarse(2'500, 100));
  // Too many of its bits would be set.
  EXPECT_TRUE(hasCoarse(8'000, 1'000));
  EXPECT_FALSE(hasCoarse(16'000, 1'000));
  // Keys of more than 32 bits.
  EXPECT_FALSE(Ranks({INT32_MAX, std::int64_t{INT32_MAX} + 1'000'000}).hasCoarse());
}

TEST(KeyRanks, NarrowOnesLieLessThanHalfOfAllIntegersApart) {
  // Not built: a bitmap of half of all integers.
  const auto narrow = [](std::int64_t smallest, std::uint64_t range) {
    return isNarrow(KeyRanks{.minimum = static_cast<std::uint64_t>(smallest), .range = range});
  };
  EXPECT_TRUE(narrow(INT32_MIN, INT32_MAX));
  EXPECT_FALSE(narrow(INT32_MIN, std::uint64_t{INT32_MAX} + 1));
  EXPECT_TRUE(narrow(1, INT32_MAX));
  EXPECT_FALSE(narrow(2, INT32_MAX));
}

TEST(KeyRanks, EmptySetHasNoMembers) {
  const Ranks ranks({});
  EXPECT_EQ(ranks.members(), 0U);
  EXPECT_EQ(ranks.of(0), kNoRank);
  EXPECT_TRUE(ranks.isDense(0));
}

TEST(KeyRanks, KeysFarApartAreNotDense) {
  EXPECT_TRUE(Ranks({0, 1'000'000}).isDense(2));
  KeyRanksBuilder builder;
  builder.widen({INT64_MIN, INT64_MAX});
  EXPECT_FALSE(builder.isDense(1'000'000, 0));
  KeyRanksBuilder wide;
  wide.widen({0, 10'000'000});
  EXPECT_FALSE(wide.isDense(30'000, 0));
  EXPECT_TRUE(wide.isDense(50'000, 0));
  // Many lookups repay a bitmap, up to a size.
  EXPECT_TRUE(wide.isDense(2, 2'600'000));
  EXPECT_FALSE(wide.isDense(2, 2'400'000));
  EXPECT_FALSE(builder.isDense(2, 1e18));
}

}  // namespace
}  // namespace basalt
