#include <array>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/ResultFormatter.h"
#include "runtime/ExecutionError.h"
#include "runtime/memory/MemoryBudget.h"
#include "runtime/types/Value.h"

namespace basalt {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Rows given as boxed values, in the memory of a batch. Strings live as long as this.
class Rows {
 public:
  Rows(Schema schema, std::vector<std::vector<Value>> rows) : schema_(std::move(schema)), rows_(std::move(rows)) {
    const auto budget = MemoryBudget::createRoot("test");
    const auto rowCount = static_cast<std::uint32_t>(rows_.size());
    for (std::size_t column = 0; column < schema_.size(); ++column) {
      const PhysicalType type = schema_[column].type.physical();
      Vector vector = Vector::allocate(type, std::max(rowCount, 1U), budget);
      for (std::size_t row = 0; row < rows_.size(); ++row) {
        const Value& value = rows_[row][column];
        value.store(static_cast<std::byte*>(vector.mutableData()) + row * byteSize(type));
        if (value.isNull()) vector.mutableNulls()[row] = 1;
      }
      batch_.columns.push_back(std::move(vector));
    }
    batch_.selectAll(rowCount);
  }

  Batch& batch() { return batch_; }
  const Schema& schema() const { return schema_; }

  std::string format(ResultFormat format) const {
    std::ostringstream output;
    const auto formatter = makeResultFormatter(format, schema_, output);
    formatter->write(batch_);
    formatter->finish();
    return output.str();
  }

