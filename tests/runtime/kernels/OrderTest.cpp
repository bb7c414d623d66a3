// Comparison, hashing and sort keys state one order and one equality; each test checks all three against an independent
// oracle.
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/Compare.h"
#include "runtime/kernels/Hash.h"
#include "runtime/kernels/Logic.h"
#include "runtime/kernels/SortKey.h"

namespace basalt::kernels {
namespace {

template <typename T>
struct Kernels {
  bool (*equal)(T, T) noexcept;
  bool (*notEqual)(T, T) noexcept;
  bool (*less)(T, T) noexcept;
  bool (*lessEqual)(T, T) noexcept;
  bool (*greater)(T, T) noexcept;
  bool (*greaterEqual)(T, T) noexcept;
  std::uint64_t (*hash)(T) noexcept;
  void (*encode)(std::byte*, T, bool) noexcept;
  PhysicalType type;
  /// Whether equal keys prove equal values.
  bool keyDecides = true;
};

/// `order(a, b)` is negative, zero or positive.
template <typename T>
void expectOrder(const Kernels<T>& kernels, const std::vector<T>& values, const std::function<int(T, T)>& order) {
  const std::size_t bytes = sortKeyBytes(kernels.type);
  const auto key = [&](T value, bool descending) {
    std::array<std::byte, 17> target;
    target.fill(std::byte{0x77});
    kernels.encode(target.data(), value, descending);
    EXPECT_EQ(target[bytes], std::byte{0x77}) << "wrote behind the key";
    return target;
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      const T left = values[i];
      const T right = values[j];
      const int expected = order(left, right);
      SCOPED_TRACE(std::to_string(i) + " " + std::to_string(j));
      ASSERT_EQ(kernels.equal(left, right), expected == 0);
      ASSERT_EQ(kernels.notEqual(left, right), expected != 0);
      ASSERT_EQ(kernels.less(left, right), expected < 0);
      ASSERT_EQ(kernels.lessEqual(left, right), expected <= 0);
      ASSERT_EQ(kernels.greater(left, right), expected > 0);
      ASSERT_EQ(kernels.greaterEqual(left, right), expected >= 0);
      if (expected == 0) {
        ASSERT_EQ(kernels.hash(left), kernels.hash(right));
      }
      for (const bool descending : {false, true}) {
        const int keys = std::memcmp(key(left, descending).data(), key(right, descending).data(), bytes);
        const int ascending = descending ? -keys : keys;
        if (expected == 0 || kernels.keyDecides) {
          ASSERT_EQ(ascending < 0, expected < 0);
          ASSERT_EQ(ascending > 0, expected > 0);
        } else {
          ASSERT_TRUE(ascending == 0 || (ascending < 0) == (expected < 0));
        }
      }
    }
  }
}

template <typename T>
int compare(T left, T right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

template <typename T, typename Number>
std::vector<T> sampleIntegers(unsigned seed) {
  using Limits = std::numeric_limits<Number>;
  std::vector<T> values;
  for (const Number number : {Limits::min(), Number(Limits::min() + 1), Number(-1), Number(0), Number(1),
                              Number(Limits::max() - 1), Limits::max()}) {
    values.push_back(static_cast<T>(number));
  }
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    values.push_back(static_cast<T>(static_cast<Number>(random() >> (random() % 64))));
  }
  return values;
}

#define BASALT_KERNELS_OF(NAME, PHYSICAL)                                                             \
  {&equal##NAME,        &notEqual##NAME, &less##NAME,          &lessEqual##NAME,      &greater##NAME, \
   &greaterEqual##NAME, &hash##NAME,     &encodeSortKey##NAME, PhysicalType::PHYSICAL}

class Order : public testing::Test {
 protected:
  const unsigned seed_ = std::random_device{}();
  const testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
};

TEST_F(Order, Integers) {
  expectOrder<std::int8_t>(BASALT_KERNELS_OF(TinyInt, Int8), sampleIntegers<std::int8_t, std::int8_t>(seed_),
                           compare<std::int8_t>);
  expectOrder<std::int16_t>(BASALT_KERNELS_OF(SmallInt, Int16), sampleIntegers<std::int16_t, std::int16_t>(seed_),
                            compare<std::int16_t>);
  expectOrder<std::int32_t>(BASALT_KERNELS_OF(Integer, Int32), sampleIntegers<std::int32_t, std::int32_t>(seed_),
                            compare<std::int32_t>);
  expectOrder<std::int64_t>(BASALT_KERNELS_OF(BigInt, Int64), sampleIntegers<std::int64_t, std::int64_t>(seed_),
                            compare<std::int64_t>);
  expectOrder<Date>(BASALT_KERNELS_OF(Date, Int32), sampleIntegers<Date, std::int32_t>(seed_), compare<Date>);
  expectOrder<Time>(BASALT_KERNELS_OF(Time, Int64), sampleIntegers<Time, std::int64_t>(seed_), compare<Time>);
  expectOrder<Timestamp>(BASALT_KERNELS_OF(Timestamp, Int64), sampleIntegers<Timestamp, std::int64_t>(seed_),
                         compare<Timestamp>);
  expectOrder<bool>(BASALT_KERNELS_OF(Boolean, Bool), {false, true}, compare<bool>);
}

TEST_F(Order, WideIntegers) {
  std::vector<Int128> values = {kInt128Minimum, kInt128Minimum + 1, -1, 0, 1, kInt128Maximum};
  for (const std::int64_t low : sampleIntegers<std::int64_t, std::int64_t>(seed_)) {
    values.push_back(low);
    values.push_back(makeInt128(low % 3, static_cast<std::uint64_t>(low)));
  }
  expectOrder<Int128>(BASALT_KERNELS_OF(Int128, Int128), values, compare<Int128>);
}

template <typename T>
std::vector<T> sampleFloats() {
  using Limits = std::numeric_limits<T>;
  return {Limits::quiet_NaN(),
          -Limits::quiet_NaN(),
          Limits::signaling_NaN(),
          Limits::infinity(),
          -Limits::infinity(),
          T{0},
          -T{0},
          Limits::denorm_min(),
          -Limits::denorm_min(),
          Limits::max(),
          Limits::lowest(),
          T{1},
          T{-1},
          T{1.5},
          T{-1.5}};
}

template <typename T>
int compareFloats(T left, T right) {
  if (std::isnan(left) || std::isnan(right)) return int{std::isnan(left)} - int{std::isnan(right)};
  return compare(left, right);
}

TEST_F(Order, NanIsLargestAndZerosAreEqual) {
  expectOrder<double>(BASALT_KERNELS_OF(Double, Double), sampleFloats<double>(), compareFloats<double>);
  expectOrder<float>(BASALT_KERNELS_OF(Real, Float), sampleFloats<float>(), compareFloats<float>);
}

TEST_F(Order, IntervalsCountMonthsAs30Days) {
  const std::vector<Interval> values = {{0, 0, 0},
                                        {1, 0, 0},
                                        {0, 30, 0},
                                        {0, 29, kMicrosecondsPerDay},
                                        {0, 31, 0},
                                        {-1, 30, 0},
                                        {INT32_MAX, INT32_MAX, INT64_MAX},
                                        {INT32_MIN, INT32_MIN, INT64_MIN},
                                        {0, 0, INT64_MAX},
                                        {12, 5, -1}};
  expectOrder<Interval>(BASALT_KERNELS_OF(Interval, Interval), values,
                        [](Interval left, Interval right) { return compare(normalise(left), normalise(right)); });
  EXPECT_TRUE(equalInterval({1, 0, 0}, {0, 29, kMicrosecondsPerDay}));
}

TEST_F(Order, StringsCompareAsBytes) {
  std::mt19937_64 random(seed_);
  std::vector<std::unique_ptr<std::string>> texts;
  texts.push_back(std::make_unique<std::string>());
  // Few different bytes, so that strings share prefixes; zeros and bytes over 127 among them.
  const std::string alphabet("ab\0\xff", 4);
  for (int i = 0; i < 150; ++i) {
    std::string text(random() % 3 == 0 ? texts[random() % texts.size()]->substr(0, random() % 20) : "");
    for (std::size_t length = random() % 18; length > 0; --length) {
      text.push_back(alphabet[random() % alphabet.size()]);
    }
    texts.push_back(std::make_unique<std::string>(text));
    // The same bytes at another address.
    if (i % 4 == 0) texts.push_back(std::make_unique<std::string>(text));
  }
  std::vector<StringView> values;
  for (const auto& text : texts) {
    values.push_back(StringView::make(*text));
    ASSERT_EQ(values.back().view(), *text);
  }
  Kernels<StringView> kernels = BASALT_KERNELS_OF(Varchar, String);
  kernels.keyDecides = false;
  expectOrder<StringView>(kernels, values, [](StringView left, StringView right) {
    // Compared as unsigned bytes, through copies that own them.
    return std::string(left.view()).compare(std::string(right.view()));
  });
}

TEST_F(Order, ShortStringsKeysDecideWithoutZeroBytes) {
  std::byte shorter[12];
  std::byte longer[12];
  encodeSortKeyVarchar(shorter, StringView::make("abc"), false);
  encodeSortKeyVarchar(longer, StringView::make("abcd"), false);
  EXPECT_LT(std::memcmp(shorter, longer, 12), 0);
  encodeSortKeyVarchar(longer, StringView::make("abcdefghijklm"), false);
  EXPECT_EQ(std::memcmp(longer, "abcdefghijkl", 12), 0);
}

TEST(Hash, SpreadsRegularKeysOverAllBits) {
  // 2^16 keys in 2^16 slots: random slots leave 36.8 % empty. Strides that keep the low or the high bits constant
  // included.
  for (const int stride : {0, 4, 16, 32, 47}) {
    for (const int shift : {0, 16, 32, 48}) {
      std::set<std::uint64_t> slots;
      for (std::uint64_t key = 0; key < 65536; ++key) {
        slots.insert((hashBigInt(static_cast<std::int64_t>(key << stride)) >> shift) & 65535);
      }
      EXPECT_GT(slots.size(), 38000U) << stride << " " << shift;
    }
  }
}

TEST(Hash, SpreadsShortStringsAndPairs) {
  for (const int shift : {0, 16, 32, 48}) {
    std::set<std::uint64_t> textSlots;
    std::set<std::uint64_t> pairSlots;
    for (int key = 0; key < 65536; ++key) {
      textSlots.insert((hashVarchar(StringView::make("#" + std::to_string(key))) >> shift) & 65535);
      pairSlots.insert((hashCombine(hashInteger(key / 256), hashInteger(key % 256)) >> shift) & 65535);
    }
    EXPECT_GT(textSlots.size(), 39000U) << shift;
    EXPECT_GT(pairSlots.size(), 39000U) << shift;
  }
}

TEST(Hash, AgreesBetweenWidths) {
  EXPECT_EQ(hashTinyInt(-5), hashBigInt(-5));
  EXPECT_EQ(hashInteger(-5), hashInt128(-5));
  EXPECT_EQ(hashSmallInt(77), hashInt128(77));
  EXPECT_EQ(hashReal(1.5F), hashDouble(1.5));
  EXPECT_NE(hashInt128(Int128{1} << 64), hashInt128(0));
  EXPECT_NE(hashCombine(1, 2), hashCombine(2, 1));
  EXPECT_NE(hashNull(), hashBigInt(0));
}

TEST(Logic, IsThreeValued) {
  // 0 false, 1 true, 2 NULL.
  const int andTable[3][3] = {{0, 0, 0}, {0, 1, 2}, {0, 2, 2}};
  const int orTable[3][3] = {{0, 1, 2}, {1, 1, 1}, {2, 1, 2}};
  for (int left = 0; left < 3; ++left) {
    for (int right = 0; right < 3; ++right) {
      for (const bool garbage : {false, true}) {
        const bool a = left == 2 ? garbage : left == 1;
        const bool b = right == 2 ? garbage : right == 1;
        EXPECT_EQ(andIsNull(a, left == 2, b, right == 2), andTable[left][right] == 2);
        EXPECT_EQ(andValue(a, left == 2, b, right == 2), andTable[left][right] == 1);
        EXPECT_EQ(orIsNull(a, left == 2, b, right == 2), orTable[left][right] == 2);
        EXPECT_EQ(orValue(a, left == 2, b, right == 2), orTable[left][right] == 1);
      }
    }
  }
  EXPECT_FALSE(notBoolean(true));
}

}  // namespace
}  // namespace basalt::kernels
