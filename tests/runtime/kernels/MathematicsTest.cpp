#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/kernels/Mathematics.h"

namespace basalt::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <typename... Arguments>
ErrorCode errorOf(double (*function)(Arguments..., ErrorCode*) noexcept, Arguments... arguments) {
  ErrorCode error = ErrorCode::None;
  function(arguments..., &error);
  return error;
}

TEST(Mathematics, FunctionsAreUndefinedWhereTheyAreUndefined) {
  EXPECT_EQ(errorOf<double>(squareRootDouble, -1), ErrorCode::InvalidArgument);
  EXPECT_EQ(errorOf<double>(squareRootDouble, -0.0), ErrorCode::None);
  EXPECT_EQ(errorOf<double>(squareRootDouble, kNan), ErrorCode::None);
  for (auto* logarithm : {logarithmDouble, logarithm2Double, logarithm10Double}) {
    EXPECT_EQ(errorOf<double>(logarithm, 0), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf<double>(logarithm, -kInfinity), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf<double>(logarithm, kNan), ErrorCode::None);
    EXPECT_EQ(errorOf<double>(logarithm, 5e-324), ErrorCode::None);
  }
  EXPECT_EQ((errorOf<double, double>(logarithmToBaseDouble, 1, 5)), ErrorCode::InvalidArgument);
  EXPECT_EQ((errorOf<double, double>(logarithmToBaseDouble, 2, 0)), ErrorCode::InvalidArgument);
  EXPECT_EQ((errorOf<double, double>(logarithmToBaseDouble, -2, 8)), ErrorCode::InvalidArgument);
  for (auto* circular : {sineDouble, cosineDouble, tangentDouble}) {
    EXPECT_EQ(errorOf<double>(circular, kInfinity), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf<double>(circular, 1e300), ErrorCode::None);
  }
  for (auto* arc : {arcSineDouble, arcCosineDouble}) {
    EXPECT_EQ(errorOf<double>(arc, 1.0000000000000002), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf<double>(arc, -1), ErrorCode::None);
    EXPECT_EQ(errorOf<double>(arc, kNan), ErrorCode::None);
  }
  EXPECT_EQ((errorOf<double, double>(powerDouble, 0, -1)), ErrorCode::InvalidArgument);
  EXPECT_EQ((errorOf<double, double>(powerDouble, -8, 1.0 / 3)), ErrorCode::InvalidArgument);
  EXPECT_EQ((errorOf<double, double>(powerDouble, -8, 3)), ErrorCode::None);
  EXPECT_EQ((errorOf<double, double>(powerDouble, -8, kInfinity)), ErrorCode::None);
  EXPECT_EQ((errorOf<double, double>(powerDouble, -8, kNan)), ErrorCode::None);
}

TEST(Mathematics, KnownValues) {
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(powerDouble(2, 10, &error), 1024);
  EXPECT_EQ(powerDouble(2, 10000, &error), kInfinity);
  EXPECT_EQ(powerDouble(0, 0, &error), 1);
  EXPECT_EQ(exponentialDouble(1000), kInfinity);
  EXPECT_EQ(exponentialDouble(0), 1);
  EXPECT_EQ(logarithmToBaseDouble(2, 8, &error), 3);
  EXPECT_EQ(logarithm10Double(1000, &error), 3);
  EXPECT_EQ(logarithm2Double(0.125, &error), -3);
  EXPECT_EQ(degreesDouble(piDouble()), 180);
  EXPECT_EQ(radiansDouble(180), piDouble());
  EXPECT_EQ(arcTangent2Double(1, -1), 2.356194490192345);
  EXPECT_TRUE(isNanDouble(kNan) && !isNanDouble(kInfinity) && isInfiniteDouble(-kInfinity) && !isInfiniteDouble(1));
  EXPECT_TRUE(isFiniteReal(0) && !isFiniteReal(std::numeric_limits<float>::infinity()) && !isFiniteDouble(kNan));
  EXPECT_TRUE(isNanReal(std::numeric_limits<float>::quiet_NaN()) &&
              isInfiniteReal(-std::numeric_limits<float>::infinity()));
  EXPECT_EQ(error, ErrorCode::None);
}

TEST(Mathematics, AgreesWithLongDoubles) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> values(-20, 20);
  const auto near = [](double found, long double wanted) {
    return std::fabs(static_cast<long double>(found) - wanted) <= 1e-15L * std::max(1.0L, std::fabs(wanted));
  };
  ErrorCode error = ErrorCode::None;
  for (int i = 0; i < 20000; ++i) {
    const double x = values(random);
    const double positive = std::fabs(x) + 1e-9;
    const long double exact = x;
    ASSERT_TRUE(near(squareRootDouble(positive, &error), std::sqrt(static_cast<long double>(positive)))) << x;
    ASSERT_TRUE(near(cubeRootDouble(x), std::cbrt(exact))) << x;
    ASSERT_TRUE(near(exponentialDouble(x), std::exp(exact))) << x;
    ASSERT_TRUE(near(logarithmDouble(positive, &error), std::log(static_cast<long double>(positive)))) << x;
    ASSERT_TRUE(near(sineDouble(x, &error), std::sin(exact))) << x;
    ASSERT_TRUE(near(cosineDouble(x, &error), std::cos(exact))) << x;
    ASSERT_TRUE(near(arcTangentDouble(x), std::atan(exact))) << x;
    ASSERT_TRUE(near(arcSineDouble(x / 20, &error), std::asin(static_cast<long double>(x / 20)))) << x;
    ASSERT_TRUE(near(hyperbolicTangentDouble(x), std::tanh(exact))) << x;
    ASSERT_TRUE(near(powerDouble(positive, 3.5, &error), std::pow(static_cast<long double>(positive), 3.5L))) << x;
  }
  EXPECT_EQ(error, ErrorCode::None);
}

}  // namespace
}  // namespace basalt::kernels