 private:
  Schema schema_;
  std::vector<std::vector<Value>> rows_;
  Batch batch_;
};

Value text(std::string value) { return Value::string(Type::varchar(), std::move(value)); }
Value integer(Int128 value) { return Value::integer(Type::integer(), value); }

/// One column with these values.
Rows column(Type type, std::vector<Value> values) {
  std::vector<std::vector<Value>> rows;
  rows.reserve(values.size());
  for (Value& value : values) rows.push_back({std::move(value)});
  return {Schema({{"c", type, true}}), std::move(rows)};
}

/// A value of each type, negative or with a fraction where it can be.
std::vector<Value> oneOfEach() {
  const Type narrow = Type::decimal(15, 2);
  const Type wide = Type::decimal(38, 4);
  return {Value::boolean(true),
          Value::integer(Type::tinyInt(), -128),
          Value::integer(Type::smallInt(), 32767),
          Value::integer(Type::integer(), -2147483647),
          Value::integer(Type::bigInt(), std::numeric_limits<std::int64_t>::min()),
          Value::floating(Type::real(), 0.1F),
          Value::floating(Type::doublePrecision(), 1e300),
          Value::parse(narrow, "-0.07"),
          Value::parse(wide, "-1234567890123456789012345678901234.5678"),
          Value::parse(Type::date(), "1998-12-01"),
          Value::parse(Type::time(), "12:34:56.789"),
          Value::parse(Type::timestamp(), "1998-12-01 12:34:56"),
          Value::parse(Type::interval(), "1 year 2 months -3 days"),
          text("text"),
          Value::string(Type::binary(), std::string("\x00\xFF", 2))};
}

Rows rowOfEach() {
  std::vector<Value> values = oneOfEach();
  Schema schema;
  for (std::size_t index = 0; index < values.size(); ++index) {
    schema.append({fmt::format("c{}", index), values[index].type(), true});
  }
  return {schema, {values}};
}

TEST(ResultFormatter, CsvShowsEveryTypeAsItsValueDoes) {
  std::string expected;
  for (const Value& value : oneOfEach()) expected += (expected.empty() ? "" : ",") + value.toString();
  EXPECT_THAT(rowOfEach().format(ResultFormat::Csv), HasSubstr("\n" + expected + "\n"));
}

TEST(ResultFormatter, TableShowsEveryTypeAsItsValueDoes) {
  const std::string table = rowOfEach().format(ResultFormat::Table);
  for (const Value& value : oneOfEach()) EXPECT_THAT(table, HasSubstr(value.toString()));
}

TEST(ResultFormatter, JsonHoldsEveryType) {
  const std::string json = rowOfEach().format(ResultFormat::Json);
  const auto row = nlohmann::json::parse(json).at(0);
  EXPECT_EQ(row["c0"], true);
  EXPECT_EQ(row["c1"], -128);
  EXPECT_EQ(row["c4"], std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row["c6"], 1e300);
  EXPECT_THAT(json, HasSubstr(R"("c7":-0.07,"c8":-1234567890123456789012345678901234.5678,)"));
  EXPECT_EQ(row["c9"], "1998-12-01");
  EXPECT_EQ(row["c10"], "12:34:56.789");
  EXPECT_EQ(row["c11"], "1998-12-01 12:34:56");
  EXPECT_EQ(row["c13"], "text");
  EXPECT_EQ(row["c14"], Value::string(Type::binary(), std::string("\x00\xFF", 2)).toString());
}

TEST(ResultFormatter, CsvTellsNullFromAnEmptyString) {
  const Rows rows(Schema({{"a", Type::varchar(), true}, {"b", Type::integer(), true}}),
                  {{text(""), integer(1)}, {Value::null(Type::varchar()), Value::null(Type::integer())}});
  EXPECT_EQ(rows.format(ResultFormat::Csv), "a,b\n\"\",1\n,\n");
}

TEST(ResultFormatter, CsvQuotesOnlyWhatNeedsIt) {
  const Rows rows =
      column(Type::varchar(), {text("plain text"), text("a,b"), text("say \"x\""), text("two\nlines"), text("cr\r")});
  EXPECT_EQ(rows.format(ResultFormat::Csv), "c\nplain text\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n\"cr\r\"\n");
}

TEST(ResultFormatter, CsvQuotesColumnNames) {
  const Rows rows(Schema({{"sum(a, b)", Type::integer(), true}, {"", Type::integer(), true}}), {});
  EXPECT_EQ(rows.format(ResultFormat::Csv), "\"sum(a, b)\",\"\"\n");
}

TEST(ResultFormatter, JsonWritesWhatIsNoNumberAsText) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Rows rows =
      column(Type::doublePrecision(),
             {Value::floating(Type::doublePrecision(), kInfinity), Value::floating(Type::doublePrecision(), -kInfinity),
              Value::floating(Type::doublePrecision(), std::nan("")), Value::floating(Type::doublePrecision(), 5)});
  const auto json = nlohmann::json::parse(rows.format(ResultFormat::Json));
  EXPECT_TRUE(json[0]["c"].is_string());
  EXPECT_TRUE(json[1]["c"].is_string());
  EXPECT_TRUE(json[2]["c"].is_string());
  EXPECT_EQ(json[3]["c"], 5.0);
}

