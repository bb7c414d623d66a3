#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/KernelLoop.h"
#include "runtime/memory/MemoryBudget.h"
#include "runtime/types/Int128.h"

namespace basalt {
namespace {

const KernelInfo& kernel(std::string_view name, const std::vector<KernelType>& types) {
  for (const KernelInfo& info : findKernels(name)) {
    if (std::ranges::equal(info.arguments, types)) {
      return info;
    }
  }
  throw std::runtime_error("no kernel " + std::string(name));
}

/// One argument: a column with NULLs here and there, or a constant.
template <typename T>
struct Argument {
  std::vector<T> values;
  std::vector<std::uint8_t> nulls;
  bool isConstant = false;
  bool hasNulls = false;

  const T& at(std::uint32_t row) const { return values[isConstant ? 0 : row]; }
  bool isNull(std::uint32_t row) const { return hasNulls && nulls[isConstant ? 0 : row] != 0; }
  Vector vector(PhysicalType type) const {
    return isConstant ? Vector::constant(type, values.data(), hasNulls && nulls[0] != 0)
                      : Vector::refer(type, values.data(), hasNulls ? nulls.data() : nullptr);
  }
};

class KernelLoopTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kRows = 1000;

  std::uint32_t seed_ = std::random_device()();
  std::mt19937_64 random_{seed_};
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};

  template <typename T, typename Make>
  Argument<T> argument(bool isConstant, bool hasNulls, Make make) {
    Argument<T> result{{}, {}, isConstant, hasNulls};
    for (std::uint32_t row = 0; row < kRows; ++row) {
      result.values.push_back(make());
      result.nulls.push_back(hasNulls && random_() % 7 == 0 ? 1 : 0);
    }
    return result;
  }

  std::vector<std::uint32_t> selection() {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < kRows; ++row) {
      if (random_() % 3 == 0) {
        rows.push_back(row);
      }
    }
    return rows;
  }

  /// Runs a binary kernel in every form of arguments and compares each row with `expected(left, right, error)`.
  template <typename T, typename Result, typename Make, typename Expected>
  void checkBinary(const KernelInfo& info, PhysicalType type, Make make, Expected expected) {
    for (int form = 0; form < 32; ++form) {
      const auto left = argument<T>((form & 1) != 0, (form & 4) != 0, make);
      const auto right = argument<T>((form & 2) != 0, (form & 8) != 0, make);
      const std::vector<std::uint32_t> selected = selection();
      const bool isSelected = (form & 16) != 0;
      std::vector<std::uint8_t> nulls(kRows);
      for (std::uint32_t row = 0; row < kRows; ++row) {
        nulls[row] = left.isNull(row) || right.isNull(row) ? 1 : 0;
      }
      const std::vector<Vector> arguments = {left.vector(type), right.vector(type)};
      const std::unique_ptr<Result[]> output(new Result[kRows]());  // NOLINT: vector<bool> has no array
      ErrorCode error = ErrorCode::None;
      std::uint32_t errorRow = 0;
      KernelLoopCall call;
      call.arguments = arguments;
      call.output = output.get();
      call.nulls = left.hasNulls || right.hasNulls ? nulls.data() : nullptr;
      call.selection = isSelected ? selected.data() : nullptr;
      call.rowCount = isSelected ? static_cast<std::uint32_t>(selected.size()) : kRows;
      call.error = &error;
      call.errorRow = &errorRow;
      kernelLoop(info)(call);
      SCOPED_TRACE("form " + std::to_string(form) + " of " + std::string(info.symbol));
      for (std::uint32_t index = 0; index < call.rowCount; ++index) {
        const std::uint32_t row = isSelected ? selected[index] : index;
        if (nulls[row] != 0) {
          continue;
        }
        ErrorCode rowError = ErrorCode::None;
        const Result value = expected(left.at(row), right.at(row), &rowError);
        if (rowError != ErrorCode::None) {
          ASSERT_EQ(error, rowError);
          ASSERT_EQ(errorRow, row);
          break;
        }
        ASSERT_TRUE(output[row] == value) << "row " << row;
        ASSERT_FALSE(error != ErrorCode::None && index + 1 == call.rowCount) << "an error without cause";
      }
    }
  }
};

TEST_F(KernelLoopTest, AddWithoutOverflow) {
  checkBinary<std::int64_t, std::int64_t>(
      kernel("add", {KernelType::BigInt, KernelType::BigInt}), PhysicalType::Int64,
      [&] { return static_cast<std::int64_t>(random_() % 1'000'000) - 500'000; },
      [](std::int64_t left, std::int64_t right, ErrorCode*) { return left + right; });
}

TEST_F(KernelLoopTest, AddReportsTheFirstOverflow) {
  checkBinary<std::int64_t, std::int64_t>(
      kernel("add", {KernelType::BigInt, KernelType::BigInt}), PhysicalType::Int64,
      [&] { return random_() % 50 == 0 ? INT64_MAX / 2 + 7 : static_cast<std::int64_t>(random_() % 1000); },
      [](std::int64_t left, std::int64_t right, ErrorCode* error) {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(left, right, &sum)) {
          *error = ErrorCode::NumericOverflow;
        }
        return sum;
      });
}

