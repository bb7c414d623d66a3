#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/Binder.h"
#include "operators/expression/RangeAnalysis.h"
#include "operators/expression/ValueRange.h"
#include "operators/spec/AggregateBinding.h"

namespace basalt {
namespace {

constexpr Int128 kMost18 = powerOfTen(18) - 1;

/// Ranges of all sizes, and values in them that are often their bounds.
class ValueRangeTest : public testing::Test {
 protected:
  Int128 number(int bits) {
    const Int128 wide = makeInt128(static_cast<std::int64_t>(random_()), random_());
    return wide >> (127 - static_cast<int>(random_() % static_cast<unsigned>(bits)));
  }
  ValueRange range(int bits) {
    const Int128 first = number(bits);
    const Int128 second = number(bits);
    return {std::min(first, second), std::max(first, second)};
  }
  Int128 valueIn(const ValueRange& range) {
    switch (random_() % 3) {
      case 0:
        return range.minimum;
      case 1:
        return range.maximum;
      default: {
        const auto width = static_cast<UInt128>(range.maximum) - static_cast<UInt128>(range.minimum);
        return range.minimum + static_cast<Int128>(static_cast<UInt128>(random_()) % (width / 2 + 1));
      }
    }
  }
  template <typename Operation>
  void expectWithin(const KnownRange& result, Operation operation) {
    Int128 value = 0;
    if (!result || !operation(&value)) return;
    EXPECT_TRUE(result->contains({value, value}));
  }

