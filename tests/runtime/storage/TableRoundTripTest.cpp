#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/storage/MemoryTable.h"
#include "runtime/storage/Store.h"
#include "runtime/storage/TableWriter.h"
#include "tests/runtime/storage/TableReading.h"

namespace basalt {
namespace {

using test::Rows;
using test::TemporaryDirectory;
using Kind = ColumnEncoding::Kind;

std::shared_ptr<const ColumnarTable> store(const TemporaryDirectory& directory, const std::string& name,
                                           const Schema& schema, const Rows& rows, std::size_t threads = 1) {
  TableWriter writer(directory.path(), name, schema);
  for (const auto& row : rows) {
    writer.append(row);
  }
  EXPECT_EQ(writer.rowCount(), rows.size());
  const std::uint64_t bytes = writer.finish(threads);
  auto table = ColumnarTable::open(directory.path() / (name + ".basalt"));
  EXPECT_EQ(table->fileBytes(), bytes);
  return table;
}

TEST(TableRoundTrip, RandomRowsOfAllTypes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const TemporaryDirectory directory;
  const Schema schema = test::schemaOfAllTypes();
  for (int round = 0; round < 20; ++round) {
    const Rows rows = test::randomRows(schema, round == 0 ? 0 : 1 + random() % 700, random);
    const auto stored = store(directory, "random", schema, rows);
    EXPECT_EQ(stored->schema(), schema);
    EXPECT_EQ(stored->name(), "random");
    test::expectRows(*stored, rows);
    test::expectSoundZoneMaps(*stored);
    for (const EncodingChoice choice : {EncodingChoice::Automatic, EncodingChoice::Plain}) {
      const auto inMemory = MemoryTable::fromRows("random", schema, rows, {choice, 100, nullptr});
      EXPECT_EQ(inMemory->chunkCount(), (rows.size() + 99) / 100);
      test::expectRows(*inMemory, rows);
      test::expectSoundZoneMaps(*inMemory);
      for (std::size_t column = 0; column < schema.size(); ++column) {
        if (choice == EncodingChoice::Automatic) {
          // What numbers count from goes by chunks.
          if (rows.size() <= 100) EXPECT_EQ(inMemory->encoding(column), stored->encoding(column));
        } else {
          EXPECT_EQ(inMemory->encoding(column).kind, Kind::Plain);
          EXPECT_EQ(inMemory->encoding(column).width, byteSize(schema[column].type.physical()));
        }
      }
    }
  }
}

TEST(TableRoundTrip, SeveralChunks) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const TemporaryDirectory directory;
  const Schema schema({{"i", Type::integer(), true}, {"s", Type::varchar(), true}, {"d", Type::decimal(30, 2), false}});
  const Rows rows = test::randomRows(schema, 150000, random);
  const auto one = store(directory, "one", schema, rows, 1);
  const auto two = store(directory, "two", schema, rows, 2);
  EXPECT_EQ(one->chunkCount(), 3U);
  EXPECT_EQ(one->chunkRows(0), TableBuilder::kChunkRows);
  test::expectRows(*one, rows);
  test::expectSoundZoneMaps(*one);
  EXPECT_EQ(test::readFile(directory.path() / "one.basalt"), test::readFile(directory.path() / "two.basalt"));
}

TEST(TableRoundTrip, Extremes) {
  const TemporaryDirectory directory;
  const auto limits = [](Type type) {
    const std::size_t bits = type.physical() == PhysicalType::Int128 ? 127 : byteSize(type.physical()) * 8 - 1;
    const Int128 top = static_cast<Int128>((static_cast<UInt128>(1) << bits) - 1);
    return std::pair(Value::integer(type, -top - 1), Value::integer(type, top));
  };
  for (const Type type : {Type::tinyInt(), Type::smallInt(), Type::integer(), Type::bigInt(), Type::date(),
                          Type::time(), Type::timestamp(), Type::decimal(18, 2), Type::decimal(38, 0)}) {
    const Schema schema({{"v", type, true}});
    const auto [low, high] = limits(type);
    const Rows rows = {{low}, {Value::null(type)}, {high}};
    const auto table = store(directory, "extremes", schema, rows);
    test::expectRows(*table, rows);
    EXPECT_EQ(table->encoding(0).width, byteSize(type.physical()));
    EXPECT_EQ(*table->zoneMap(0, 0).minimum, low);
    EXPECT_EQ(*table->zoneMap(0, 0).maximum, high);
  }
}

/// The encoding of a column of these values, which come back from file and memory, in chunks of so many rows.
ColumnEncoding encodingOf(Type type, const std::vector<Int128>& values,
                          std::uint32_t chunkRows = TableBuilder::kChunkRows) {
  Rows rows;
  for (const Int128 value : values) rows.push_back({Value::integer(type, value)});
  const Schema schema({{"v", type, true}});
  const auto inMemory = MemoryTable::fromRows("numbers", schema, rows, {EncodingChoice::Automatic, chunkRows, nullptr});
  test::expectRows(*inMemory, rows);
  test::expectSoundZoneMaps(*inMemory);
  if (chunkRows < values.size()) return inMemory->encoding(0);
  const TemporaryDirectory directory;
  const auto stored = store(directory, "numbers", schema, rows);
  test::expectRows(*stored, rows);
  test::expectSoundZoneMaps(*stored);
  EXPECT_EQ(inMemory->encoding(0), stored->encoding(0));
  return stored->encoding(0);
}

TEST(TableEncoding, IntegersTakeTheNarrowestWidth) {
  const auto widthOf = [](Type type, Int128 low, Int128 high) {
    // Two neighbours are multiples of 1 alone.
    const ColumnEncoding encoding = encodingOf(type, {low, low + 1, high});
    EXPECT_FALSE(encoding.hasBase());
    return int{encoding.width};
  };
  EXPECT_EQ(widthOf(Type::integer(), 0, 127), 1);
  EXPECT_EQ(widthOf(Type::integer(), -128, 127), 1);
  EXPECT_EQ(widthOf(Type::integer(), 0, 256), 2);
  EXPECT_EQ(widthOf(Type::bigInt(), -32769, 32767), 4);
  EXPECT_EQ(widthOf(Type::bigInt(), -1, Int128{1} << 32), 8);
  EXPECT_EQ(widthOf(Type::decimal(15, 2), 0, 10), 1);
  EXPECT_EQ(widthOf(Type::date(), 8000, 10600), 2);
  EXPECT_EQ(widthOf(Type::decimal(38, 2), 0, 10), 8);
  EXPECT_EQ(widthOf(Type::decimal(38, 2), 0, Int128{1} << 63), 16);
}

TEST(TableEncoding, NumbersCountFromTheMiddleOfTheirChunk) {
  const auto widths = [](Type type, const std::vector<Int128>& values, std::uint32_t chunkRows) {
    const ColumnEncoding encoding = encodingOf(type, values, chunkRows);
    return std::pair(int{encoding.width}, int{encoding.basedWidth});
  };
  // As far as the width goes, and one further.
  EXPECT_EQ(widths(Type::integer(), {1000, 1001, 1255}, 3), std::pair(1, 2));
  EXPECT_EQ(widths(Type::integer(), {1000, 1001, 1256}, 3), std::pair(2, 0));
  EXPECT_EQ(widths(Type::integer(), {100'000, 100'001, 165'535}, 3), std::pair(2, 4));
  EXPECT_EQ(widths(Type::integer(), {100'000, 100'001, 165'536}, 3), std::pair(4, 0));
  // By chunks, of which one may spoil it.
  EXPECT_EQ(widths(Type::bigInt(), {0, 255, Int128{1} << 62, (Int128{1} << 62) + 101, -7, -1}, 2), std::pair(1, 8));
  EXPECT_EQ(widths(Type::bigInt(), {0, 255, Int128{1} << 62, (Int128{1} << 61) + 1, -7, -1}, 2), std::pair(8, 0));
  // At the ends of a type.
  const Int128 top = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(widths(Type::bigInt(), {top - 255, top - 1, top, -top - 1, -top, 254 - top}, 3), std::pair(1, 8));
  EXPECT_EQ(widths(Type::integer(), {INT32_MAX, INT32_MAX - 1, INT32_MIN, INT32_MIN + 1}, 2), std::pair(1, 4));
  EXPECT_EQ(widths(Type::smallInt(), {INT16_MAX, INT16_MAX - 1, INT16_MIN}, 2), std::pair(1, 2));
  // No number of 64 bits would do as a base.
  EXPECT_EQ(widths(Type::decimal(38, 0), {Int128{1} << 80, (Int128{1} << 80) + 1}, 2), std::pair(16, 0));
  EXPECT_EQ(widths(Type::decimal(12, 2), {9'000'000'001, 9'000'000'100}, 2), std::pair(1, 8));
  // In units as well.
  const Int128 day = 86'400'000'000;
  EXPECT_EQ(widths(Type::timestamp(), {20'000 * day, 20'001 * day, 20'255 * day}, 3), std::pair(1, 2));
}

TEST(TableEncoding, ANullIsOfNoWeightInAChunkWithABase) {
  const TemporaryDirectory directory;
  const auto expectColumn = [&](Type type, std::int64_t first, std::uint8_t basedWidth) {
    const Schema schema({{"v", type, true}});
    Rows rows;
    for (std::int64_t row = 0; row < 2000; ++row) {
      const bool isNull = row % 3 == 0 || (row >= 500 && row < 1000);
      rows.push_back({isNull ? Value::null(type) : Value::integer(type, first + row)});
    }
    // The third and the fourth chunk have no value.
    const auto inMemory = MemoryTable::fromRows("t", schema, rows, {EncodingChoice::Automatic, 250, nullptr});
    EXPECT_EQ(inMemory->encoding(0), (ColumnEncoding{Kind::Plain, 1, true, 1, basedWidth}));
    test::expectRows(*inMemory, rows);
    test::expectRows(*store(directory, "t", schema, rows), rows);
  };
  expectColumn(Type::integer(), INT32_MAX - 2000, 4);
  expectColumn(Type::bigInt(), INT64_MIN, 8);
}

TEST(TableEncoding, MultiplesAreStoredInUnits) {
  const TemporaryDirectory directory;
  const auto unitAndWidthOf = [&](Type type, const std::vector<Int128>& values) {
    Rows rows = {{Value::null(type)}};
    for (const Int128 value : values) rows.push_back({Value::integer(type, value)});
    const Schema schema({{"v", type, true}});
    const auto stored = store(directory, "units", schema, rows);
    test::expectRows(*stored, rows);
    test::expectSoundZoneMaps(*stored);
    EXPECT_FALSE(stored->encoding(0).hasBase());
    const auto inMemory = MemoryTable::fromRows("units", schema, rows);
    test::expectRows(*inMemory, rows);
    EXPECT_EQ(inMemory->encoding(0), stored->encoding(0));
    const auto plain = MemoryTable::fromRows("units", schema, rows, {EncodingChoice::Plain, 2, nullptr});
    test::expectRows(*plain, rows);
    EXPECT_EQ(plain->encoding(0).unit, 1);
    return std::pair(stored->encoding(0).unit, unsigned{stored->encoding(0).width});
  };
  EXPECT_EQ(unitAndWidthOf(Type::decimal(15, 2), {100, 5000, 300}), std::pair(std::int64_t{100}, 1U));
  EXPECT_EQ(unitAndWidthOf(Type::integer(), {-1280, 0, 1270}), std::pair(std::int64_t{10}, 1U));
  EXPECT_EQ(unitAndWidthOf(Type::timestamp(), {1'600'000'000'000'000, 1'700'000'001'000'000}),
            std::pair(std::int64_t{1'000'000}, 4U));
  EXPECT_EQ(unitAndWidthOf(Type::decimal(38, 10), {Int128{1} << 80, Int128{3} << 79}), std::pair(std::int64_t{1}, 16U))
      << "the unit would take more than 64 bits";
  EXPECT_EQ(unitAndWidthOf(Type::decimal(38, 10), {Int128{1'000'000'007} * powerOfTen(18), powerOfTen(18)}),
            std::pair(std::int64_t{1'000'000'000'000'000'000}, 8U));
  // Nothing is gained, or products of stored bytes and unit might not fit the type.
  EXPECT_EQ(unitAndWidthOf(Type::integer(), {100, 5'000'000, 7'000'000}), std::pair(std::int64_t{1}, 4U));
  EXPECT_EQ(unitAndWidthOf(Type::integer(), {0, 0}), std::pair(std::int64_t{1}, 1U));
  EXPECT_EQ(unitAndWidthOf(Type::smallInt(), {0, 300, 600}), std::pair(std::int64_t{1}, 2U));
  const Int128 lowest = -(Int128{1} << 63);
  EXPECT_EQ(unitAndWidthOf(Type::bigInt(), {lowest, 0}), std::pair(std::int64_t{1}, 8U));
  EXPECT_EQ(unitAndWidthOf(Type::bigInt(), {lowest / 2, 0, -(lowest / 2)}), std::pair(std::int64_t{1}, 8U));
}

TEST(TableEncoding, RepeatedStringsAreCodesInOrder) {
  const Type type = Type::varchar();
  const auto tableOf = [&](int rows, int distinct) {
    Rows values;
    for (int row = 0; row < rows; ++row) {
      values.push_back({Value::string(type, "string number " + std::to_string(row * 7919 % distinct))});
    }
    return MemoryTable::fromRows("t", Schema({{"v", type, false}}), values, {EncodingChoice::Automatic, 500, nullptr});
  };
  EXPECT_EQ(tableOf(1000, 250)->encoding(0), (ColumnEncoding{Kind::Dictionary, 1, false}));
  EXPECT_EQ(tableOf(1000, 251)->encoding(0), (ColumnEncoding{Kind::Offsets, 8, false}));
  const auto table = tableOf(2000, 300);
  EXPECT_EQ(table->encoding(0), (ColumnEncoding{Kind::Dictionary, 2, false}));
  const auto dictionary = table->dictionary(0);
  ASSERT_EQ(dictionary.size(), 300U);
  for (std::size_t code = 1; code < dictionary.size(); ++code) {
    EXPECT_LT(dictionary[code - 1].view(), dictionary[code].view());
  }
}

TEST(TableEncoding, TooManyStringsGiveUpTheDictionary) {
  const TemporaryDirectory directory;
  const Type type = Type::varchar();
  Rows rows;
  // A full dictionary, then one string more in the last chunk: the coded chunks have to be decoded again.
  for (int row = 0; row < 300000; ++row) {
    rows.push_back({row % 9 == 0 ? Value::null(type) : Value::string(type, std::to_string(row % 65536))});
  }
  const auto full = store(directory, "full", Schema({{"v", type, true}}), rows);
  EXPECT_EQ(full->encoding(0), (ColumnEncoding{Kind::Dictionary, 2, true}));
  EXPECT_EQ(full->dictionary(0).size(), 65536U);
  test::expectRows(*full, rows);
  rows.push_back({Value::string(type, "one more")});
  const auto over = store(directory, "over", Schema({{"v", type, true}}), rows);
  EXPECT_EQ(over->encoding(0), (ColumnEncoding{Kind::Offsets, 8, true}));
  test::expectRows(*over, rows);
}

TEST(TableEncoding, NullableMeansThatNullsExist) {
  const Type type = Type::integer();
  const Schema schema({{"v", type, true}});
  EXPECT_FALSE(MemoryTable::fromRows("t", schema, Rows{{Value::integer(type, 1)}})->encoding(0).nullable);
  EXPECT_TRUE(MemoryTable::fromRows("t", schema, Rows{{Value::null(type)}})->encoding(0).nullable);
}

TEST(ZoneMaps, LongStringsAreCutSoundly) {
  const Type type = Type::varchar();
  const auto zoneOf = [&](const std::string& text) {
    return MemoryTable::fromRows("t", Schema({{"v", type, true}}), Rows{{Value::string(type, text)}})->zoneMap(0, 0);
  };
  const std::string exact(256, 'x');
  EXPECT_EQ(zoneOf(exact).maximum->asString(), exact);
  const ZoneMap cut = zoneOf(std::string(1000, 'x'));
  EXPECT_EQ(cut.minimum->asString(), exact);
  EXPECT_GT(cut.maximum->asString(), std::string(1000, 'x'));
  EXPECT_EQ(zoneOf(std::string(1000, '\xFF')).maximum, std::nullopt);
}

TEST(TableWriter, RefusesWhatDoesNotFit) {
  const TemporaryDirectory directory;
  const Schema schema({{"a", Type::tinyInt(), false}, {"b", Type::varchar(), true}});
  TableWriter writer(directory.path(), "t", schema);
  const auto codeOf = [](const auto& action) {
    try {
      action();
    } catch (const ExecutionError& error) {
      return error.code();
    }
    return ErrorCode::None;
  };
  const Value number = Value::integer(Type::tinyInt(), 1);
  const Value text = Value::string(Type::varchar(), "x");
  EXPECT_EQ(codeOf([&] { writer.append(std::vector<Value>{number}); }), ErrorCode::InvalidUsage);
  EXPECT_EQ(codeOf([&] { writer.append(std::vector<Value>{text, text}); }), ErrorCode::InvalidUsage);
  EXPECT_EQ(codeOf([&] { writer.append(std::vector<Value>{Value::integer(Type::tinyInt(), 128), text}); }),
            ErrorCode::InvalidUsage);
  writer.append(std::vector<Value>{number, text});
  EXPECT_EQ(writer.rowCount(), 1U);
  TableWriter withNull(directory.path(), "t", schema);
  withNull.append(std::vector<Value>{Value::null(Type::tinyInt()), text});
  EXPECT_EQ(codeOf([&] { withNull.finish(); }), ErrorCode::InvalidUsage);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  for (const char* name : {"", ".hidden", "a/b"}) {
    EXPECT_EQ(codeOf([&] { TableWriter(directory.path(), name, schema); }), ErrorCode::InvalidUsage) << name;
  }
  EXPECT_EQ(codeOf([&] { TableWriter(directory.path(), "t", Schema()); }), ErrorCode::InvalidUsage);
  const auto blocked = directory.write("file", "");
  TableWriter nowhere(blocked / "store", "t", schema);
  EXPECT_EQ(codeOf([&] { nowhere.finish(); }), ErrorCode::InputOutput);
}

TEST(MemoryTable, IsChargedToItsBudget) {
  const auto budget = MemoryBudget::createRoot("test", 1 << 20);
  const Schema schema({{"v", Type::varchar(), false}});
  Rows rows(10, {Value::string(Type::varchar(), std::string(1000, 'x'))});
  {
    const auto table = MemoryTable::fromRows("t", schema, rows, {EncodingChoice::Plain, 5, budget});
    EXPECT_GE(budget->current(), 10000U);
  }
  EXPECT_EQ(budget->current(), 0U);
  rows.resize(5000, rows.front());
  EXPECT_THROW(MemoryTable::fromRows("t", schema, rows, {EncodingChoice::Plain, 5, budget}), ExecutionError);
  EXPECT_EQ(budget->current(), 0U);
}

TEST(Store, FindsTablesInAnyCase) {
  const TemporaryDirectory directory;
  const Schema schema({{"v", Type::integer(), false}});
  store(directory, "Orders", schema, {{Value::integer(Type::integer(), 7)}});
  store(directory, "parts", schema, {});
  directory.write(".half.basalt.tmp-1-1", "not complete");
  directory.write("notes.txt", "not a table");
  directory.write("broken.basalt", "not a table either");
  const Store tables(directory.path());
  EXPECT_EQ(tables.tableNames(), (std::vector<std::string>{"broken", "Orders", "parts"}));
  ASSERT_NE(tables.find("ORDERS"), nullptr);
  EXPECT_EQ(tables.find("ORDERS"), tables.find("orders"));
  EXPECT_EQ(tables.find("orders")->rowCount(), 1U);
  EXPECT_EQ(tables.find("parts")->chunkCount(), 0U);
  EXPECT_EQ(tables.find("missing"), nullptr);
  EXPECT_THROW(tables.find("broken"), ExecutionError);
  EXPECT_THROW(Store(directory.path() / "missing"), ExecutionError);
}

TEST(Store, ReplacedTablesStayReadable) {
  const TemporaryDirectory directory;
  const Schema schema({{"v", Type::integer(), false}});
  const Rows before = {{Value::integer(Type::integer(), 1)}};
  const Rows after = {{Value::integer(Type::integer(), 2)}};
  const auto old = store(directory, "t", schema, before);
  const auto current = store(directory, "t", schema, after);
  test::expectRows(*old, before);
  test::expectRows(*current, after);
}

TEST(ColumnarTable, AColumnLiesInOnePiece) {
  const TemporaryDirectory directory;
  const Schema schema({{"small", Type::integer(), false}, {"large", Type::integer(), false}});
  Rows rows;
  for (std::int32_t row = 0; row < 150'000; ++row) {
    rows.push_back({Value::integer(Type::integer(), row % 100), Value::integer(Type::integer(), row)});
  }
  const auto table = store(directory, "t", schema, rows, 2);
  ASSERT_EQ(table->chunkCount(), 3U);
  for (std::size_t column = 0; column < 2; ++column) {
    const std::size_t width = table->encoding(column).width;
    const std::byte* const first = table->slice(0, column).values;
    for (std::size_t chunk = 1; chunk < 3; ++chunk) {
      EXPECT_EQ(table->slice(chunk, column).values, first + chunk * TableBuilder::kChunkRows * width);
    }
  }
}

TEST(ColumnarTable, ManyThreadsReadAFreshTable) {
  std::mt19937_64 random(1);
  const TemporaryDirectory directory;
  const Schema schema({{"i", Type::integer(), true}, {"s", Type::varchar(), true}, {"t", Type::varchar(), false}});
  const Rows rows = test::randomRows(schema, 2000, random);
  const auto table = store(directory, "shared", schema, rows);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] { test::expectRows(*table, rows); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace basalt
