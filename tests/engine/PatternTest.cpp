#include <algorithm>
#include <functional>

#include "runtime/kernels/LikePattern.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// LIKE, ILIKE and regular expressions on 400 texts, with patterns that are constant and patterns from a column.
class PatternTest : public QueryTest {
 protected:
  PatternTest() {
    const std::vector<std::string> texts = {
        "Plain", "50% off", "under_score", "ÉCOLE primaire", "école", "a long text with 100% of\neverything",
        "",      "x%y_z"};
    const std::vector<std::string> patterns = {"p%", "%\\%%", "%\\_%", "é%", "%a%", "%", "", "_%\\%\\"};
    for (int row = 0; row < 400; ++row) {
      rows_.push_back({row % 11 == 0 ? Value::null(Type::varchar()) : textValue(texts[row % texts.size()]),
                       textValue(patterns[row / 7 % (patterns.size() - 1)]), integerValue(row),
                       textValue(patterns[row == 399 ? patterns.size() - 1 : 0])});
    }
    catalog_.add("t",
                 {{"name", Type::varchar(), true},
                  {"pattern", Type::varchar(), false},
                  {"n", Type::integer(), false},
                  {"bad", Type::varchar(), false}},
                 rows_);
  }

  /// Checks an expression over `name`, given as a text, for every row.
  void check(const std::string& expression, const std::function<std::string(const std::string&)>& oracle) {
    SCOPED_TRACE(expression);
    Rows expected;
    for (const Row& row : rows_)
      expected.push_back({row[2], row[0].isNull() ? textValue("NULL") : textValue(oracle(row[0].asString()))});
    const PlanBuilder plan = PlanBuilder::scan("t").project({{"n", col("n")}, {"v", sql(expression)}});
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(expected));
  }
  void checkIs(const std::string& condition, const std::vector<std::string>& accepted) {
    const auto oracle = [&](bool positive) {
      return [&, positive](const std::string& text) {
        return (std::ranges::find(accepted, text) != accepted.end()) == positive ? "true" : "false";
      };
    };
    check(condition, oracle(true));
    check("not (" + condition + ")", oracle(false));
    std::size_t count = 0;
    for (const Row& row : rows_)
      count += !row[0].isNull() && std::ranges::find(accepted, row[0].asString()) != accepted.end() ? 1 : 0;
    EXPECT_EQ(run(PlanBuilder::scan("t", {}, sql(condition)).build(), catalog_).size(), count) << condition;
  }

  ErrorCode failureOf(const std::string& expression) {
    SCOPED_TRACE(expression);
    return runExpectingError(PlanBuilder::scan("t").project({{"v", sql(expression)}}).build(), catalog_).code();
  }
  /// Rows for which two conditions that must agree are both true, after checking that they agree.
  void checkAgree(const std::string& one, const std::string& other) {
    const PlanBuilder plan =
        PlanBuilder::scan("t").project({{"a", sql(one)}, {"b", sql(other)}}).filter(sql("a is distinct from b"));
    EXPECT_EQ(run(plan.build(), catalog_).size(), 0U) << one << " and " << other;
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(PatternTest, Like) {
  checkIs("name like '%\\%%' escape '\\'", {"50% off", "a long text with 100% of\neverything", "x%y_z"});
  checkIs("name like '%#_%' escape '#'", {"under_score", "x%y_z"});
  checkIs("name like 'P%n'", {"Plain"});
  checkIs("name like '%col%'", {"école"});
  checkIs("name ilike '%COL%'", {"école", "ÉCOLE primaire"});
  checkIs("name ilike 'éc%'", {"école", "ÉCOLE primaire"});
  checkIs("name ilike 'X$%Y$_Z' escape '$'", {"x%y_z"});
  checkIs("name like ''", {""});
}

TEST_P(PatternTest, LikeOverStoredTexts) {
  // Different texts, which have no dictionary; of one column none is NULL.
  Rows rows;
  for (int row = 0; row < 900; ++row) {
    const std::string text = std::string(static_cast<std::size_t>(row % 13), 'x') +
                             (row % 7 == 0 ? "special packages " : "special") + std::to_string(row) +
                             (row % 5 == 0 ? "requests" : "");
    rows.push_back({textValue(text), row % 9 == 0 ? Value::null(Type::varchar()) : textValue(text), integerValue(row)});
  }
  catalog_.add("texts", {{"note", Type::varchar(), false}, {"maybe", Type::varchar(), true}, {"n", Type::integer()}},
               rows);
  const std::vector<std::string> patterns = {"%special%requests%", "%packages%", "%12%",           "special%",
                                             "%requests",          "%1_1%",      "nothing like it"};
  for (const std::string& pattern : patterns) {
    const auto compiled = LikePattern::compile(pattern, "", false);
    for (const std::string& condition : {" like '" + pattern + "'", " not like '" + pattern + "'"}) {
      SCOPED_TRACE(condition);
      const bool isNegated = condition.starts_with(" not");
      Rows notes;
      Rows maybes;
      Rows some;
      for (const Row& row : rows) {
        if (compiled->matches(row[0].asString()) == isNegated) continue;
        notes.push_back(row);
        if (!row[1].isNull()) maybes.push_back(row);
        if (row[2].asInt128() > 300 && row[0].asString() > "xs") some.push_back(row);
      }
      const auto scanned = [&](const std::string& filter) {
        return sortedLines(run(PlanBuilder::scan("texts", {}, sql(filter)).build(), catalog_));
      };
      EXPECT_EQ(scanned("note" + condition), sortedLines(notes));
      EXPECT_EQ(scanned("maybe" + condition), sortedLines(maybes));
      EXPECT_EQ(scanned("note" + condition + " and n > 300 and note > 'xs'"), sortedLines(some));
      EXPECT_EQ(scanned("note > 'xs' and note" + condition + " and cast(n as varchar) > ''").size(),
                scanned("note" + condition + " and note > 'xs'").size());
    }
  }
}

TEST_P(PatternTest, PatternsFromColumns) {
  for (const std::string pattern : {"p%", "%\\%%", "%\\_%", "é%", "%a%", "%", ""}) {
    const std::string constant = "'" + pattern + "'";
    const std::string varying = "case when n >= 0 then " + constant + " else pattern end";
    checkAgree("name like " + constant, "name like " + varying);
    checkAgree("name ilike " + constant, "name ilike " + varying);
    checkAgree("name not like " + constant + " escape '\\'", "name not like " + varying + " escape '\\'");
    checkAgree("name not ilike " + constant + " escape '\\'", "name not ilike " + varying + " escape '\\'");
    checkAgree("pattern = " + constant + " and name like pattern escape '\\'",
               "pattern = " + constant + " and name like " + constant + " escape '\\'");
  }
}

TEST_P(PatternTest, BadPatternsFailWhereARowHasThem) {
  EXPECT_EQ(name(failureOf("name like 'a\\' escape '\\'")), "InvalidArgument");
  EXPECT_EQ(name(failureOf("name like 'a' escape 'xy'")), "InvalidArgument");
  EXPECT_EQ(name(failureOf("name ilike bad escape '\\'")), "InvalidArgument");
  EXPECT_EQ(run(PlanBuilder::scan("t", {}, sql("n < 399 and 'x' like bad escape '\\'")).build(), catalog_).size(), 0U);
  EXPECT_EQ(run(PlanBuilder::scan("t", {}, sql("n < 0 and name like 'a\\' escape '\\'")).build(), catalog_).size(), 0U);
  EXPECT_EQ(name(failureOf("regexp_matches(name, '(' || bad)")), "InvalidArgument");
  EXPECT_EQ(name(failureOf("regexp_replace(name, 'a', '\\7')")), "InvalidArgument");
  const ExecutionError error =
      runExpectingError(PlanBuilder::scan("t").filter(sql("regexp_matches(name, 'a(b')")).build(), catalog_);
  EXPECT_EQ(name(error.code()), "InvalidPlan");
  EXPECT_EQ(error.place(), "$.root.predicate");
  EXPECT_EQ(error.message(), "the regular expression 'a(b' is wrong: missing ): a(b; in: regexp_matches(name, 'a(b')");
}

TEST_P(PatternTest, RegularExpressions) {
  checkIs("regexp_matches(name, '[0-9]+%')", {"50% off", "a long text with 100% of\neverything"});
  checkIs("regexp_matches(name, 'É', 'i')", {"école", "ÉCOLE primaire"});
  checkIs("regexp_full_match(name, '[a-z_]+')", {"under_score"});
  checkIs("regexp_matches(name, 'of.every', 's')", {"a long text with 100% of\neverything"});
  check("regexp_extract(name, '([0-9]+)(%.*)')", [](const std::string& text) {
    return text == "50% off" ? text : text.starts_with("a long") ? "100% of" : "";
  });
  check("regexp_extract(name, '([0-9]+)%', 1)", [](const std::string& text) {
    return text == "50% off" ? "50" : text.starts_with("a long") ? "100" : "";
  });
  const auto replaced = [](std::string text, const std::string& by, bool all) {
    for (std::size_t at = text.find('e'); at != std::string::npos;
         at = all ? text.find('e', at + by.size()) : std::string::npos)
      text.replace(at, 1, by);
    return text;
  };
  check("regexp_replace(name, 'e', '<\\0 and something long>')",
        [&](const std::string& text) { return replaced(text, "<e and something long>", false); });
  check("regexp_replace(name, '(e)', '\\1\\1', 'g')",
        [&](const std::string& text) { return replaced(text, "ee", true); });
  check("regexp_replace(name, case when n >= 0 then 'e' end, '', 'g')",
        [&](const std::string& text) { return replaced(text, "", true); });
  checkAgree("regexp_matches(name, '^[a-m]')", "regexp_matches(name, '^[a-' || substring('m', 1, n + 1) || ']')");
  checkAgree("regexp_extract(name, '(.)(.)', n % 4)",
             "regexp_extract(name, '(.)(' || substring('.', 1, n + 1) || ')', n % 4)");
}

INSTANTIATE_TEST_SUITE_P(Engines, PatternTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
