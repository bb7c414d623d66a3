#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/ValueSet.h"

namespace basalt::kernels {
namespace {

TEST(ValueSetTest, IntegersOfAnyKind) {
  std::mt19937_64 random(7);
  for (const std::size_t size : {1, 2, 9, 100, 5000}) {
    std::set<std::int64_t> numbers = {0, INT64_MIN, INT64_MAX};
    for (std::size_t i = 0; i < size; ++i) numbers.insert(static_cast<std::int64_t>(random() % (4 * size)));
    std::vector<Value> values;
    for (const std::int64_t number : numbers) {
      values.push_back(Value::integer(Type::bigInt(), number));
      values.push_back(values.back());
    }
    const ValueSet set(values);
    for (std::int64_t number = -10; number < static_cast<std::int64_t>(4 * size) + 10; ++number)
      ASSERT_EQ(inSetBigInt(number, &set), numbers.contains(number)) << number;
    EXPECT_TRUE(inSetBigInt(INT64_MIN, &set));
    EXPECT_TRUE(inSetBigInt(INT64_MAX, &set));
    EXPECT_FALSE(inSetBigInt(INT64_MAX - 1, &set));
    EXPECT_TRUE(inSetTinyInt(0, &set));
    EXPECT_FALSE(inSetInteger(-1, &set));
  }
}

TEST(ValueSetTest, WideIntegers) {
  const Type type = Type::decimal(38, 2);
  const Int128 large = Int128{1} << 100;
  std::vector<Value> values;
  for (const Int128 number : {Int128{0}, Int128{1}, large, -large, large + 1})
    values.push_back(Value::decimal(type, number));
  const ValueSet set(values);
  for (const Int128 number : {Int128{0}, Int128{1}, large, -large, large + 1}) EXPECT_TRUE(inSetInt128(number, &set));
  for (const Int128 number : {Int128{2}, Int128{-1}, large - 1, large << 1}) EXPECT_FALSE(inSetInt128(number, &set));
}

TEST(ValueSetTest, FloatingPointComparesAsInComparisons) {
  std::vector<Value> values;
  for (const double number : {-0.0, 1.5, std::numeric_limits<double>::infinity(), std::nan("1")})
    values.push_back(Value::floating(Type::doublePrecision(), number));
  const ValueSet set(values);
  EXPECT_TRUE(inSetDouble(0.0, &set));
  EXPECT_TRUE(inSetDouble(-0.0, &set));
  EXPECT_TRUE(inSetDouble(-std::nan("2"), &set));
  EXPECT_TRUE(inSetReal(1.5F, &set));
  EXPECT_TRUE(inSetDouble(std::numeric_limits<double>::infinity(), &set));
  EXPECT_FALSE(inSetDouble(-std::numeric_limits<double>::infinity(), &set));
  EXPECT_FALSE(inSetDouble(1.25, &set));
}

TEST(ValueSetTest, Texts) {
  std::mt19937 random(3);
  std::set<std::string> texts = {"", std::string(1, '\0'), "twelve bytes", "thirteen byte",
                                 "a much longer text than fits"};
  for (int i = 0; i < 300; ++i) texts.insert(std::string(random() % 20, 'x') + std::to_string(random() % 100));
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(Value::string(Type::varchar(), text));
  const ValueSet set(values);
  for (const std::string& text : texts) {
    EXPECT_TRUE(inSetVarchar(StringView::make(text), &set)) << text;
    EXPECT_EQ(inSetVarchar(StringView::make(text + "0"), &set), texts.contains(text + "0"));
  }
}

}  // namespace
}  // namespace basalt::kernels
