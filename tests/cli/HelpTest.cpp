#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/Program.h"

namespace basalt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Help, TheProgramNamesItsVerbs) {
  const Ending ending = runProgram({"--help"});
  EXPECT_EQ(ending.status, 0);
  EXPECT_EQ(ending.errors, "");
  for (const char* verb : {"load", "run", "explain", "ir", "tables", "sql-of"}) {
    EXPECT_THAT(ending.output, HasSubstr(std::string("\n  ") + verb + " "));
  }
}

TEST(Help, EveryVerbTeaches) {
  for (const std::string verb : {"load", "run", "explain", "ir", "tables", "sql-of"}) {
    const Ending ending = runProgram({verb, "--help"});
    EXPECT_EQ(ending.status, 0);
    EXPECT_EQ(ending.errors, "");
    EXPECT_THAT(ending.output, AllOf(HasSubstr("Example"), HasSubstr("\n  basalt " + verb + " "),
                                     HasSubstr("--store DIR"), HasSubstr("Exit status: 0 done; 1 ")));
  }
}

TEST(Help, TheVersionIsOneLine) {
  const Ending ending = runProgram({"--version"});
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output, testing::MatchesRegex("basalt [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

struct Misuse {
  std::vector<std::string> arguments;
  std::string expected;
};

class MisuseTest : public testing::TestWithParam<Misuse> {};

TEST_P(MisuseTest, IsOneLineAndStatusTwo) {
  const Ending ending = runProgram(GetParam().arguments);
  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.output, "");
  EXPECT_THAT(ending.errors,
              AllOf(StartsWith("basalt: error: [basalt"), HasSubstr(GetParam().expected), HasSubstr("--help'\n")));
  EXPECT_EQ(std::ranges::count(ending.errors, '\n'), 1);
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, MisuseTest,
    testing::Values(
        Misuse{{}, "expected a verb: load, run"}, Misuse{{"rum"}, "no verb 'rum'; known are load, run"},
        Misuse{{"--store"}, "expected a verb, --help or --version but found '--store'"},
        Misuse{{"run"}, "PLAN.json is required"}, Misuse{{"run", "p.json"}, "--store is required"},
        Misuse{{"load", "--store", "s", "t.tbl"}, "--schema is required"},
        Misuse{{"run", "p.json", "--store", "s", "--engin", "auto"}, "--engin"},
        Misuse{{"run", "p.json", "--store", "s", "--engine", "fast"}, "fast not in {auto,interpreted,compiled}"},
        Misuse{{"run", "p.json", "--store", "s", "--format", "xml"}, "xml not in {table,csv,json}"},
        Misuse{{"run", "p.json", "--store", "s", "--threads", "0"}, "--threads: Value 0 not in range 1 to 1024"},
        Misuse{{"run", "p.json", "--store", "s", "--threads", "two"}, "--threads: Value two not in range"},
        Misuse{{"run", "p.json", "--store", "s", "--batch-rows", "100000"}, "not in range 1 to 65536"},
        Misuse{{"run", "p.json", "--store", "s", "--memory-limit", "lots"}, "a number of bytes such as 512M"},
        Misuse{{"run", "p.json", "--store", "s", "--memory-limit", "0"}, "a number of bytes such as 512M"},
        Misuse{{"run", "p.json", "--store", "s", "--switch-after-morsels", "-1"}, "--switch-after-morsels"},
        Misuse{{"ir", "p.json", "--store", "s", "--stage", "raw"}, "raw not in {unoptimised"},
        Misuse{{"tables", "--store", "s", "extra"}, "extra"}));

}  // namespace
}  // namespace basalt::test
