#include "tests/fuzz/World.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/duckdb/ExpressionSql.h"
#include "runtime/types/Calendar.h"
#include "runtime/types/Int128.h"

namespace basalt::fuzz {

namespace {

/// How the values of a column are chosen.
struct Profile {
  Type type;
  int nullPercent;
  std::int64_t domain;
  bool isSkewed;
  bool hasExtremes;
  bool isUnicode;
};

Type randomType(Random& random) {
  static const std::vector<Type> kTypes = {Type::boolean(),
                                           Type::tinyInt(),
                                           Type::smallInt(),
                                           Type::integer(),
                                           Type::integer(),
                                           Type::integer(),
                                           Type::bigInt(),
                                           Type::bigInt(),
                                           Type::real(),
                                           Type::doublePrecision(),
                                           Type::doublePrecision(),
                                           Type::decimal(15, 2),
                                           Type::decimal(15, 2),
                                           Type::decimal(4, 3),
                                           Type::decimal(18, 0),
                                           Type::decimal(19, 4),
                                           Type::decimal(38, 10),
                                           Type::decimal(9, 9),
                                           Type::date(),
                                           Type::date(),
                                           Type::time(),
                                           Type::timestamp(),
                                           Type::interval(),
                                           Type::varchar(),
                                           Type::varchar(),
                                           Type::varchar(),
                                           Type::binary()};
  return random.pick(kTypes);
}

std::string makeText(std::int64_t number, const Profile& profile) {
  static constexpr std::array<std::string_view, 12> kWords = {
      "", "a", "b", "ab", "abc", "Zeta", "a%b", "x_y", " padded ", "twelve bytes", "thirteen byte", "O'Neil, \"q\""};
  static constexpr std::array<std::string_view, 4> kUnicode = {"é", "naïve café", "日本語", "😀a"};
  std::string text(kWords[static_cast<std::size_t>(number) % kWords.size()]);
  if (profile.isUnicode && number % 3 == 0) text += kUnicode[static_cast<std::size_t>(number) % kUnicode.size()];
  if (number >= 12) text += fmt::format("{}", number);
  if (number % 7 == 6) text = "a prefix that many strings have in common, longer than a sort key holds: " + text;
  return text;
}

/// A value that depends on `number` alone, so that equal numbers meet in other columns; `extreme` picks one of the
/// ends of the type.
Value makeValue(std::int64_t number, std::uint64_t extreme, const Profile& profile) {
  const Type type = profile.type;
  const auto integral = [&](Int128 lowest, Int128 highest) {
    return extreme == 0 ? Int128{number % 2 == 0 ? number / 2 : -(number + 1) / 2}
                        : std::array{lowest, highest, lowest + 1}[extreme % 3];
  };
  switch (type.id) {
    case TypeId::Boolean:
      return Value::boolean(number % 2 == 0);
    case TypeId::TinyInt:
      return Value::integer(type, extreme == 0 ? integral(0, 0) % 100 : integral(INT8_MIN, INT8_MAX));
    case TypeId::SmallInt:
      return Value::integer(type, integral(INT16_MIN, INT16_MAX));
    case TypeId::Integer:
      return Value::integer(type, integral(INT32_MIN, INT32_MAX));
    case TypeId::BigInt:
      return Value::integer(type, integral(INT64_MIN, INT64_MAX));
    case TypeId::Decimal: {
      const Int128 largest = powerOfTen(type.precision) - 1;
      // Steps of a quarter where there is room for them.
      const Int128 step = type.scale >= 2 && type.precision - type.scale >= 2 ? powerOfTen(type.scale) / 4 : 1;
      const Int128 value = integral(-largest, largest);
      return Value::decimal(type, extreme == 0 ? value * step % (largest + 1) : value);
    }
    case TypeId::Real:
    case TypeId::Double: {
      static constexpr std::array<double, 7> kExtremes = {
          -std::numeric_limits<double>::infinity(), -0.0, 0.0, 1e30, std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN(), 1e-30};
      const double value = extreme == 0 ? static_cast<double>(integral(0, 0)) / 4 : kExtremes[extreme % 7];
      return Value::floating(type, type == Type::real() ? double{static_cast<float>(value)} : value);
    }
    case TypeId::Date:
      // Year 1 to 9999, which all programs involved can write.
      return Value::date(Date{extreme == 0 ? static_cast<std::int32_t>(9000 + number * 13 % 4000)
                                           : std::array{-719162, 2932896, 0}[extreme % 3]});
    case TypeId::Time:
      return Value::integer(type, extreme == 0 ? Int128{number} * 1'799'999'999 % kMicrosecondsPerDay
                                               : Int128{std::array{std::int64_t{0}, kMicrosecondsPerDay - 1,
                                                                   kMicrosecondsPerHour}[extreme % 3]});
    case TypeId::Timestamp:
      return Value::integer(type, extreme == 0 ? Int128{number} * 86'461'000'001 + 946'684'800'000'000
                                               : Int128{std::array{std::int64_t{-62'135'596'800'000'000},
                                                                   std::int64_t{253'402'300'799'999'999},
                                                                   std::int64_t{-1}}[extreme % 3]});
    case TypeId::Interval:
      return Value::interval({static_cast<std::int32_t>(number % 4), static_cast<std::int32_t>(number % 61),
                              number % 5 == 0 ? number * 1'000'000 : 0});
    case TypeId::Varchar:
      return Value::string(type, makeText(number, profile));
    case TypeId::Binary: {
      std::string bytes = makeText(number, {Type::varchar(), 0, 0, false, false, false});
      if (number % 3 == 1) bytes += std::string("\0\xFF\\", 3);
      return Value::string(type, bytes);
    }
  }
  return Value::null(type);
}

Value randomValue(Random& random, const Profile& profile) {
  if (random.chance(profile.nullPercent)) return Value::null(profile.type);
  const std::uint64_t extreme = profile.hasExtremes && random.chance(10) ? random.next() | 1U : 0;
  std::int64_t number = random.integer(0, profile.domain - 1);
  if (profile.isSkewed && random.chance(80)) number = 0;
  return makeValue(number, extreme, profile);
}

WorldTable randomTable(Random& random, std::size_t number, bool hasExtremes, bool isUnicode) {
  static const std::vector<std::int64_t> kSizes = {0, 1, 2, 7, 20, 20, 60, 100, 100, 250, 250, 600, 1500};
  static const std::vector<std::uint32_t> kChunks = {1, 3, 7, 64, 100, 250, 1024, TableBuilder::kChunkRows};
  static const std::vector<std::int64_t> kDomains = {1, 2, 3, 5, 12, 12, 40, 1000};
  static const std::vector<int> kNullPercents = {0, 0, 0, 5, 20, 50, 100};
  WorldTable table;
  table.name = fmt::format("t{}", number);
  table.encoding = random.chance(70) ? EncodingChoice::Automatic : EncodingChoice::Plain;
  table.hasZones = table.encoding == EncodingChoice::Automatic || number % 2 == 0;
  const auto rows = static_cast<std::size_t>(random.pick(kSizes));
  // As many chunks as make a difference.
  do {
    table.chunkRows = random.pick(kChunks);
  } while (rows / table.chunkRows > 100);
  std::vector<Profile> profiles;
  const std::int64_t columns = random.integer(1, 8);
  for (std::int64_t column = 0; column < columns; ++column) {
    Profile profile{randomType(random), random.pick(kNullPercents),       random.pick(kDomains),
                    random.chance(20),  hasExtremes && random.chance(60), isUnicode};
    if (profile.nullPercent == 100 && random.chance(80)) profile.nullPercent = 5;
    std::string name = fmt::format("{}{}", static_cast<char>('a' + column), number);
    if (random.chance(3)) name += " Odd";
    const bool nullable = profile.nullPercent > 0 || random.chance(30);
    table.columns.push_back({{name, profile.type, nullable}, !profile.hasExtremes});
    profiles.push_back(profile);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    Row values;
    for (const Profile& profile : profiles) values.push_back(randomValue(random, profile));
    table.rows.push_back(std::move(values));
  }
  return table;
}

/// A constant in the shortest form that a column of its type understands.
std::string insertedValue(const Value& value) {
  if (value.isNull()) return "NULL";
  const Type type = value.type();
  return type.isInteger() || type.isDecimal() ? value.toString() : duckdb::literalSql(value);
}

}  // namespace

Schema WorldTable::schema() const {
  Schema schema;
  for (const TableColumn& column : columns) schema.append(column.field);
  return schema;
}

World::World(std::vector<WorldTable> tables) : tables_(std::move(tables)) {
  for (const WorldTable& table : tables_) {
    MemoryTable::Options options;
    options.chunkRows = table.chunkRows;
    options.encoding = table.encoding;
    options.hasZones = table.hasZones;
    stored_[table.name] = MemoryTable::fromRows(table.name, table.schema(), table.rows, options);
  }
}

std::shared_ptr<const Table> World::find(std::string_view name) const {
  const auto found = stored_.find(name);
  return found == stored_.end() ? nullptr : found->second;
}

std::vector<std::string> World::tableNames() const {
  std::vector<std::string> names;
  for (const WorldTable& table : tables_) names.push_back(table.name);
  return names;
}

std::string World::schemaSql() const {
  std::string sql;
  for (const WorldTable& table : tables_) {
    std::vector<std::string> columns;
    for (const TableColumn& column : table.columns) {
      // DuckDB calls it BLOB, which Basalt understands, too.
      columns.push_back(fmt::format("{} {}{}", duckdb::quoteName(column.field.name),
                                    duckdb::typeName(column.field.type), column.field.nullable ? "" : " NOT NULL"));
    }
    sql += fmt::format("CREATE TABLE {} ({});\n", table.name, fmt::join(columns, ", "));
  }
  return sql;
}

std::vector<std::string> World::duckDbStatements() const {
  constexpr std::size_t kRowsPerStatement = 500;
  std::vector<std::string> statements;
  for (const WorldTable& table : tables_) statements.push_back(fmt::format("DROP TABLE IF EXISTS {}", table.name));
  statements.push_back(schemaSql());
  for (const WorldTable& table : tables_) {
    for (std::size_t begin = 0; begin < table.rows.size(); begin += kRowsPerStatement) {
      std::vector<std::string> rows;
      for (std::size_t row = begin; row < std::min(table.rows.size(), begin + kRowsPerStatement); ++row) {
        std::vector<std::string> values;
        for (const Value& value : table.rows[row]) values.push_back(insertedValue(value));
        rows.push_back(fmt::format("({})", fmt::join(values, ", ")));
      }
      statements.push_back(fmt::format("INSERT INTO {} VALUES {}", table.name, fmt::join(rows, ", ")));
    }
  }
  return statements;
}

World makeWorld(std::uint64_t seed) {
  Random random(seed);
  const bool hasExtremes = random.chance(20);
  const bool isUnicode = random.chance(30);
  std::vector<WorldTable> tables;
  const std::int64_t count = random.integer(2, 4);
  for (std::int64_t table = 0; table < count; ++table) {
    tables.push_back(randomTable(random, static_cast<std::size_t>(table), hasExtremes, isUnicode));
  }
  return World(std::move(tables));
}

}  // namespace basalt::fuzz
