#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// Filters by equality with literals, over plain columns of strings, which compiled code tests by their handles for
/// many rows at once: alone, and behind conditions that leave few or most rows.
class TextEqualityTest : public QueryTest {
 protected:
  TextEqualityTest() {
    for (std::int64_t row = 0; row < kRows; ++row) {
      const std::string& text = kTexts[static_cast<std::size_t>(row * 31 % 97) % kTexts.size()];
      const std::string& other = kTexts[static_cast<std::size_t>(row * 17 % 89) % kTexts.size()];
      rows_.push_back({textValue(text), textValue(other), row % 5 == 0 ? Value::null(Type::varchar()) : textValue(text),
                       integerValue(row * 7919 % 100), bigIntValue(row)});
    }
    catalog_.addPlain("t",
                      {{"text", Type::varchar(), false},
                       {"other", Type::varchar(), false},
                       {"nullable", Type::varchar(), true},
                       {"percent", Type::integer(), false},
                       {"id", Type::bigInt(), false}},
                      rows_, 2600);
  }

  using Matches = std::function<bool(const std::string& text, const std::string& other, const Value& nullable)>;

  /// The rows that pass, with further conditions that leave none to all rows, before and behind.
  void expectMatches(const std::string& condition, const Matches& matches) {
    SCOPED_TRACE(condition);
    for (const std::int64_t limit : {0, 3, 24, 26, 80, 100}) {
      SCOPED_TRACE(limit);
      std::vector<std::string> expected;
      for (const Row& row : rows_) {
        const bool passes = static_cast<std::int64_t>(row[3].asInt128()) < limit &&
                            matches(row[0].asString(), row[1].asString(), row[2]);
        if (passes) expected.push_back(row[4].toString() + "|");
      }
      std::ranges::sort(expected);
      for (const std::string& filter : {fmt::format("({}) and percent < {}", condition, limit),
                                        fmt::format("percent < {} and ({})", limit, condition)}) {
        EXPECT_EQ(sortedLines(run(PlanBuilder::scan("t", {"id"}, sql(filter)).build(), catalog_)), expected) << filter;
      }
      if (limit != 100) continue;
      EXPECT_EQ(sortedLines(run(PlanBuilder::scan("t", {"id"}, sql(condition)).build(), catalog_)), expected);
      const Rows count =
          run(PlanBuilder::scan("t", {"id"}, sql(condition)).aggregate({}, {{"n", "count", {}}}).build(), catalog_);
      EXPECT_EQ(count.front().front().toString(), std::to_string(expected.size()));
    }
  }

  static constexpr std::int64_t kRows = 6'000;
  /// Of all lengths that matter, and alike in what the first word of a handle holds: length and four bytes.
  inline static const std::vector<std::string> kTexts = {"",
                                                         "a",
                                                         "b",
                                                         "four",
                                                         "fours",
                                                         "AIR",
                                                         "AIR REG",
                                                         "same1234",
                                                         "same1235",
                                                         "twelve bytes",
                                                         "twelve bytez",
                                                         "thirteen byte",
                                                         "thirteen bytf",
                                                         "thirteen bytf",
                                                         "a text that is too long for its handle",
                                                         "a text that is too long for any handle"};
  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(TextEqualityTest, WithOneLiteral) {
  for (const std::string& literal : kTexts) {
    expectMatches(fmt::format("text = '{}'", literal),
                  [&](const std::string& text, const auto&, const auto&) { return text == literal; });
  }
  expectMatches("'same1234' = text",
                [](const std::string& text, const auto&, const auto&) { return text == "same1234"; });
  expectMatches("text = 'nowhere'", [](const auto&, const auto&, const auto&) { return false; });
}

TEST_P(TextEqualityTest, WithOneOfSeveral) {
  expectMatches("text in ('AIR', 'AIR REG')",
                [](const std::string& text, const auto&, const auto&) { return text == "AIR" || text == "AIR REG"; });
  expectMatches("text in ('twelve bytes', 'thirteen byte', '')", [](const std::string& text, const auto&, const auto&) {
    return text == "twelve bytes" || text == "thirteen byte" || text.empty();
  });
}

TEST_P(TextEqualityTest, OfSeveralColumns) {
  expectMatches("text = 'AIR' or other = 'same1235'", [](const std::string& text, const std::string& other,
                                                         const auto&) { return text == "AIR" || other == "same1235"; });
  expectMatches("text = 'AIR' and other = 'thirteen bytf'",
                [](const std::string& text, const std::string& other, const auto&) {
                  return text == "AIR" && other == "thirteen bytf";
                });
  expectMatches("text = 'thirteen bytf' and other in ('a', 'four') and other <> 'a'",
                [](const std::string& text, const std::string& other, const auto&) {
                  return text == "thirteen bytf" && other == "four";
                });
}

TEST_P(TextEqualityTest, OfNulls) {
  expectMatches("nullable = 'AIR'", [](const auto&, const auto&, const Value& nullable) {
    return !nullable.isNull() && nullable.asString() == "AIR";
  });
  expectMatches("nullable = 'AIR' or text = 'AIR'",
                [](const std::string& text, const auto&, const auto&) { return text == "AIR"; });
}

TEST_P(TextEqualityTest, BehindAConditionThatMayFail) {
  // The division must not be tried for rows that it was not tried for in the order of the filter.
  const std::string filter = "other = 'AIR' and 1 / length(text) >= 0 and text = 'a'";
  const ExecutionError error = runExpectingError(PlanBuilder::scan("t", {"id"}, sql(filter)).build(), catalog_);
  EXPECT_EQ(error.code(), ErrorCode::DivisionByZero);
  const std::string guarded = "text = 'a' and 1 / length(text) >= 0";
  EXPECT_FALSE(run(PlanBuilder::scan("t", {"id"}, sql(guarded)).build(), catalog_).empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, TextEqualityTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