  std::uint32_t seed_ = std::random_device()();
  std::mt19937_64 random_{seed_};
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
};

TEST_F(ValueRangeTest, ResultsOfValuesLieInTheResultOfTheirRanges) {
  for (int round = 0; round < 20000; ++round) {
    const int bits = 8 << random_() % 5;
    const ValueRange left = range(std::min(bits, 126));
    const ValueRange right = range(std::min(bits, 126));
    const Int128 x = valueIn(left);
    const Int128 y = valueIn(right);
    expectWithin(addRanges(left, right), [=](Int128* to) { return !__builtin_add_overflow(x, y, to); });
    expectWithin(subtractRanges(left, right), [=](Int128* to) { return !__builtin_sub_overflow(x, y, to); });
    expectWithin(multiplyRanges(left, right), [=](Int128* to) { return !__builtin_mul_overflow(x, y, to); });
    const auto assign = [](Int128 value) {
      return [value](Int128* to) {
        *to = value;
        return true;
      };
    };
    expectWithin(negateRange(left), assign(-x));
    expectWithin(absoluteRange(left), assign(x < 0 ? -x : x));
    if (y != 0) expectWithin(moduloRanges(left, right), assign(x % y));
    if (y > 0) expectWithin(divideRanges(left, right), assign(x / y));
    const Int128 factor = powerOfTen(static_cast<unsigned>(random_() % 10));
    expectWithin(scaleDownRange(left, {factor, factor}), assign((x < 0 ? x - factor / 2 : x + factor / 2) / factor));
    EXPECT_TRUE(unite(left, right)->contains(left));
    EXPECT_TRUE(unite(left, right)->contains(right));
  }
}

TEST_F(ValueRangeTest, WhatLeaves128BitsIsNotKnown) {
  const ValueRange all = *rangeOfType(PhysicalType::Int128);
  const ValueRange one{1, 1};
  EXPECT_FALSE(addRanges(all, one));
  EXPECT_FALSE(subtractRanges(all, one));
  EXPECT_FALSE(multiplyRanges(all, {2, 2}));
  EXPECT_FALSE(negateRange(all));
  EXPECT_FALSE(absoluteRange(all));
  EXPECT_FALSE(moduloRanges(all, one));
  EXPECT_FALSE(scaleDownRange(all, {10, 10}));
  EXPECT_FALSE(divideRanges(one, {0, 5}));
  EXPECT_FALSE(unite(one, std::nullopt));
  EXPECT_EQ(clip(std::nullopt, one), one);
  EXPECT_EQ(clip(ValueRange{5, 6}, one), one);
}

/// Columns: a bigint, a decimal(15,2), a wide decimal, an integer, a date.
const Schema& schema() {
  static const Schema kSchema({{"n", Type::bigInt(), false},
                               {"price", Type::decimal(15, 2), true},
                               {"wide", Type::decimal(38, 2), false},
                               {"i", Type::integer(), false},
                               {"day", Type::date(), false}});
  return kSchema;
}

std::string shape(const Expression& expression) {
  if (expression.kind == Expression::Kind::Case) return "case";
  if (expression.kind != Expression::Kind::Call) return expression.text;
  std::string arguments;
  for (const ExpressionPointer& argument : expression.arguments) {
    arguments += (arguments.empty() ? "" : ", ") + shape(*argument);
  }
  return std::string(expression.kernel->name) + "(" + arguments + ")";
}

RangedExpression analyse(std::string_view text, const ColumnRanges& columns) {
  return useRanges(bindExpression(parseExpression(text), schema(), "$"), columns);
}
std::string shapeOf(std::string_view text, const ColumnRanges& columns) {
  return shape(*analyse(text, columns).expression);
}

TEST(RangeAnalysisTest, ChecksGoJustWhereNothingCanOverflow) {
  const ColumnRanges fits{ValueRange{-5, INT64_MAX - 1}, ValueRange{-10000, 10000}};
  EXPECT_EQ(shapeOf("n + 1", fits), "add_exact(n, bigint '1')");
  EXPECT_EQ(shapeOf("n + 2", fits), "add(n, bigint '2')");
  EXPECT_EQ(shapeOf("-n", fits), "negate_exact(n)");
  EXPECT_EQ(shapeOf("abs(n)", fits), "abs_exact(n)");
  EXPECT_EQ(shapeOf("abs(n)", {}), "abs(n)");
  EXPECT_EQ(shapeOf("price * price", fits), "decimal_multiply_narrow_exact(price, price)");
  EXPECT_EQ(shapeOf("price * price", {}), "decimal_multiply(price, price)");
  // Decimals have fewer digits than their storage.
  const ColumnRanges large{std::nullopt, ValueRange{0, 1'000'000'000}};
  EXPECT_EQ(shapeOf("price * price", large), "decimal_multiply(price, price)");
  EXPECT_EQ(shapeOf("price * price", {std::nullopt, ValueRange{0, 999'999'999}}),
            "decimal_multiply_narrow_exact(price, price)");
  // A range goes through casts and conditions, and a literal has its own.
  EXPECT_EQ(shapeOf("n + case when i > 3 then 4 when i > 2 then null else -4 end",
                    {ValueRange{INT64_MIN + 4, INT64_MAX - 4}}),
            "add_exact(n, cast_bigint(case))");
  EXPECT_EQ(shapeOf("cast(price as decimal(4,2))", {std::nullopt, ValueRange{0, 9999}}), "price");
  EXPECT_EQ(shapeOf("cast(price as decimal(4,2))", {std::nullopt, ValueRange{0, 10000}}),
            "decimal_check(price, bigint '10000')");
}

TEST(RangeAnalysisTest, OperandsOf32BitsAreMultipliedAsSuch) {
  const auto product = [](Int128 smallest, Int128 largest) {
    return shapeOf("n * 3", {ValueRange{smallest, largest}});
  };
  EXPECT_EQ(product(INT32_MIN, INT32_MAX), "multiply_narrow_exact(n, bigint '3')");
  EXPECT_EQ(product(INT32_MIN, Int128{INT32_MAX} + 1), "multiply_exact(n, bigint '3')");
  EXPECT_EQ(product(Int128{INT32_MIN} - 1, INT32_MAX), "multiply_exact(n, bigint '3')");
  EXPECT_EQ(shapeOf("n * n * n", {ValueRange{0, 1000}}), "multiply_narrow_exact(multiply_narrow_exact(n, n), n)");
  // Where the types tell that nothing overflows, too.
  EXPECT_EQ(shapeOf("price * price * price", {std::nullopt, ValueRange{0, 20}}),
            "decimal_multiply_narrow_exact(decimal_multiply_narrow_exact(price, price), price)");
  // A check that goes leaves its operand as it is.
  EXPECT_EQ(shapeOf("cast(price * price as decimal(18,4))", {std::nullopt, ValueRange{0, 100'000}}),
            "decimal_multiply_narrow_exact(price, price)");
}

TEST(RangeAnalysisTest, SubstringsAreNotCheckedWhereTheirLengthIsNotNegative) {
  EXPECT_EQ(shapeOf("substring('text', i, 0)", {}), "substring_exact('text', cast_bigint(i), bigint '0')");
  EXPECT_EQ(shapeOf("substring('text', i, -1)", {}), "substring('text', cast_bigint(i), bigint '-1')");
  EXPECT_EQ(shapeOf("substring('text', 1, n)", {ValueRange{0, 9}}), "substring_exact('text', bigint '1', n)");
  EXPECT_EQ(shapeOf("substring('text', 1, n)", {ValueRange{-1, 9}}), "substring('text', bigint '1', n)");
  EXPECT_EQ(shapeOf("substring('text', 1, n)", {}), "substring('text', bigint '1', n)");
}

TEST(RangeAnalysisTest, WhatIsNotKnownIsWhatTheTypeHolds) {
  EXPECT_EQ(analyse("i", {}).range, (ValueRange{INT32_MIN, INT32_MAX}));
  EXPECT_EQ(analyse("cast(i as bigint) * 2", {}).range, (ValueRange{2 * Int128{INT32_MIN}, 2 * Int128{INT32_MAX}}));
  EXPECT_EQ(shapeOf("cast(i as bigint) * 2", {}), "multiply_narrow_exact(cast_bigint(i), bigint '2')");
  EXPECT_EQ(analyse("price * price", {}).range, (ValueRange{-kMost18, kMost18}));
  EXPECT_EQ(analyse("n / 2.5", {}).range, std::nullopt);
  // Functions of dates have other units than numbers.
  EXPECT_EQ(shapeOf("day + 1", {{}, {}, {}, {}, ValueRange{0, 1}}), "add(day, 1)");
}

TEST(RangeAnalysisTest, ATriedCastStaysNullable) {
  const ColumnRanges columns{std::nullopt, ValueRange{0, 9999}};
  EXPECT_EQ(shapeOf("try_cast(price as decimal(4,2))", columns), "decimal_check(price, bigint '10000')");
}

TEST(RangeAnalysisTest, SumsAddIn64BitsWhereAllRowsTogetherFit) {
  const AggregateInfo* sum = nullptr;
  for (const AggregateInfo& each : findAggregates("sum")) {
    if (each.arguments[0] == KernelType::BigInt) sum = &each;
  }
  ASSERT_NE(sum, nullptr);
  EXPECT_EQ(boundedSum(*sum, ValueRange{-1, 1}, INT64_MAX).name, "sum_bounded");
  EXPECT_EQ(boundedSum(*sum, ValueRange{-1, 1}, std::uint64_t{INT64_MAX} + 2).name, "sum");
  EXPECT_EQ(boundedSum(*sum, ValueRange{1000, 1001}, INT64_MAX / 1001).name, "sum_bounded");
  EXPECT_EQ(boundedSum(*sum, ValueRange{1000, 1001}, INT64_MAX / 1001 + 1).name, "sum");
  EXPECT_EQ(boundedSum(*sum, std::nullopt, 1).name, "sum");
  EXPECT_EQ(boundedSum(*sum, ValueRange{0, 1}, std::nullopt).name, "sum");
  EXPECT_EQ(rangeOfSum(ValueRange{-3, 5}, 100), (ValueRange{-300, 500}));
  EXPECT_EQ(rangeOfSum(ValueRange{3, 5}, 100), (ValueRange{3, 500}));
}

}  // namespace
}  // namespace basalt
