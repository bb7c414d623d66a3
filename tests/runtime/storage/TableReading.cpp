#include "tests/runtime/storage/TableReading.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>
#include <unistd.h>

namespace basalt::test {

namespace {

template <typename T>
T entryAt(const std::byte* values, std::uint64_t row) {
  T entry;
  std::memcpy(&entry, values + row * sizeof(T), sizeof(T));
  return entry;
}

Int128 integerAt(const std::byte* values, std::uint8_t width, std::uint64_t row) {
  switch (width) {
    case 1:
      return entryAt<std::int8_t>(values, row);
    case 2:
      return entryAt<std::int16_t>(values, row);
    case 4:
      return entryAt<std::int32_t>(values, row);
    case 8:
      return entryAt<std::int64_t>(values, row);
    default:
      return entryAt<Int128>(values, row);
  }
}

std::uint64_t codeAt(const std::byte* values, std::uint8_t width, std::uint64_t row) {
  return width == 1   ? entryAt<std::uint8_t>(values, row)
         : width == 2 ? entryAt<std::uint16_t>(values, row)
                      : entryAt<std::uint32_t>(values, row);
}

}  // namespace

Value readCell(const Table& table, std::size_t chunk, std::size_t column, std::uint64_t row) {
  const ColumnSlice slice = table.slice(chunk, column);
  const Type type = table.schema()[column].type;
  const ColumnEncoding encoding = table.encoding(column);
  if (slice.validity != nullptr) {
    EXPECT_TRUE(encoding.nullable);
    if (!isValid(slice.validity, row)) {
      return Value::null(type);
    }
  }
  switch (encoding.kind) {
    case ColumnEncoding::Kind::Dictionary: {
      const std::uint64_t code = codeAt(slice.values, encoding.width, row);
      EXPECT_LT(code, table.dictionary(column).size());
      return Value::string(type, std::string(slice.dictionary[code].view()));
    }
    case ColumnEncoding::Kind::Offsets:
      return Value::string(type, std::string(stringAt(slice.values, slice.heap, row).view()));
    case ColumnEncoding::Kind::Codes:
      ADD_FAILURE() << "no table stores codes as values";
      break;
    case ColumnEncoding::Kind::Plain:
      break;
  }
  switch (type.physical()) {
    case PhysicalType::Bool:
      return Value::boolean(entryAt<std::uint8_t>(slice.values, row) != 0);
    case PhysicalType::Int8:
    case PhysicalType::Int16:
    case PhysicalType::Int32:
    case PhysicalType::Int64:
    case PhysicalType::Int128:
      return Value::integer(type, (integerAt(slice.values, encoding.width, row) + slice.base) * encoding.unit);
    case PhysicalType::Float:
      return Value::floating(type, double{entryAt<float>(slice.values, row)});
    case PhysicalType::Double:
      return Value::floating(type, entryAt<double>(slice.values, row));
    case PhysicalType::String: {
      const auto view = entryAt<StringView>(slice.values, row);
      return Value::string(type, std::string(view.view()));
    }
    case PhysicalType::Interval:
      return Value::interval(entryAt<Interval>(slice.values, row));
  }
  return {};
}

Rows readRows(const Table& table) {
  Rows rows;
  for (std::size_t chunk = 0; chunk < table.chunkCount(); ++chunk) {
    for (std::uint64_t row = 0; row < table.chunkRows(chunk); ++row) {
      std::vector<Value> values;
      for (std::size_t column = 0; column < table.schema().size(); ++column) {
        values.push_back(readCell(table, chunk, column, row));
      }
      rows.push_back(std::move(values));
    }
  }
  return rows;
}

bool isSame(const Value& left, const Value& right) {
  if (left.isNull() || right.isNull() || !left.type().isFloating()) {
    return left == right;
  }
  return left.type() == right.type() &&
         (std::isnan(left.asDouble())
              ? std::isnan(right.asDouble())
              : std::bit_cast<std::uint64_t>(left.asDouble()) == std::bit_cast<std::uint64_t>(right.asDouble()));
}

void expectRows(const Table& table, const Rows& expected) {
  ASSERT_EQ(table.rowCount(), expected.size());
  std::uint64_t number = 0;
  for (std::size_t chunk = 0; chunk < table.chunkCount(); ++chunk) {
    for (std::uint64_t row = 0; row < table.chunkRows(chunk); ++row, ++number) {
      for (std::size_t column = 0; column < table.schema().size(); ++column) {
        const Value found = readCell(table, chunk, column, row);
        ASSERT_TRUE(isSame(found, expected[number][column]))
            << "row " << number << ", column " << table.schema()[column].name << ": expected "
            << expected[number][column].toString() << ", found " << found.toString();
      }
    }
  }
  ASSERT_EQ(number, expected.size());
}

namespace {

/// What a column's zone map says of all chunks is what theirs say together.
void expectSoundColumnZone(const Table& table, std::size_t column) {
  const ZoneMap whole = table.columnZone(column);
  std::optional<Int128> smallest;
  std::optional<Int128> largest;
  bool isKnown = table.chunkCount() != 0;
  bool hasNulls = false;
  for (std::size_t chunk = 0; chunk < table.chunkCount(); ++chunk) {
    const ZoneMap& zone = table.zoneMap(chunk, column);
    hasNulls |= zone.hasNulls;
    isKnown = isKnown && zone.minimum && zone.maximum;
    if (!isKnown || !table.schema()[column].type.isInteger()) continue;
    smallest = std::min(smallest.value_or(zone.minimum->asInt128()), zone.minimum->asInt128());
    largest = std::max(largest.value_or(zone.maximum->asInt128()), zone.maximum->asInt128());
  }
  EXPECT_EQ(whole.hasNulls, hasNulls);
  if (!isKnown) EXPECT_FALSE(whole.minimum && whole.maximum);
  if (!isKnown || !smallest) return;
  ASSERT_TRUE(whole.minimum && whole.maximum);
  EXPECT_EQ(whole.minimum->asInt128(), *smallest);
  EXPECT_EQ(whole.maximum->asInt128(), *largest);
}

}  // namespace

void expectSoundZoneMaps(const Table& table) {
  for (std::size_t column = 0; column < table.schema().size(); ++column) expectSoundColumnZone(table, column);
  for (std::size_t chunk = 0; chunk < table.chunkCount(); ++chunk) {
    for (std::size_t column = 0; column < table.schema().size(); ++column) {
      const ZoneMap& zone = table.zoneMap(chunk, column);
      const Type type = table.schema()[column].type;
      const auto isBelow = [&](const Value& left, const Value& right) {
        switch (type.physical()) {
          case PhysicalType::Bool:
            return !left.asBool() && right.asBool();
          case PhysicalType::Float:
          case PhysicalType::Double:
            return !(left.asDouble() >= right.asDouble());
          case PhysicalType::String:
            return left.asString() < right.asString();
          case PhysicalType::Interval:
            return true;
          default:
            return left.asInt128() < right.asInt128();
        }
      };
      bool hasNulls = false;
      bool touchesMinimum = false;
      bool touchesMaximum = false;
      for (std::uint64_t row = 0; row < table.chunkRows(chunk); ++row) {
        const Value value = readCell(table, chunk, column, row);
        hasNulls |= value.isNull();
        if (value.isNull()) {
          continue;
        }
        if (zone.minimum) {
          ASSERT_FALSE(isBelow(value, *zone.minimum)) << value.toString() << " < " << zone.minimum->toString();
          touchesMinimum |= isSame(value, *zone.minimum);
        }
        if (zone.maximum) {
          ASSERT_FALSE(isBelow(*zone.maximum, value)) << value.toString() << " > " << zone.maximum->toString();
          touchesMaximum |= isSame(value, *zone.maximum);
        }
      }
      EXPECT_EQ(hasNulls, zone.hasNulls);
      EXPECT_EQ(hasNulls, table.slice(chunk, column).validity != nullptr);
      if (ColumnEncoding::Kind::Plain == table.encoding(column).kind && type.physical() != PhysicalType::String &&
          !type.isFloating()) {
        EXPECT_EQ(touchesMinimum, zone.minimum.has_value());
        EXPECT_EQ(touchesMaximum, zone.maximum.has_value());
      }
    }
  }
}

Schema schemaOfAllTypes() {
  const std::vector<Type> types = {
      Type::boolean(),      Type::tinyInt(),       Type::smallInt(),        Type::integer(),
      Type::bigInt(),       Type::real(),          Type::doublePrecision(), Type::decimal(5, 2),
      Type::decimal(18, 4), Type::decimal(38, 10), Type::decimal(25, 0),    Type::date(),
      Type::time(),         Type::timestamp(),     Type::interval(),        Type::varchar(),
      Type::binary(),       Type::varchar(),       Type::varchar()};
  Schema schema;
  for (const bool nullable : {false, true}) {
    for (const Type type : types) {
      schema.append({(nullable ? "n" : "c") + std::to_string(schema.size()), type, nullable});
    }
  }
  return schema;
}

namespace {

/// What the values of one random column are like.
struct Flavour {
  int bits;
  int distinct;
  int length;
  int nullPercent;
};

Value randomValue(const Field& field, const Flavour& flavour, std::mt19937_64& random) {
  const Type type = field.type;
  if (field.nullable && static_cast<int>(random() % 100) < flavour.nullPercent) {
    return Value::null(type);
  }
  const auto randomInteger = [&](int bits) {
    Int128 value = static_cast<Int128>(static_cast<UInt128>(random()) << 64 | random());
    return value >> (128 - bits);
  };
  switch (type.physical()) {
    case PhysicalType::Bool:
      return Value::boolean(random() % 2 == 0);
    case PhysicalType::Int8:
    case PhysicalType::Int16:
    case PhysicalType::Int32:
    case PhysicalType::Int64: {
      const int width = static_cast<int>(byteSize(type.physical())) * 8;
      return Value::integer(type, randomInteger(std::min(flavour.bits, width)));
    }
    case PhysicalType::Int128:
      return Value::integer(type, randomInteger(std::min(flavour.bits, 126)));
    case PhysicalType::Float:
      return Value::floating(type, double{std::bit_cast<float>(static_cast<std::uint32_t>(random()))});
    case PhysicalType::Double:
      return Value::floating(type, std::bit_cast<double>(random()));
    case PhysicalType::String: {
      std::mt19937_64 source(random() % static_cast<std::uint64_t>(flavour.distinct));
      std::string text(source() % static_cast<std::uint64_t>(flavour.length + 1), '\0');
      for (char& c : text) {
        c = static_cast<char>(source() % (flavour.bits < 32 ? 2 : 256) + (flavour.bits < 32 ? 254 : 0));
      }
      return Value::string(type, text);
    }
    case PhysicalType::Interval:
      return Value::interval({static_cast<std::int32_t>(random()), static_cast<std::int32_t>(random()),
                              static_cast<std::int64_t>(random())});
  }
  return {};
}

}  // namespace

Rows randomRows(const Schema& schema, std::size_t count, std::mt19937_64& random) {
  std::vector<Flavour> flavours;
  const auto pick = [&](std::initializer_list<int> choices) { return choices.begin()[random() % choices.size()]; };
  for (std::size_t column = 0; column < schema.size(); ++column) {
    flavours.push_back({pick({3, 8, 9, 16, 24, 32, 50, 64, 120, 128}), pick({1, 3, 200, 300, 70000, 1000000}),
                        pick({0, 3, 12, 13, 40, 400}), pick({0, 1, 30, 100})});
  }
  Rows rows(count);
  for (std::vector<Value>& row : rows) {
    for (std::size_t column = 0; column < schema.size(); ++column) {
      row.push_back(randomValue(schema[column], flavours[column], random));
    }
  }
  return rows;
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "basalt-test-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::write(const std::string& name, const std::string& content) const {
  std::ofstream(path_ / name, std::ios::binary) << content;
  return path_ / name;
}

std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace basalt::test
