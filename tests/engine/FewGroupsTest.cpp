#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// Aggregations with few possible groups, of which compiled code takes whole blocks of rows at a time: with rows that
/// the filter drops, groups that begin late, and blocks of every length.
class FewGroupsTest : public QueryTest {
 protected:
  FewGroupsTest() {
    for (std::int64_t row = 0; row < kRows; ++row) {
      // "late" is in the last third alone.
      const char* const flag = row > kRows * 2 / 3 && row % 9 == 0 ? "late" : row % 3 == 0 ? "a" : "b";
      rows_.push_back({textValue(flag), integerValue(row * 7 % 5 - 2), bigIntValue(row % 1001 - 500),
                       decimalValue(12, 2, row % 777), integerValue(row * 7919 % 100)});
    }
    const std::vector<Field> fields = {{"flag", Type::varchar(), false},
                                       {"small", Type::integer(), false},
                                       {"n", Type::bigInt(), false},
                                       {"d", Type::decimal(12, 2), false},
                                       {"percent", Type::integer(), false}};
    catalog_.add("t", fields, rows_, 2600);
  }

  struct Sums {
    std::int64_t count = 0;
    std::int64_t n = 0;
    std::int64_t squares = 0;
    std::int64_t d = 0;
  };

  /// What `select` gives, grouped by the key that `keyOf` makes of a row, of rows with `percent` below `limit`.
  std::vector<std::string> expected(const std::function<std::string(const Row&)>& keyOf, std::int64_t limit) const {
    std::map<std::string, Sums> groups;
    for (const Row& row : rows_) {
      if (static_cast<std::int64_t>(row[4].asInt128()) >= limit) continue;
      const auto n = static_cast<std::int64_t>(row[2].asInt128());
      Sums& sums = groups[keyOf(row)];
      ++sums.count;
      sums.n += n;
      sums.squares += n * n;
      sums.d += static_cast<std::int64_t>(row[3].asInt128());
    }
    std::vector<std::string> lines;
    for (const auto& [key, sums] : groups) {
      lines.push_back(
          fmt::format("{}{}|{}|{}|{}|", key, sums.count, sums.n, sums.squares, decimalValue(38, 2, sums.d).toString()));
    }
    std::ranges::sort(lines);
    return lines;
  }

  static PhysicalPlan select(std::vector<NamedExpr> keys, std::int64_t limit) {
    std::optional<Expr> filter;
    if (limit < 100) filter = sql(fmt::format("percent < {}", limit));
    // The projection makes one argument a computed column.
    return PlanBuilder::scan("t", {}, std::move(filter))
        .project({{"flag", col("flag")},
                  {"small", col("small")},
                  {"n", col("n")},
                  {"square", sql("n * n")},
                  {"d", col("d")}})
        .aggregate(std::move(keys), {{"count", "count", {}},
                                     {"n", "sum", col("n")},
                                     {"squares", "sum", col("square")},
                                     {"d", "sum", sql("d + 0.00")}})
        .build();
  }

  static constexpr std::int64_t kRows = 12'345;
  static constexpr std::array<std::int64_t, 6> kLimits = {0, 3, 24, 26, 70, 100};
  TestCatalog catalog_;
  Rows rows_;
};

std::string key(const Row& row, std::size_t column) { return row[column].toString() + "|"; }

TEST_P(FewGroupsTest, OfDictionaryCodes) {
  for (const std::int64_t limit : kLimits) {
    SCOPED_TRACE(limit);
    EXPECT_EQ(sortedLines(run(select({{"flag", col("flag")}}, limit), catalog_)),
              expected([](const Row& row) { return key(row, 0); }, limit));
  }
}

TEST_P(FewGroupsTest, OfIntegers) {
  for (const std::int64_t limit : kLimits) {
    SCOPED_TRACE(limit);
    EXPECT_EQ(sortedLines(run(select({{"small", col("small")}}, limit), catalog_)),
              expected([](const Row& row) { return key(row, 1); }, limit));
  }
}

TEST_P(FewGroupsTest, OfAComputedKey) {
  for (const std::int64_t limit : kLimits) {
    SCOPED_TRACE(limit);
    EXPECT_EQ(
        sortedLines(run(select({{"key", sql("small * 3")}}, limit), catalog_)),
        expected([](const Row& row) { return std::to_string(static_cast<std::int64_t>(row[1].asInt128()) * 3) + "|"; },
                 limit));
  }
}

