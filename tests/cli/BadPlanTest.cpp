#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/Program.h"

namespace basalt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct BadPlan {
  std::string name;
  /// The whole document.
  std::string text;
  /// How the place of the mistake begins, behind the file's name.
  std::string place;
  std::string expected;
};

std::ostream& operator<<(std::ostream& output, const BadPlan& plan) { return output << plan.name; }

std::string root(const std::string& root) { return R"({"version": 1, "root": )" + root + "}"; }
std::string project(const std::string& expression) {
  return root(R"({"operator": "Projection", "expressions": [{"name": "x", "expression": ")" + expression +
              R"("}], "input": {"operator": "Scan", "table": "numbers"}})");
}

class BadPlanTest : public testing::TestWithParam<BadPlan>, public StoreTest {};

TEST_P(BadPlanTest, IsRefusedWithItsPlace) {
  const std::string file = folder().write("bad.json", GetParam().text);
  const std::string output = folder().path("result.csv");
  const std::vector<std::string> before = folder().files();
  for (const std::string verb : {"run", "explain", "ir"}) {
    const Ending ending = runProgram({verb, file, "--store", store(), "-o", output});
    EXPECT_EQ(ending.status, 2) << verb;
    EXPECT_EQ(ending.output, "") << verb;
    EXPECT_THAT(ending.errors, AllOf(StartsWith("basalt: error: [" + file + ": " + GetParam().place),
                                     HasSubstr("] InvalidPlan: "), HasSubstr(GetParam().expected)));
    EXPECT_EQ(std::ranges::count(ending.errors, '\n'), 1) << ending.errors;
    EXPECT_EQ(folder().files(), before) << verb;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Plans, BadPlanTest,
    testing::Values(
        BadPlan{"NoJson", "{\"version\": 1,\n \"root\": {\"operator\" \"Scan\"}}", "line 2, column ", "expected"},
        BadPlan{"CutOff", "{\"version\": 1,\n \"root\": {", "line 2, column ", ""},
        BadPlan{"Empty", "", "line 1, column 1", ""},
        BadPlan{"NoVersion", R"({"root": {"operator": "Scan", "table": "numbers"}})", "$", "version"},
        BadPlan{"OtherVersion", R"({"version": 2, "root": {"operator": "Scan", "table": "numbers"}})", "$.version",
                "expected version 1 but found 2"},
        BadPlan{"UnknownOperator", root(R"({"operator": "Scam", "table": "numbers"})"), "$.root.operator",
                "unknown operator; known are Scan, Selection"},
        BadPlan{"UnknownField", root(R"({"operator": "Scan", "table": "numbers", "colums": ["n"]})"), "$.root",
                "colums"},
        BadPlan{"MissingField", root(R"({"operator": "Scan"})"), "$.root", "table"},
        BadPlan{"WrongJsonType",
                root(R"({"operator": "Limit", "limit": "ten", "input": {"operator": "Scan", "table": "numbers"}})"),
                "$.root.limit", "expected a whole number but found a string"},
        BadPlan{"UnknownTable", root(R"({"operator": "Scan", "table": "number"})"), "$.root.table",
                "did you mean 'numbers'?"},
        BadPlan{"UnknownColumn", root(R"({"operator": "Scan", "table": "numbers", "columns": ["wordd"]})"),
                "$.root.columns[0]", "did you mean 'word'?"},
        BadPlan{"UnknownColumnInExpression", project("n + wordd"), "$.root.expressions[0]", "did you mean 'word'?"},
        BadPlan{"UnknownFunction", project("sqroot(n)"), "$.root.expressions[0]", "sqroot"},
        BadPlan{"UnknownType", project("cast(n as intger)"), "$.root.expressions[0].expression", "intger"},
        BadPlan{"BadExpression", project("n +"), "$.root.expressions[0].expression", "expected"},
        BadPlan{"WrongArity", project("extract(year from n, 1)"), "$.root.expressions[0].expression", "expected"},
        BadPlan{"TypeClash", project("n + word"), "$.root.expressions[0]", ""},
        BadPlan{"ConditionOfWrongType", root(R"({"operator": "Scan", "table": "numbers", "filter": "n + 1"})"),
                "$.root.filter", "expected a condition but found a value of type integer"},
        BadPlan{"KeysOfDifferentTypes", root(R"({"operator": "HashJoin", "keys": [{"left": "one", "right": "word"}],
                         "left": {"operator": "Scan", "table": "numbers"}, "right": {"operator": "Scan", "table": "numbers"}})"),
                "$.root.keys[0].right", ""},
        BadPlan{"NoKeys", root(R"({"operator": "HashJoin", "keys": [],
                         "left": {"operator": "Scan", "table": "words"}, "right": {"operator": "Scan", "table": "numbers"}})"),
                "$.root.keys", "at least one key"},
        BadPlan{
            "UnknownAggregate",
            root(R"({"operator": "HashAggregation", "aggregates": [{"name": "s", "function": "summ", "argument": "n"}],
                         "input": {"operator": "Scan", "table": "numbers"}})"),
            "$.root.aggregates[0].function", "did you mean 'sum'?"},
        BadPlan{
            "SumOfText",
            root(
                R"({"operator": "HashAggregation", "aggregates": [{"name": "s", "function": "sum", "argument": "word"}],
                         "input": {"operator": "Scan", "table": "numbers"}})"),
            "$.root.aggregates[0].argument", "varchar"},
        BadPlan{"DeepInTheTree", root(R"({"operator": "Limit", "limit": 1, "input": {"operator": "Sort", "keys": ["nn"],
                         "input": {"operator": "Scan", "table": "numbers"}}})"),
                "$.root.input.keys[0]", "nn"}),
    [](const testing::TestParamInfo<BadPlan>& parameter) { return parameter.param.name; });

class PlanFile : public testing::Test, public StoreTest {};

TEST_F(PlanFile, MissingIsStatusTwo) {
  const Ending ending = runProgram({"run", folder().path("none.json"), "--store", store()});
  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.errors, "basalt: error: [" + folder().path("none.json") +
                               "] NotFound: could not read the plan: No such file or directory\n");
}

TEST_F(PlanFile, AFolderIsNoPlan) {
  const Ending ending = runProgram({"run", store(), "--store", store()});
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.errors, HasSubstr("] InputOutput: could not read the plan: Is a directory\n"));
}

TEST_F(PlanFile, ControlsOfAPlanDoNotReachTheTerminal) {
  const Ending ending = runProgram({"run", "-", "--store", store()}, root("{\"operator\": \"a\\u001b[31m\\nb\"}"));
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.errors, StartsWith("basalt: error: [standard input: $.root.operator] InvalidPlan: "));
  EXPECT_EQ(ending.errors.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(ending.errors, '\n'), 1);
}

}  // namespace
}  // namespace basalt::test