TEST_F(KernelLoopTest, ModuloReportsTheFirstZero) {
  checkBinary<std::int32_t, std::int32_t>(
      kernel("modulo", {KernelType::Integer, KernelType::Integer}), PhysicalType::Int32,
      [&] { return static_cast<std::int32_t>(random_() % 300); },
      [](std::int32_t left, std::int32_t right, ErrorCode* error) {
        if (right == 0) {
          *error = ErrorCode::DivisionByZero;
          return 0;
        }
        return left % right;
      });
}

TEST_F(KernelLoopTest, CompareNarrowIntegers) {
  checkBinary<std::int8_t, bool>(
      kernel("less", {KernelType::TinyInt, KernelType::TinyInt}), PhysicalType::Int8,
      [&] { return static_cast<std::int8_t>(random_()); },
      [](std::int8_t left, std::int8_t right, ErrorCode*) { return left < right; });
}

TEST_F(KernelLoopTest, CompareDoubles) {
  checkBinary<double, bool>(
      kernel("greater_equal", {KernelType::Double, KernelType::Double}), PhysicalType::Double,
      [&] { return static_cast<double>(random_() % 100) / 4; },
      [](double left, double right, ErrorCode*) { return left >= right; });
}

TEST_F(KernelLoopTest, MultiplyWideDecimals) {
  checkBinary<Int128, Int128>(
      kernel("decimal_multiply", {KernelType::Int128, KernelType::Int128}), PhysicalType::Int128,
      [&] { return Int128{static_cast<std::int64_t>(random_())} * static_cast<std::int64_t>(random_() % 3); },
      [](Int128 left, Int128 right, ErrorCode* error) {
        Int128 product = 0;
        const Int128 bound = powerOfTen(38);
        if (__builtin_mul_overflow(left, right, &product) || product >= bound || product <= -bound) {
          *error = ErrorCode::NumericOverflow;
        }
        return product;
      });
}

TEST_F(KernelLoopTest, CompareStrings) {
  static const std::vector<std::string> kTexts = {"", "a", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnop", "abce"};
  checkBinary<StringView, bool>(
      kernel("less", {KernelType::Varchar, KernelType::Varchar}), PhysicalType::String,
      [&] { return StringView::make(kTexts[random_() % kTexts.size()]); },
      [](StringView left, StringView right, ErrorCode*) { return left.view() < right.view(); });
}

TEST_F(KernelLoopTest, StringsUnderNullsAreNotRead) {
  // An address that nothing may follow.
  const StringView poison{100, 8};
  const std::vector<StringView> texts = {StringView::make("abc"), poison, StringView::make("x")};
  const std::vector<std::uint8_t> nulls = {0, 1, 0};
  const StringView pattern = StringView::make("a%");
  const std::vector<Vector> arguments = {Vector::refer(PhysicalType::String, texts.data(), nulls.data()),
                                         Vector::constant(PhysicalType::String, &pattern, false)};
  bool output[3] = {false, false, true};
  KernelLoopCall call;
  call.arguments = arguments;
  call.output = output;
  call.nulls = nulls.data();
  call.rowCount = 3;
  kernelLoop(kernel("like", {KernelType::Varchar, KernelType::Varchar}))(call);
  EXPECT_TRUE(output[0]);
  EXPECT_FALSE(output[2]);
}

TEST_F(KernelLoopTest, ResultsInTheArena) {
  StringArena arena(MemoryBudget::createRoot("test"));
  const std::vector<StringView> texts = {StringView::make("short"), StringView::make("quite a long string")};
  const StringView suffix = StringView::make("!");
  const std::vector<Vector> arguments = {Vector::refer(PhysicalType::String, texts.data(), nullptr),
                                         Vector::constant(PhysicalType::String, &suffix, false)};
  StringView output[2];
  ErrorCode error = ErrorCode::None;
  KernelLoopCall call;
  call.arguments = arguments;
  call.output = output;
  call.rowCount = 2;
  call.error = &error;
  call.arena = &arena;
  kernelLoop(kernel("concatenate", {KernelType::Varchar, KernelType::Varchar}))(call);
  EXPECT_EQ(error, ErrorCode::None);
  EXPECT_EQ(output[0].view(), "short!");
  EXPECT_EQ(output[1].view(), "quite a long string!");
}

TEST_F(KernelLoopTest, OneArgument) {
  const std::vector<std::int32_t> values = {1, -2, 3};
  const std::vector<Vector> arguments = {Vector::refer(PhysicalType::Int32, values.data(), nullptr)};
  std::int64_t output[3] = {};
  KernelLoopCall call;
  call.arguments = arguments;
  call.output = output;
  call.rowCount = 3;
  kernelLoop(kernel("cast_bigint", {KernelType::Integer}))(call);
  EXPECT_EQ(output[1], -2);
  const std::uint32_t selection[] = {2};
  output[1] = 77;
  call.selection = selection;
  call.rowCount = 1;
  kernelLoop(kernel("cast_bigint", {KernelType::Integer}))(call);
  EXPECT_EQ(output[1], 77);
  EXPECT_EQ(output[2], 3);
}

TEST_F(KernelLoopTest, EveryKernelHasALoop) {
  EXPECT_FALSE(kernelCatalog().empty());
  for (const KernelInfo& info : kernelCatalog()) {
    EXPECT_NE(kernelLoop(info), nullptr) << info.symbol;
  }
}

}  // namespace
}  // namespace basalt
