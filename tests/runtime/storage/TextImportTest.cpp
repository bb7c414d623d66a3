#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/storage/Store.h"
#include "runtime/storage/TableBuilder.h"
#include "runtime/storage/TextImport.h"
#include "tests/runtime/storage/TableReading.h"

namespace basalt {
namespace {

using test::Rows;
using test::TemporaryDirectory;

constexpr const char* kSchema =
    "create table t (k integer not null, d decimal(6,2), s varchar(20), w date); create table one (v varchar)";

class TextImport : public testing::Test {
 protected:
  /// Rows as text, NULL as "NULL".
  std::vector<std::string> load(const std::string& file, const std::string& text) {
    const auto path = directory_.write(file, text);
    const auto imported = importText(parseSchema(kSchema, "s"), std::vector{path}, store());
    const auto table = Store(store()).find(path.stem().string());
    EXPECT_EQ(imported.front().rows, table->rowCount());
    EXPECT_EQ(imported.front().textBytes, text.size());
    std::vector<std::string> result;
    for (const auto& row : test::readRows(*table)) {
      std::string line;
      for (const Value& value : row) {
        line += (line.empty() ? "" : ";") + value.toString();
      }
      result.push_back(line);
    }
    return result;
  }

  void expectRefused(const std::string& file, const std::string& text, const std::string& place,
                     const std::string& message) {
    try {
      load(file, text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
      EXPECT_EQ(error.place(), (directory_.path() / file).string() + place) << text;
      EXPECT_EQ(error.message(), message) << text;
    }
    EXPECT_TRUE(!std::filesystem::exists(store()) || std::filesystem::is_empty(store()));
  }

  std::filesystem::path store() const { return directory_.path() / "store"; }

  TemporaryDirectory directory_;
};

using Lines = std::vector<std::string>;

TEST_F(TextImport, ReadsBars) {
  EXPECT_EQ(load("t.tbl", "1|1.5|a b|1998-12-01|\n-2|-0.05||1970-01-01|\n3||\\N||\n"),
            (Lines{"1;1.50;a b;1998-12-01", "-2;-0.05;;1970-01-01", "3;NULL;NULL;NULL"}));
  EXPECT_EQ(load("t.tbl", "1|9999.99|x|2000-02-29\r\n+2|7|y|1999-01-31"),
            (Lines{"1;9999.99;x;2000-02-29", "2;7.00;y;1999-01-31"}));
  EXPECT_EQ(load("t.tbl", ""), Lines{});
  EXPECT_EQ(load("t.tbl", "1|-.500|x|\\N|"), (Lines{"1;-0.50;x;NULL"}));
  EXPECT_EQ(load("one.tbl", "a\n\nb\n"), (Lines{"a", "", "b"}));
}

TEST_F(TextImport, RefusesBadBars) {
  constexpr const char* kBarMissing = "expected 4 fields, each with a '|' behind it as in the first line";
  expectRefused("t.tbl", "1|1.5|a|1998-12-01|\n2|1.5|a\n", ":2:8", "expected 4 fields, found 3");
  expectRefused("t.tbl", "1|1.5|a|1998-12-01|\n2|1.5|a|\n", ":2:9", kBarMissing);
  expectRefused("t.tbl", "1|1.5|a|1998-12-01|\n2|1.5|a|1998-12-01\n", ":2:19", kBarMissing);
  expectRefused("t.tbl", "1|1.5|a|1998-12-01\n2|1.5|a|1998-12-01|\n", ":2:19", "expected 4 fields, found more");
  expectRefused("t.tbl", "1|1.5|a|1998-12-01||\n", ":1:19", "expected 4 fields, found more");
  expectRefused("t.tbl", "\n", ":1:1", "column k (field 1): expected integer, found ''");
  expectRefused("t.tbl", "x|1.5|a|1998-12-01|\n", ":1:1", "column k (field 1): expected integer, found 'x'");
  expectRefused("t.tbl", "\\N|1.5|a|1998-12-01|\n", ":1:1",
                "column k (field 1): expected integer NOT NULL, found NULL");
  expectRefused("t.tbl", "2147483648|1.5|a|1998-12-01|\n", ":1:1",
                "column k (field 1): expected integer, found '2147483648'");
  expectRefused("t.tbl", "1|10000|a|1998-12-01|\n", ":1:3", "column d (field 2): expected decimal(6,2), found '10000'");
  expectRefused("t.tbl", "1|1.005|a|1998-12-01|\n", ":1:3", "column d (field 2): expected decimal(6,2), found '1.005'");
  expectRefused("t.tbl", "1|.|a|1998-12-01|\n", ":1:3", "column d (field 2): expected decimal(6,2), found '.'");
  expectRefused("t.tbl", "1|1|a|1998-02-29|\n", ":1:7", "column w (field 4): expected date, found '1998-02-29'");
  expectRefused("t.tbl", "1|1|" + std::string(100, 'a') + "|" + std::string(100, 'b'), ":1:106",
                "column w (field 4): expected date, found '" + std::string(60, 'b') + "...'");
}

TEST_F(TextImport, ReadsCsv) {
  EXPECT_EQ(load("t.csv", "k,d,s,w\n1,2.5,plain,1998-12-01\n2,,,\n3,0,\"\",\n"),
            (Lines{"1;2.50;plain;1998-12-01", "2;NULL;NULL;NULL", "3;0.00;;NULL"}));
  EXPECT_EQ(load("t.csv", "\xEF\xBB\xBFW,S,\"D\",k\r\n,\"a \"\"quoted\"\", word\",1,5\r\n,\"two\nlines\",\"2\",6"),
            (Lines{"5;1.00;a \"quoted\", word;NULL", "6;2.00;two\nlines;NULL"}));
  EXPECT_EQ(load("one.csv", "v\n\n\"\"\n\"\"\"\"\n"), (Lines{"NULL", "", "\""}));
  EXPECT_EQ(load("one.csv", "v"), Lines{});
}

TEST_F(TextImport, RefusesBadCsv) {
  expectRefused("t.csv", "", ":1:1", "expected a header line with the names of the columns");
  expectRefused("t.csv", "k,d,s\n", ":1:1", "expected in the header each column of the table once, found no w");
  expectRefused("t.csv", "k,d,s,k\n", ":1:7", "expected in the header each column of the table once, found 'k'");
  expectRefused("t.csv", "k,d,s,w,x\n", ":1:9", "expected in the header each column of the table once, found 'x'");
  expectRefused("t.csv", "k,d,s,w\n1,2\n", ":2:4", "expected 4 fields, found 2");
  expectRefused("t.csv", "k,d,s,w\n1,2,a,,b\n", ":2:7", "expected 4 fields, found more");
  expectRefused("t.csv", "k,d,s,w\n1,2,a\"b\",\n", ":2:6",
                "expected quotes around the whole field, and doubled within it");
  expectRefused("t.csv", "k,d,s,w\n1,2,\"a\"b,\n", ":2:8",
                "expected a comma or the end of the line after a quoted field");
  expectRefused("t.csv", "k,d,s,w\n1,2,\"a\n\nb,\n", ":2:5",
                "expected a quote at the end of the field that begins here");
  expectRefused("t.csv", "k,d,s,w\n\"1\n\",2,a,\n\"\",2,a,\n", ":4:1",
                "column k (field 1): expected integer, found ''");
  expectRefused("t.csv", "k,d,s,w\n,2,a,\n", ":2:1", "column k (field 1): expected integer NOT NULL, found NULL");
}

TEST_F(TextImport, LoadsEveryType) {
  const auto tables = parseSchema(
      "create table all_types (a boolean, b tinyint, c smallint, d bigint, e real, f double precision, g "
      "decimal(38,5), "
      "h time, i timestamp, j interval, k bytea)",
      "s");
  const auto path = directory_.write(
      "all_types.tbl",
      "true|-128|32767|-9223372036854775808|1.5|-2.25e10|-123456789012345678901234567890123.00001|12:34:56.5|"
      "2001-02-03 04:05:06|1 day|\\x00ff|\nf|||||||||||\n");
  importText(tables, std::vector{path}, store());
  const auto rows = test::readRows(*Store(store()).find("all_types"));
  const Schema& schema = tables[0].schema;
  const std::vector<std::string> expected = {"true",
                                             "-128",
                                             "32767",
                                             "-9223372036854775808",
                                             "1.5",
                                             "-2.25e10",
                                             "-123456789012345678901234567890123.00001",
                                             "12:34:56.5",
                                             "2001-02-03 04:05:06",
                                             "1 day",
                                             "\\x00ff"};
  for (std::size_t column = 0; column < expected.size(); ++column) {
    EXPECT_EQ(rows[0][column], Value::parse(schema[column].type, expected[column])) << column;
  }
  for (std::size_t column = 1; column + 1 < expected.size(); ++column) {
    EXPECT_TRUE(rows[1][column].isNull());
  }
}

TEST_F(TextImport, PartsComeTogetherInOrderOnAnyNumberOfThreads) {
  std::string text;
  for (int row = 0; row < 200000; ++row) {
    text += std::to_string(row) + "|" + std::to_string(row % 1000) + "|" + std::to_string(row % 50) + "|1995-01-" +
            (row % 28 < 9 ? "0" : "") + std::to_string(row % 28 + 1) + "|\n";
  }
  const auto path = directory_.write("t.tbl", text);
  std::string first;
  for (const std::size_t threads : {1U, 2U, 5U}) {
    std::uint64_t reported = 0;
    ImportOptions options;
    options.threads = threads;
    options.progress = [&](const ImportProgress& progress) {
      EXPECT_EQ(progress.textBytesTotal, text.size());
      EXPECT_GT(progress.textBytesDone, reported);
      reported = progress.textBytesDone;
    };
    const auto imported = importText(parseSchema(kSchema, "s"), std::vector{path}, store(), options);
    EXPECT_EQ(imported[0].rows, 200000U);
    EXPECT_EQ(imported[0].storedBytes, std::filesystem::file_size(store() / "t.basalt"));
    EXPECT_EQ(reported, text.size());
    const std::string content = test::readFile(store() / "t.basalt");
    EXPECT_TRUE(first.empty() || content == first);
    first = content;
  }
  const auto table = Store(store()).find("t");
  EXPECT_EQ(table->chunkCount(), 4U);
  EXPECT_EQ(test::readCell(*table, 3, 0, 0).asInt128(), 3 * TableBuilder::kChunkRows);
}

TEST_F(TextImport, TheFirstErrorInTheFileIsReported) {
  std::string text;
  for (int row = 0; row < 200000; ++row) {
    text += (row == 100000 || row == 199999 ? "bad" : std::to_string(row)) + "|1|a||\n";
  }
  expectRefused("t.tbl", text, ":100001:1", "column k (field 1): expected integer, found 'bad'");
}

TEST_F(TextImport, RefusesFilesWithoutTable) {
  const auto tables = parseSchema(kSchema, "s");
  const auto codeOf = [&](const std::vector<std::filesystem::path>& files) {
    try {
      importText(tables, files, store());
    } catch (const ExecutionError& error) {
      return error.code();
    }
    return ErrorCode::None;
  };
  EXPECT_EQ(codeOf({directory_.write("t.txt", "")}), ErrorCode::InvalidUsage);
  EXPECT_EQ(codeOf({directory_.write("other.tbl", "")}), ErrorCode::InvalidUsage);
  EXPECT_EQ(codeOf({directory_.write("t.tbl", ""), directory_.write("T.csv", "")}), ErrorCode::InvalidUsage);
  EXPECT_EQ(codeOf({directory_.path() / "one.tbl"}), ErrorCode::NotFound);
}

}  // namespace
}  // namespace basalt