TEST_P(FewGroupsTest, OneWithoutKeys) {
  for (const std::int64_t limit : kLimits) {
    if (limit == 0) continue;
    SCOPED_TRACE(limit);
    EXPECT_EQ(sortedLines(run(select({}, limit), catalog_)), expected([](const Row&) { return ""; }, limit));
  }
}

TEST_P(FewGroupsTest, LeastAndGreatestValuesAndBits) {
  struct Extremes {
    std::int64_t least = INT64_MAX;
    std::int64_t greatest = INT64_MIN;
    std::int64_t bits = 0;
  };
  for (const bool isGrouped : {true, false}) {
    for (const std::int64_t limit : kLimits) {
      if (limit == 0 && !isGrouped) continue;
      SCOPED_TRACE(limit);
      std::map<std::string, Extremes> groups;
      for (const Row& row : rows_) {
        if (static_cast<std::int64_t>(row[4].asInt128()) >= limit) continue;
        Extremes& group = groups[isGrouped ? key(row, 0) : ""];
        const auto n = static_cast<std::int64_t>(row[2].asInt128());
        group.least = std::min(group.least, n);
        group.greatest = std::max(group.greatest, n * n);
        group.bits |= n;
      }
      std::vector<std::string> expected;
      for (const auto& [text, group] : groups) {
        expected.push_back(fmt::format("{}{}|{}|{}|", text, group.least, group.greatest, group.bits));
      }
      std::vector<NamedExpr> keys;
      if (isGrouped) keys.push_back({"flag", col("flag")});
      const PhysicalPlan plan =
          PlanBuilder::scan("t", {}, sql(fmt::format("percent < {}", limit)))
              .aggregate(keys,
                         {{"least", "min", col("n")}, {"greatest", "max", sql("n * n")}, {"bits", "bit_or", col("n")}})
              .build();
      EXPECT_EQ(sortedLines(run(plan, catalog_)), expected);
    }
  }
}

TEST_P(FewGroupsTest, LeastAndGreatestValuesAtTheEndsOfTheirTypes) {
  Rows rows;
  for (std::int64_t row = 0; row < 5'000; ++row) {
    const bool isFirst = row % 2 == 0;
    rows.push_back({textValue(isFirst ? "a" : "b"), integerValue(isFirst ? INT32_MAX : INT32_MIN),
                    bigIntValue(isFirst ? INT64_MIN : INT64_MAX), Value::date(Date{static_cast<std::int32_t>(row)})});
  }
  catalog_.add("ends",
               {{"flag", Type::varchar(), false},
                {"i", Type::integer(), false},
                {"b", Type::bigInt(), false},
                {"d", Type::date(), false}},
               rows, 2600);
  const auto plan = [](std::vector<NamedExpr> keys) {
    return PlanBuilder::scan("ends")
        .aggregate(std::move(keys), {{"i0", "min", col("i")},
                                     {"i1", "max", col("i")},
                                     {"b0", "min", col("b")},
                                     {"b1", "max", col("b")},
                                     {"d0", "min", col("d")},
                                     {"d1", "max", col("d")}})
        .build();
  };
  EXPECT_EQ(sortedLines(run(plan({{"flag", col("flag")}}), catalog_)),
            (std::vector<std::string>{
                "a|2147483647|2147483647|-9223372036854775808|-9223372036854775808|1970-01-01|1983-09-08|",
                "b|-2147483648|-2147483648|9223372036854775807|9223372036854775807|1970-01-02|1983-09-09|"}));
  EXPECT_EQ(lines(run(plan({}), catalog_)),
            (std::vector<std::string>{
                "-2147483648|2147483647|-9223372036854775808|9223372036854775807|1970-01-01|1983-09-09|"}));
}

TEST_P(FewGroupsTest, RowsAreCounted) {
  run(select({{"flag", col("flag")}}, 70), catalog_);
  const auto passed =
      static_cast<std::uint64_t>(std::ranges::count_if(rows_, [](const Row& row) { return row[4].asInt128() < 70; }));
  bool found = false;
  for (const OperatorStatistics& each : statistics().operators) {
    if (!each.label.starts_with("Scan")) continue;
    found = true;
    EXPECT_EQ(each.rowsProduced, passed);
  }
  EXPECT_TRUE(found);
}

INSTANTIATE_TEST_SUITE_P(Engines, FewGroupsTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
