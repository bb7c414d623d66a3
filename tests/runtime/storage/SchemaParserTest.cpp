#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/storage/SchemaParser.h"
#include "tests/runtime/storage/TableReading.h"

namespace basalt {
namespace {

TEST(SchemaParser, ReadsTables) {
  const auto tables = parseSchema(R"(
    -- a comment; with create table in it
    CREATE TABLE IF NOT EXISTS Orders (
      o_Key bigint PRIMARY KEY, /* two
      lines */ price decimal(15, 2) NOT NULL,
      "Odd ""Name""" varchar(25) NULL,
      ratio double precision,
      note text
    );
    ;
    create table line (a integer, b date, c timestamp not null, constraint pk primary key (a, B))
  )",
                                  "schema.sql");
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].name, "orders");
  EXPECT_EQ(tables[0].schema, Schema({{"o_key", Type::bigInt(), false},
                                      {"price", Type::decimal(15, 2), false},
                                      {"Odd \"Name\"", Type::varchar(), true},
                                      {"ratio", Type::doublePrecision(), true},
                                      {"note", Type::varchar(), true}}));
  EXPECT_EQ(tables[0].primaryKey, std::vector<std::string>{"o_key"});
  EXPECT_EQ(tables[1].schema,
            Schema({{"a", Type::integer(), false}, {"b", Type::date(), false}, {"c", Type::timestamp(), false}}));
  EXPECT_EQ(tables[1].primaryKey, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(parseSchema(" -- nothing", "schema.sql").empty());
}

struct BadSchema {
  std::string text;
  ErrorCode code;
  std::string place;
  std::string message;
};

TEST(SchemaParser, NamesWhatItExpected) {
  const std::vector<BadSchema> cases = {
      {"drop table t", ErrorCode::Unsupported, "s:1:1", "expected CREATE TABLE, found 'drop'"},
      {"create\n  view v", ErrorCode::Unsupported, "s:2:3", "expected TABLE, found 'view'"},
      {"create table t (", ErrorCode::InvalidUsage, "s:1:17", "expected a column name, found the end of the text"},
      {"create table t ()", ErrorCode::InvalidUsage, "s:1:17", "expected a column name, found ')'"},
      {"create table t (a)", ErrorCode::InvalidUsage, "s:1:18", "expected a type, found ')'"},
      {"create table t (a integer", ErrorCode::Unsupported, "s:1:26",
       "expected NOT NULL, NULL, PRIMARY KEY, ',' or ')' after the type of column a, found the end of the text"},
      {"create table t (a integer,\n a text)", ErrorCode::InvalidUsage, "s:2:2", "a second column named a"},
      {"create table t (a integer not nul)", ErrorCode::InvalidUsage, "s:1:31", "expected null, found 'nul'"},
      {"create table t (a integer default 5)", ErrorCode::Unsupported, "s:1:27",
       "expected NOT NULL, NULL, PRIMARY KEY, ',' or ')' after the type of column a, found 'default'"},
      {"create table t (a integer null not null)", ErrorCode::InvalidUsage, "s:1:32",
       "column a cannot be both NULL and NOT NULL"},
      {"create table t (a integer, unique (a))", ErrorCode::Unsupported, "s:1:28",
       "expected a column or PRIMARY KEY, found 'unique'"},
      {"create table t (a integer, primary key (b))", ErrorCode::InvalidUsage, "s:1:41",
       "expected a column of table t, found 'b'"},
      {"create table t (a integer primary key, primary key (a))", ErrorCode::InvalidUsage, "s:1:40",
       "a second PRIMARY KEY of table t"},
      {"create table t (a integer); create table T (a integer)", ErrorCode::InvalidUsage, "s:1:29",
       "a second table named t"},
      {"create table t (a integer) with oids", ErrorCode::Unsupported, "s:1:28",
       "expected ';' after the table, found 'with'"},
      {"create /* table", ErrorCode::InvalidUsage, "s:1:8", "expected */ at the end of this comment"},
      {"create table \"t (a integer)", ErrorCode::InvalidUsage, "s:1:14", "expected a name in double quotes"},
  };
  for (const BadSchema& bad : cases) {
    try {
      parseSchema(bad.text, "s");
      ADD_FAILURE() << "accepted: " << bad.text;
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), bad.code) << bad.text;
      EXPECT_EQ(error.place(), bad.place) << bad.text;
      EXPECT_EQ(error.message(), bad.message) << bad.text;
    }
  }
  try {
    parseSchema("create table t (a\n  strange(5))", "s");
    ADD_FAILURE();
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.place(), "s:2:3");
  }
}

TEST(SchemaParser, SurvivesAnyPrefix) {
  const std::string text =
      "create table t (a decimal(15,2) not null, \"b\" varchar(5) /* c */, primary key (a)); -- end";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    try {
      parseSchema(text.substr(0, length), "s");
    } catch (const ExecutionError& error) {
      EXPECT_TRUE(error.isCallerError());
    }
  }
}

TEST(SchemaParser, ReadsFiles) {
  const test::TemporaryDirectory directory;
  EXPECT_EQ(readSchemaFile(directory.write("s.sql", "create table t (a int)")).size(), 1U);
  EXPECT_TRUE(readSchemaFile(directory.write("empty.sql", "")).empty());
  EXPECT_THROW(readSchemaFile(directory.path() / "missing.sql"), ExecutionError);
}

}  // namespace
}  // namespace basalt