TEST(ResultFormatter, JsonEscapesTextAndRepairsBytes) {
  // Two good sequences, then an overlong one, a surrogate, a lone byte, and a sequence that ends too early.
  const Rows rows = column(Type::varchar(), {text("\"\\\n\t\x01\x7F"), text("caf\xC3\xA9 \xF0\x9F\x98\x80"),
                                             text("\xC0\xAF"), text("\xED\xA0\x80"), text("\xFF"), text("a\xE2\x82")});
  const auto json = nlohmann::json::parse(rows.format(ResultFormat::Json));
  EXPECT_EQ(json[0]["c"], "\"\\\n\t\x01\x7F");
  EXPECT_EQ(json[1]["c"], "caf\xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(json[2]["c"], "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(json[3]["c"], "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(json[4]["c"], "\xEF\xBF\xBD");
  EXPECT_EQ(json[5]["c"], "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ResultFormatter, JsonNamesAreDifferent) {
  const Rows rows(Schema({{"k", Type::integer(), true}, {"k", Type::integer(), true}, {"k_2", Type::integer(), true}}),
                  {{integer(1), integer(2), integer(3)}});
  const auto row = nlohmann::json::parse(rows.format(ResultFormat::Json)).at(0);
  EXPECT_EQ(row.size(), 3);
  EXPECT_EQ(row["k"], 1);
}

TEST(ResultFormatter, AnEmptyResultIsStillWellFormed) {
  const Rows rows = column(Type::integer(), {});
  EXPECT_EQ(rows.format(ResultFormat::Csv), "c\n");
  EXPECT_EQ(rows.format(ResultFormat::Json), "[]\n");
  EXPECT_EQ(rows.format(ResultFormat::Table), " c\n---\n(0 rows)\n");
}

TEST(ResultFormatter, TableAlignsNumbersToTheRight) {
  const Rows rows(Schema({{"name", Type::varchar(), true}, {"n", Type::integer(), true}}),
                  {{text("a"), integer(7)},
                   {text("longer"), integer(12345)},
                   {Value::null(Type::varchar()), Value::null(Type::integer())}});
  EXPECT_EQ(rows.format(ResultFormat::Table),
            " name   |     n\n"
            "--------+-------\n"
            " a      |     7\n"
            " longer | 12345\n"
            " NULL   |  NULL\n"
            "(3 rows)\n");
}

TEST(ResultFormatter, TableKeepsItsLinesWhateverTheText) {
  const Rows rows(Schema({{"t", Type::varchar(), true}, {"u", Type::varchar(), true}}),
                  {{text("two\nlines\t\x1b[31m"), text("x")}, {text("\xC3\xA9\xC3\xA9"), text("y")}});
  EXPECT_EQ(rows.format(ResultFormat::Table),
            " t                    | u\n"
            "----------------------+---\n"
            " two\\nlines\\t\\x1b[31m | x\n"
            " \xC3\xA9\xC3\xA9                   | y\n"
            "(2 rows)\n");
}

TEST(ResultFormatter, OnlySelectedRowsCount) {
  Rows rows = column(Type::integer(), {integer(1), integer(2), integer(3)});
  const std::array<std::uint32_t, 2> selection = {0, 2};
  rows.batch().select(selection.data(), 2);
  EXPECT_EQ(rows.format(ResultFormat::Csv), "c\n1\n3\n");
  EXPECT_EQ(rows.format(ResultFormat::Table), " c\n---\n 1\n 3\n(2 rows)\n");
  EXPECT_EQ(nlohmann::json::parse(rows.format(ResultFormat::Json)).size(), 2);
}

TEST(ResultFormatter, ConstantVectorsRepeat) {
  Rows rows = column(Type::integer(), {integer(1), integer(2)});
  const std::int32_t seven = 7;
  rows.batch().columns[0] = Vector::constant(PhysicalType::Int32, &seven, false);
  EXPECT_EQ(rows.format(ResultFormat::Csv), "c\n7\n7\n");
  rows.batch().columns[0] = Vector::constant(PhysicalType::Int32, &seven, true);
  EXPECT_EQ(rows.format(ResultFormat::Json), "[\n{\"c\":null},\n{\"c\":null}\n]\n");
}

TEST(ResultFormatter, ALongTableKeepsTheWidthsOfItsFirstRows) {
  std::vector<Value> values(5000, text("ab"));
  values.push_back(text("much wider"));
  const std::string table = column(Type::varchar(), std::move(values)).format(ResultFormat::Table);
  EXPECT_THAT(table, StartsWith(" c\n----\n ab\n"));
  EXPECT_THAT(table, HasSubstr("\n ab\n much wider\n(5001 rows)\n"));
}

TEST(ResultFormatter, AFullDiskIsAnError) {
  const Rows rows = column(Type::integer(), {integer(1)});
  std::ostringstream output;
  const auto formatter = makeResultFormatter(ResultFormat::Csv, rows.schema(), output);
  output.setstate(std::ios::badbit);
  try {
    formatter->finish();
    FAIL() << "no error";
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::InputOutput);
  }
}

}  // namespace
}  // namespace basalt
