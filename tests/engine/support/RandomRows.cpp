#include "tests/engine/support/RandomRows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "runtime/types/Calendar.h"

namespace basalt::testing {
namespace {

std::uint64_t chosenSeed(std::uint64_t seed) {
  const char* text = std::getenv("BASALT_TEST_SEED");  // NOLINT(concurrency-mt-unsafe)
  return text != nullptr ? std::strtoull(text, nullptr, 10) : seed;
}

}  // namespace

RandomRows::RandomRows(std::uint64_t seed) : seed_(chosenSeed(seed)), generator_(seed_) {}

std::string RandomRows::seedText() const { return "data of BASALT_TEST_SEED=" + std::to_string(seed_); }

std::int64_t RandomRows::integer(std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(generator_);
}

std::int64_t RandomRows::skewed() {
  std::int64_t value = 0;
  while (value < 40 && chance(50)) ++value;
  return value;
}

std::string RandomRows::text() {
  static constexpr std::array<char, 6> kLetters = {'a', 'b', 'Z', '\0', '\xFF', ' '};
  std::string text = chance(20) ? "a prefix that many strings have in common, longer than a sort key holds: " : "";
  const std::int64_t length = chance(10) ? integer(0, 60) : integer(0, 3);
  for (std::int64_t index = 0; index < length; ++index) {
    text.push_back(kLetters[static_cast<std::size_t>(chance(80) ? integer(0, 1) : integer(0, 5))]);
  }
  return text;
}

Value RandomRows::value(const Field& field) {
  const Type type = field.type;
  if (field.nullable && chance(15)) return Value::null(type);
  const bool isExtreme = chance(10);
  const auto integral = [&](Int128 lowest, Int128 highest) {
    return isExtreme ? (chance(50) ? lowest : highest) : Int128{integer(-12, 12)};
  };
  switch (type.id) {
    case TypeId::Boolean:
      return Value::boolean(chance(50));
    case TypeId::TinyInt:
      return Value::integer(type, integral(INT8_MIN, INT8_MAX));
    case TypeId::SmallInt:
      return Value::integer(type, integral(INT16_MIN, INT16_MAX));
    case TypeId::Integer:
      return Value::integer(type, integral(INT32_MIN, INT32_MAX));
    case TypeId::BigInt:
      return Value::integer(type, integral(INT64_MIN, INT64_MAX));
    case TypeId::Decimal: {
      const Int128 largest = powerOfTen(type.precision) - 1;
      return Value::decimal(type, integral(-largest, largest));
    }
    case TypeId::Real:
    case TypeId::Double: {
      static constexpr std::array<double, 5> kExtremes = {-std::numeric_limits<double>::infinity(), -0.0, 0.0, 1e30,
                                                          std::numeric_limits<double>::infinity()};
      const double value =
          isExtreme ? kExtremes[static_cast<std::size_t>(integer(0, 4))] : static_cast<double>(integer(-8, 8)) / 4;
      return Value::floating(type, type == Type::real() ? double{static_cast<float>(value)} : value);
    }
    case TypeId::Date:
      return Value::date(static_cast<Date>(isExtreme ? integer(-700000, 2900000) : integer(8000, 8020)));
    case TypeId::Time:
      return Value::integer(type, integer(0, 5) * kMicrosecondsPerHour);
    case TypeId::Timestamp:
      return Value::integer(type, isExtreme ? integer(-1, 1) * 60'000'000'000'000'000 : integer(-3, 3));
    case TypeId::Interval:
      return Value::interval({static_cast<std::int32_t>(integer(0, 2)), static_cast<std::int32_t>(integer(0, 60)), 0});
    case TypeId::Varchar:
    case TypeId::Binary:
      return Value::string(type, text());
  }
  return Value::null(type);
}

Rows RandomRows::rows(const std::vector<Field>& fields, std::size_t count) {
  Rows rows(count);
  for (Row& row : rows) {
    for (const Field& field : fields) row.push_back(value(field));
  }
  return rows;
}

std::vector<Field> allTypeFields() {
  return {{"flag", Type::boolean(), true},
          {"tiny", Type::tinyInt(), true},
          {"small", Type::smallInt(), true},
          {"id", Type::integer(), true},
          {"big", Type::bigInt(), true},
          {"price", Type::decimal(15, 2), true},
          {"wide", Type::decimal(38, 4), true},
          {"ratio", Type::real(), true},
          {"measure", Type::doublePrecision(), true},
          {"day", Type::date(), true},
          {"moment", Type::timestamp(), true},
          {"name", Type::varchar(), true}};
}

}  // namespace basalt::testing
