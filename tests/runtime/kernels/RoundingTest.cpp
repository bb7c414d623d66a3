#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/kernels/Rounding.h"

namespace basalt::kernels {
namespace {

/// Half away from zero, in 128 bits.
Int128 roundByDefinition(Int128 value, Int128 factor) {
  const Int128 rest = value % factor;
  const Int128 towardsZero = value - rest;
  return (rest < 0 ? -rest : rest) * 2 >= factor ? towardsZero + (value < 0 ? -factor : factor) : towardsZero;
}

TEST(Rounding, IntegersBeforeThePoint) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto value =
        i < 4 ? (i % 2 == 0 ? INT64_MIN : INT64_MAX) : static_cast<std::int64_t>(random()) >> (random() % 63);
    const auto digits = -static_cast<std::int32_t>(random() % 22);
    const Int128 factor = powerOfTen(static_cast<unsigned>(-digits));
    ErrorCode error = ErrorCode::None;
    const std::int64_t rounded = roundToBigInt(value, digits, &error);
    const Int128 expected = roundByDefinition(value, factor);
    if (expected > INT64_MAX || expected < INT64_MIN) {
      ASSERT_EQ(error, ErrorCode::NumericOverflow) << value << " " << digits;
    } else {
      ASSERT_EQ(error, ErrorCode::None) << value << " " << digits;
      ASSERT_TRUE(rounded == expected) << value << " " << digits;
    }
    ASSERT_TRUE(truncateToBigInt(value, digits) == value - value % factor) << value << " " << digits;
  }
}

TEST(Rounding, NarrowIntegersOverflow) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(roundToTinyInt(124, -1, &error), 120);
  EXPECT_EQ(roundToTinyInt(-128, -3, &error), 0);
  EXPECT_EQ(roundToSmallInt(-32768, 0, &error), -32768);
  EXPECT_EQ(roundToInteger(125, 7, &error), 125);
  EXPECT_EQ(roundToBigInt(5, INT32_MIN, &error), 0);
  EXPECT_EQ(truncateToInteger(-129, -1), -120);
  EXPECT_EQ(truncateToBigInt(INT64_MIN, INT32_MIN), 0);
  EXPECT_EQ(error, ErrorCode::None);
  roundToTinyInt(125, -1, &error);
  EXPECT_EQ(error, ErrorCode::NumericOverflow);
}

TEST(Rounding, Decimals) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto narrow = static_cast<std::int64_t>(random()) >> (random() % 63);
    const Int128 wide = makeInt128(static_cast<std::int64_t>(random()), random()) >> (random() % 127);
    const unsigned exponent = 1 + static_cast<unsigned>(random() % 18);
    const Int128 factor = powerOfTen(exponent + static_cast<unsigned>(random() % 20));
    const auto narrowFactor = static_cast<std::int64_t>(powerOfTen(exponent));
    // Of a division towards zero and its remainder, which the processor has the last word on.
    const auto floorOf = [](Int128 value, Int128 by) { return value / by - (value % by < 0 ? 1 : 0); };
    const auto ceilOf = [](Int128 value, Int128 by) { return value / by + (value % by > 0 ? 1 : 0); };
    ASSERT_TRUE(decimalFloorBigInt(narrow, narrowFactor) == floorOf(narrow, narrowFactor)) << narrow;
    ASSERT_TRUE(decimalCeilBigInt(narrow, narrowFactor) == ceilOf(narrow, narrowFactor)) << narrow;
    ASSERT_TRUE(decimalTruncateBigInt(narrow, narrowFactor) == narrow / narrowFactor) << narrow;
    ASSERT_TRUE(decimalFloorInt128(wide, factor) == floorOf(wide, factor));
    ASSERT_TRUE(decimalCeilInt128(wide, factor) == ceilOf(wide, factor));
    ASSERT_TRUE(decimalTruncateInt128(wide, factor) == wide / factor);
  }
}

TEST(Rounding, FloatingPoint) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(roundDouble(2.5), 3);
  EXPECT_EQ(roundDouble(-2.5), -3);
  EXPECT_EQ(roundDouble(0.49999999999999994), 0);
  EXPECT_EQ(roundReal(1.5F), 2);
  EXPECT_EQ(floorDouble(-0.5), -1);
  EXPECT_EQ(ceilDouble(-1.5), -1);
  EXPECT_EQ(truncateReal(-1.5F), -1);
  // DuckDB's answers.
  EXPECT_EQ(roundToDouble(2.675, 2), 2.68);
  EXPECT_EQ(roundToDouble(1.005, 2), 1);
  EXPECT_EQ(roundToDouble(1234.567, -2), 1200);
  EXPECT_EQ(roundToDouble(1e300, 20), 1e300);
  EXPECT_EQ(roundToDouble(1e300, -400), 0);
  EXPECT_EQ(roundToDouble(1.5, 400), 1.5);
  EXPECT_EQ(roundToDouble(1.5, INT32_MIN), 0);
  EXPECT_EQ(roundToReal(1.55F, 1), 1.5F);
  EXPECT_EQ(truncateToDouble(12.345, 2), 12.34);
  EXPECT_EQ(truncateToReal(-12.5F, -1), -10);
  EXPECT_EQ(roundToDouble(kInfinity, 2), kInfinity);
  EXPECT_EQ(roundToDouble(-kInfinity, -2), -kInfinity);
  EXPECT_TRUE(std::isnan(roundToDouble(std::numeric_limits<double>::quiet_NaN(), -2)));
}

TEST(Rounding, Signs) {
  EXPECT_EQ(signTinyInt(-128), -1);
  EXPECT_EQ(signBigInt(INT64_MAX), 1);
  EXPECT_EQ(signInt128(kInt128Minimum), -1);
  EXPECT_EQ(signDouble(-0.0), 0);
  EXPECT_EQ(signDouble(5e-324), 1);
  EXPECT_EQ(signReal(std::numeric_limits<float>::quiet_NaN()), 0);
}

}  // namespace
}  // namespace basalt::kernels
