#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// Aggregations over tables that say nothing of their values: compiled code guesses from the first and the last rows
/// that these are small and keys few, and has to notice where they are not.
class GuessedColumnsTest : public QueryTest {
 protected:
  /// Rows as one would guess them, until a test changes some in the middle.
  GuessedColumnsTest() {
    for (std::int64_t row = 0; row < kRows; ++row) {
      rows_.push_back({textValue(row % 3 == 0   ? "a"
                                 : row % 5 == 0 ? "b"
                                                : "c"),
                       bigIntValue(row * 7 % 3 - 1), bigIntValue(row % 30), decimalValue(15, 2, row % 28 - 14),
                       integerValue(row * 7919 % 100)});
    }
  }

  /// Far from the rows that are looked at.
  Row& middleRow(std::int64_t offset = 0) { return rows_[static_cast<std::size_t>(kRows / 2 + offset)]; }

  struct Sums {
    std::int64_t count = 0;
    std::int64_t products = 0;
    Int128 n = 0;
    std::int64_t d = 0;
  };

  std::vector<std::string> expected(const std::vector<std::size_t>& keys, std::int64_t limit) const {
    std::map<std::string, Sums> groups;
    for (const Row& row : rows_) {
      if (static_cast<std::int64_t>(row[4].asInt128()) >= limit) continue;
      std::string key;
      for (const std::size_t column : keys) key += row[column].toString() + "|";
      const auto n = static_cast<std::int64_t>(row[2].asInt128());
      const auto d = static_cast<std::int64_t>(row[3].asInt128());
      Sums& sums = groups[key];
      ++sums.count;
      sums.products += d * (100 - d);
      sums.n += n;
      sums.d += d;
    }
    std::vector<std::string> lines;
    for (const auto& [key, sums] : groups) {
      lines.push_back(fmt::format("{}{}|{}|{}|{}|", key, sums.count, decimalValue(38, 4, sums.products).toString(),
                                  Value::integer(Type::decimal(38, 0), sums.n).toString(),
                                  decimalValue(38, 2, sums.d).toString()));
    }
    std::ranges::sort(lines);
    return lines;
  }

  static PhysicalPlan select(const std::vector<std::string>& keys, std::int64_t limit) {
    std::optional<Expr> filter;
    if (limit < 100) filter = sql(fmt::format("percent < {}", limit));
    std::vector<NamedExpr> groupBy;
    for (const std::string& key : keys) groupBy.push_back({key, col(key)});
    return PlanBuilder::scan("t", {}, std::move(filter))
        .project({{"flag", col("flag")},
                  {"small", col("small")},
                  {"n", col("n")},
                  {"product", sql("d * (1 - d)")},
                  {"d", col("d")}})
        .aggregate(std::move(groupBy), {{"count", "count", {}},
                                        {"products", "sum", col("product")},
                                        {"n", "sum", col("n")},
                                        {"d", "sum", col("d")}})
        .build();
  }

  /// With every kind of key, and filters that few, some and all rows pass.
  void expectAllRight() {
    TestCatalog catalog;
    catalog.addPlain("t", fields(), rows_, 2600);
    for (const std::int64_t limit : {24, 70, 100}) {
      SCOPED_TRACE(limit);
      EXPECT_EQ(sortedLines(run(select({}, limit), catalog)), expected({}, limit));
      EXPECT_EQ(sortedLines(run(select({"flag"}, limit), catalog)), expected({0}, limit));
      EXPECT_EQ(sortedLines(run(select({"small"}, limit), catalog)), expected({1}, limit));
      EXPECT_EQ(sortedLines(run(select({"flag", "small"}, limit), catalog)), expected({0, 1}, limit));
    }
  }

  static std::vector<Field> fields() {
    return {{"flag", Type::varchar(), false},
            {"small", Type::bigInt(), false},
            {"n", Type::bigInt(), false},
            {"d", Type::decimal(15, 2), false},
            {"percent", Type::integer(), false}};
  }

  static constexpr std::int64_t kRows = 12'345;
  Rows rows_;
};

TEST_P(GuessedColumnsTest, RightGuesses) {
  expectAllRight();
  const std::vector<std::string> expected = {"flag of few values", "small in 1 byte", "small of few values",
                                             "n in 1 byte",        "d in 1 byte",     "percent in 2 bytes"};
  EXPECT_EQ(statistics().pipelines.front().guesses, expected);
}

TEST_P(GuessedColumnsTest, ValuesAtTheEndsOfTheRangeAndBeyond) {
  std::int64_t offset = 0;
  for (const std::int64_t value : {127, 128, -128, -129, 32'767, 32'768, -32'768, -32'769}) {
    middleRow(offset)[2] = bigIntValue(value);
    middleRow(2048 + offset++)[3] = decimalValue(15, 2, value);
  }
  expectAllRight();
}

TEST_P(GuessedColumnsTest, ValuesFarBeyondTheRange) {
  // Sums over blocks would leave 64 bits.
  for (std::int64_t offset = 0; offset < 100; ++offset) middleRow(offset)[2] = bigIntValue(INT64_MAX - offset);
  middleRow(500)[2] = bigIntValue(INT64_MIN);
  expectAllRight();
}

TEST_P(GuessedColumnsTest, GroupsThatComeLate) {
  middleRow()[0] = textValue("late");
  middleRow(3000)[1] = bigIntValue(INT64_MIN);
  expectAllRight();
}

TEST_P(GuessedColumnsTest, MoreGroupsThanAreFew) {
  for (std::int64_t offset = 0; offset < 3000; ++offset) {
    middleRow(offset)[0] = textValue("late " + std::to_string(offset % 23));
    middleRow(offset)[1] = bigIntValue(offset % 29);
  }
  expectAllRight();
}

TEST_P(GuessedColumnsTest, EqualKeysOfDifferentBytes) {
  // Strings too long for their handles lie anywhere.
  for (std::int64_t offset = 0; offset < 3000; ++offset) {
    middleRow(offset)[0] = textValue(offset % 2 == 0 ? "a key that is too long" : "another key of this kind");
  }
  expectAllRight();
}

TEST_P(GuessedColumnsTest, ARowThatFailsIsFoundWhereItLies) {
  middleRow()[3] = decimalValue(15, 2, 999'999'999'999'999);
  middleRow()[4] = integerValue(50);
  TestCatalog catalog;
  catalog.addPlain("t", fields(), rows_, 2600);
  // The product does not fit; where the filter drops the row, nothing fails.
  const ExecutionError error = runExpectingError(select({"flag"}, 51), catalog);
  EXPECT_EQ(error.code(), ErrorCode::NumericOverflow);
  EXPECT_EQ(sortedLines(run(select({"flag"}, 50), catalog)), expected({0}, 50));
}

INSTANTIATE_TEST_SUITE_P(Engines, GuessedColumnsTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
