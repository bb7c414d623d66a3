#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "runtime/kernels/Arithmetic.h"
#include "runtime/kernels/Decimal.h"
#include "runtime/kernels/ExactArithmetic.h"
#include "runtime/kernels/NumericCast.h"

namespace basalt::kernels {
namespace {

/// Checks one checked kernel against 128-bit arithmetic, on all pairs of interesting and some random values.
template <typename T, typename Exact>
void expectChecked(T (*kernel)(T, T, ErrorCode*) noexcept, const Exact& exact) {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {
      Limits::min(),        T(Limits::min() + 1),     T(Limits::min() / 2), -2,           -1, 0, 1, 2, 3,
      T(Limits::max() / 2), T(Limits::max() / 2 + 1), T(Limits::max() - 1), Limits::max()};
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200; ++i) {
    values.push_back(static_cast<T>(random() >> (random() % 64)));
  }
  for (const T left : values) {
    for (const T right : values) {
      ErrorCode expectedError = ErrorCode::None;
      const Int128 expected = exact(left, right, &expectedError);
      if (expectedError == ErrorCode::None && (expected < Limits::min() || expected > Limits::max())) {
        expectedError = ErrorCode::NumericOverflow;
      }
      ErrorCode error = ErrorCode::None;
      const T result = kernel(left, right, &error);
      ASSERT_EQ(error, expectedError) << std::int64_t{left} << " " << std::int64_t{right};
      if (error == ErrorCode::None) {
        ASSERT_EQ(result, expected) << std::int64_t{left} << " " << std::int64_t{right};
      }
    }
  }
}

Int128 sum(Int128 left, Int128 right, ErrorCode* /*error*/) { return left + right; }
Int128 difference(Int128 left, Int128 right, ErrorCode* /*error*/) { return left - right; }
Int128 product(Int128 left, Int128 right, ErrorCode* /*error*/) { return left * right; }
Int128 quotient(Int128 left, Int128 right, ErrorCode* error) {
  if (right == 0) *error = ErrorCode::DivisionByZero;
  return right == 0 ? 0 : left / right;
}
Int128 remainder(Int128 left, Int128 right, ErrorCode* error) {
  if (right == 0) *error = ErrorCode::DivisionByZero;
  return right == 0 ? 0 : left % right;
}

TEST(Arithmetic, IntegersAreExactOrFail) {
  expectChecked(&addTinyInt, sum);
  expectChecked(&addSmallInt, sum);
  expectChecked(&addInteger, sum);
  expectChecked(&addBigInt, sum);
  expectChecked(&subtractTinyInt, difference);
  expectChecked(&subtractSmallInt, difference);
  expectChecked(&subtractInteger, difference);
  expectChecked(&subtractBigInt, difference);
  expectChecked(&multiplyTinyInt, product);
  expectChecked(&multiplySmallInt, product);
  expectChecked(&multiplyInteger, product);
  expectChecked(&multiplyBigInt, product);
  expectChecked(&integerDivideTinyInt, quotient);
  expectChecked(&integerDivideSmallInt, quotient);
  expectChecked(&integerDivideInteger, quotient);
  expectChecked(&integerDivideBigInt, quotient);
  expectChecked(&moduloTinyInt, remainder);
  expectChecked(&moduloSmallInt, remainder);
  expectChecked(&moduloInteger, remainder);
  expectChecked(&moduloBigInt, remainder);
}

/// The error of a call, which is to have a result that does not matter when there is one.
template <typename Call>
ErrorCode errorOf(const Call& call) {
  ErrorCode error = ErrorCode::None;
  call(&error);
  return error;
}

TEST(Arithmetic, WideIntegers) {
  ErrorCode error = ErrorCode::None;
  EXPECT_TRUE(addInt128(kInt128Maximum - 1, 1, &error) == kInt128Maximum);
  EXPECT_TRUE(multiplyInt128(kInt128Minimum / 2, 2, &error) == kInt128Minimum);
  EXPECT_TRUE(integerDivideInt128(kInt128Minimum, 1, &error) == kInt128Minimum);
  EXPECT_TRUE(moduloInt128(kInt128Minimum, -1, &error) == 0);
  EXPECT_TRUE(moduloInt128(-7, 3, &error) == -1);
  EXPECT_TRUE(absInt128(-5, &error) == 5);
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(errorOf([](ErrorCode* e) { addInt128(kInt128Maximum, 1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { subtractInt128(kInt128Minimum, 1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { multiplyInt128(kInt128Maximum, 2, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { integerDivideInt128(kInt128Minimum, -1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { integerDivideInt128(1, 0, e); }), ErrorCode::DivisionByZero);
  EXPECT_EQ(errorOf([](ErrorCode* e) { moduloInt128(1, 0, e); }), ErrorCode::DivisionByZero);
  EXPECT_EQ(errorOf([](ErrorCode* e) { negateInt128(kInt128Minimum, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { negateTinyInt(-128, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { absBigInt(INT64_MIN, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { negateInterval({0, INT32_MIN, 0}, e); }), ErrorCode::NumericOverflow);
}

TEST(Arithmetic, FloatingPoint) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(divideDouble(1, 4, &error), 0.25);
  EXPECT_EQ(absDouble(-1.5), 1.5);
  EXPECT_EQ(negateReal(2), -2);
  EXPECT_EQ(error, ErrorCode::None);
  divideDouble(1, -0.0, &error);
  EXPECT_EQ(error, ErrorCode::DivisionByZero);
  EXPECT_EQ(multiplyDouble(1e300, 1e300), std::numeric_limits<double>::infinity());
}

TEST(Decimal, FailsBeyondItsDigits) {
  constexpr std::int64_t kMost = 999'999'999'999'999'999;
  const Int128 most = powerOfTen(38) - 1;
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(decimalAddBigInt(kMost, -kMost, &error), 0);
  EXPECT_EQ(decimalSubtractBigInt(kMost - 1, -1, &error), kMost);
  EXPECT_EQ(decimalMultiplyBigInt(-333'333'333'333'333'333, 3, &error), -kMost);
  EXPECT_TRUE(decimalAddInt128(most - 1, 1, &error) == most);
  EXPECT_TRUE(decimalMultiplyInt128(-most, 1, &error) == -most);
  EXPECT_TRUE(decimalScaleUpInt128(7, powerOfTen(37), &error) == 7 * powerOfTen(37));
  EXPECT_EQ(decimalCheckBigInt(-99, 100, &error), -99);
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalAddBigInt(kMost, 1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalSubtractBigInt(-kMost, 1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalMultiplyBigInt(1'000'000'000, -1'000'000'000, e); }),
            ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalMultiplyBigInt(kMost, kMost, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([&](ErrorCode* e) { decimalAddInt128(most, 1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([&](ErrorCode* e) { decimalSubtractInt128(-most, most, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([&](ErrorCode* e) { decimalMultiplyInt128(most, 2, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([&](ErrorCode* e) { decimalMultiplyInt128(most, most, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalScaleUpBigInt(10, kMost / 9, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalCheckBigInt(100, 100, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalCheckBigInt(INT64_MIN, 100, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { decimalCheckInt128(kInt128Minimum, 100, e); }), ErrorCode::NumericOverflow);
}

TEST(Decimal, ScalesAndRoundsHalfAwayFromZero) {
  EXPECT_EQ(decimalScaleDownBigInt(149, 100), 1);
  EXPECT_EQ(decimalScaleDownBigInt(150, 100), 2);
  EXPECT_EQ(decimalScaleDownBigInt(-149, 100), -1);
  EXPECT_EQ(decimalScaleDownBigInt(-150, 100), -2);
  EXPECT_EQ(decimalScaleDownBigInt(7, 1), 7);
  EXPECT_TRUE(decimalScaleDownInt128(-powerOfTen(37) * 5, powerOfTen(38)) == -1);
  EXPECT_EQ(decimalScaleUpExactBigInt(-12, 1000), -12000);
  EXPECT_EQ(decimalAddExactBigInt(2, 3), 5);
  EXPECT_EQ(decimalMultiplyNarrowExactBigInt(INT32_MIN, INT32_MIN), std::int64_t{1} << 62);
  EXPECT_EQ(multiplyNarrowExactBigInt(INT32_MIN, INT32_MAX), std::int64_t{INT32_MIN} * INT32_MAX);
  EXPECT_TRUE(decimalMultiplyWideBigInt(INT64_MIN, INT64_MIN) == Int128{1} << 126);
  // Garbage under a NULL wraps; nothing else may happen.
  decimalMultiplyExactInt128(kInt128Maximum, kInt128Maximum);
  decimalAddExactBigInt(INT64_MAX, INT64_MAX);
  decimalScaleDownBigInt(INT64_MAX, 100);
}

TEST(NumericCast, IntegersAreExactOrFail) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(castIntegerToTinyInt(-128, &error), -128);
  EXPECT_EQ(castInt128ToBigInt(INT64_MIN, &error), INT64_MIN);
  EXPECT_TRUE(castBigIntToInt128(-1) == -1);
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(errorOf([](ErrorCode* e) { castIntegerToTinyInt(128, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { castBigIntToInteger(INT64_C(1) << 31, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { castInt128ToBigInt(Int128{INT64_MAX} + 1, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(castBooleanToInteger(true), 1);
  EXPECT_TRUE(castBigIntToBoolean(-3));
  EXPECT_FALSE(castTinyIntToBoolean(0));
}

TEST(NumericCast, FloatingPointRoundsHalfToEven) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(castDoubleToInteger(2.5, &error), 2);
  EXPECT_EQ(castDoubleToInteger(3.5, &error), 4);
  EXPECT_EQ(castDoubleToInteger(-2.5, &error), -2);
  EXPECT_EQ(castDoubleToTinyInt(127.4, &error), 127);
  EXPECT_EQ(castDoubleToTinyInt(-128.5, &error), -128);
  EXPECT_EQ(castDoubleToBigInt(-0x1p63, &error), INT64_MIN);
  EXPECT_TRUE(castDoubleToInt128(0x1p100, &error) == Int128{1} << 100);
  EXPECT_EQ(castRealToSmallInt(-7.0F, &error), -7);
  EXPECT_EQ(castDoubleToReal(0.1, &error), 0.1F);
  EXPECT_EQ(castDoubleToReal(-std::numeric_limits<double>::infinity(), &error),
            -std::numeric_limits<float>::infinity());
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(castInt128ToDouble(Int128{1} << 100), 0x1p100);
  EXPECT_EQ(castInt128ToReal(-(Int128{1} << 100)), -0x1p100F);
  for (const double bad :
       {127.5, -128.6, 1e300, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(errorOf([bad](ErrorCode* e) { castDoubleToTinyInt(bad, e); }), ErrorCode::NumericOverflow) << bad;
  }
  EXPECT_EQ(errorOf([](ErrorCode* e) { castDoubleToBigInt(0x1p63, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { castDoubleToInt128(0x1p127, e); }), ErrorCode::NumericOverflow);
  EXPECT_EQ(errorOf([](ErrorCode* e) { castDoubleToReal(1e39, e); }), ErrorCode::NumericOverflow);
}

}  // namespace
}  // namespace basalt::kernels
