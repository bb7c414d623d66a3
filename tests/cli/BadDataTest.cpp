#include <algorithm>
#include <filesystem>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/Program.h"

namespace basalt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kSchema = "create table t (a integer not null, b decimal(5,2), c date);\n";

struct BadText {
  std::string name;
  std::string file;
  std::string text;
  std::string place;
  std::string expected;
};

std::ostream& operator<<(std::ostream& output, const BadText& text) { return output << text.name; }

class BadTextTest : public testing::TestWithParam<BadText> {};

TEST_P(BadTextTest, IsRefusedWithItsPlaceAndLeavesNothing) {
  const TemporaryFolder folder;
  const std::string file = folder.write(GetParam().file, GetParam().text);
  const std::string schema = folder.write("schema.sql", kSchema);
  const Ending ending = runProgram({"load", "--store", folder.path("store"), "--schema", schema, file});
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.output, "");
  EXPECT_THAT(ending.errors, AllOf(StartsWith("basalt: error: [" + file + ":" + GetParam().place),
                                   HasSubstr("] InvalidArgument: "), HasSubstr(GetParam().expected)));
  EXPECT_EQ(std::ranges::count(ending.errors, '\n'), 1);
  EXPECT_EQ(folder.files().size(), 2) << "something is left in the store";
}

INSTANTIATE_TEST_SUITE_P(
    Text, BadTextTest,
    testing::Values(BadText{"TooFewFields", "t.tbl", "1|2.00|1998-12-01|\n2|3.00\n", "2:", "expected 3 fields"},
                    BadText{"TooManyFields", "t.tbl", "1|2.00|1998-12-01|5|\n", "1:18",
                            "expected 3 fields, found more"},
                    BadText{"BadNumber", "t.tbl", "1|2.00|1998-12-01|\n2x|3.00|1998-12-01|\n", "2:1", "2x"},
                    BadText{"BadDecimal", "t.tbl", "1|2.005|1998-12-01|\n", "1:3", "2.005"},
                    BadText{"TooLargeDecimal", "t.tbl", "1|1000.00|1998-12-01|\n", "1:3", "1000.00"},
                    BadText{"BadDate", "t.tbl", "1|2.00|1998-13-01|\n", "1:8", "1998-13-01"},
                    BadText{"NullThatMustNotBe", "t.tbl", "|2.00|1998-12-01|\n", "1:1", ""},
                    BadText{"CsvWithoutColumn", "t.csv", "a,b\n1,2\n", "1:1", "found no c"},
                    BadText{"CsvQuote", "t.csv", "a,b,c\n1,\"2.00,1998-12-01\n", "2:", "quote"}),
    [](const testing::TestParamInfo<BadText>& parameter) { return parameter.param.name; });

TEST(Load, RefusesBadSchemas) {
  const TemporaryFolder folder;
  const std::string schema = folder.write("schema.sql", "create table t (\n  a integr);\n");
  const Ending ending =
      runProgram({"load", "--store", folder.path("store"), "--schema", schema, folder.write("t.tbl", "1|\n")});
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.errors, StartsWith("basalt: error: [" + schema + ":2:"));
  EXPECT_THAT(ending.errors, HasSubstr("integr"));
}

TEST(Load, RefusesFilesBeforeItLoadsOthers) {
  const TemporaryFolder folder;
  const std::string schema = folder.write("schema.sql", kSchema);
  const std::string good = folder.write("t.tbl", "1|2.00|1998-12-01|\n");
  const std::vector<std::string> begin = {"load", "--store", folder.path("store"), "--schema", schema, good};
  const auto loadAlso = [&](const std::string& file) {
    std::vector<std::string> arguments = begin;
    arguments.push_back(file);
    return runProgram(arguments);
  };
  Ending ending = loadAlso(folder.path("none.tbl"));
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.errors, HasSubstr("none.tbl] NotFound: "));
  ending = loadAlso(folder.write("t.csv", "a,b,c\n"));
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.errors, HasSubstr("t.csv] InvalidUsage: a second file for table t"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("store/t.basalt")));
}

class DamagedStore : public testing::Test, public StoreTest {
 protected:
  std::string file() const { return store() + "/numbers.basalt"; }

  /// Runs a scan, whose error has to name the file.
  void expectError(const std::string& table, const std::string& code) {
    const std::string output = folder().path("result.csv");
    const Ending ending = runProgram(
        {"run", plan(R"({"operator": "Scan", "table": ")" + table + "\"}"), "--store", store(), "-o", output});
    EXPECT_EQ(ending.status, 1);
    EXPECT_THAT(ending.errors, AllOf(StartsWith("basalt: error: ["), HasSubstr(file()), HasSubstr(code)));
    EXPECT_EQ(std::ranges::count(ending.errors, '\n'), 1);
    EXPECT_FALSE(std::filesystem::exists(output));
  }
};

TEST_F(DamagedStore, ATruncatedFileIsAnError) {
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  expectError("numbers", "CorruptData: ");
}

TEST_F(DamagedStore, AnEmptyFileIsAnError) {
  std::filesystem::resize_file(file(), 0);
  expectError("numbers", "CorruptData: ");
}

TEST_F(DamagedStore, AnAlteredByteIsAnError) {
  std::string content = readFile(file());
  content[200] = static_cast<char>(content[200] ^ 1);
  folder().write("store/numbers.basalt", content);
  expectError("numbers", "CorruptData: ");
}

TEST_F(DamagedStore, AnAlteredFooterIsAnError) {
  std::string content = readFile(file());
  content[content.size() - 60] = static_cast<char>(content[content.size() - 60] ^ 1);
  folder().write("store/numbers.basalt", content);
  expectError("numbers", "CorruptData: ");
}

TEST_F(DamagedStore, OtherTablesAreStillListed) {
  std::filesystem::resize_file(file(), 100);
  const Ending ending = runProgram({"tables", "--store", store()});
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.output, StartsWith("words: 3 rows in 1 chunk"));
  EXPECT_THAT(ending.errors, AllOf(HasSubstr(file()), HasSubstr("load the table again with 'basalt load'")));
}

TEST(Store, MissingSaysHowToMakeIt) {
  const Ending ending = runProgram({"tables", "--store", "/nonexistent/store"});
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.errors, AllOf(StartsWith("basalt: error: [/nonexistent/store] NotFound: "),
                                   HasSubstr("basalt load --store /nonexistent/store")));
}

}  // namespace
}  // namespace basalt::test
