#include "tests/interpreter/support/RandomTable.h"

#include <cmath>
#include <limits>

namespace basalt::testing {

Schema randomSchema() {
  return Schema({{"i", Type::integer(), false},
                 {"b", Type::bigInt(), false},
                 {"n", Type::integer(), true},
                 {"d", Type::decimal(12, 2), true},
                 {"w", Type::decimal(30, 4), false},
                 {"f", Type::doublePrecision(), true},
                 {"s", Type::varchar(), true},
                 {"t", Type::varchar(), false},
                 {"p", Type::boolean(), true},
                 {"day", Type::date(), false}});
}

Rows randomRows(std::mt19937_64& random, std::size_t count) {
  const Schema schema = randomSchema();
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  const auto number = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(below(2 * bound + 1)) - static_cast<std::int64_t>(bound);
  };
  const auto orNull = [&](Value value) { return below(5) == 0 ? Value::null(value.type()) : value; };
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) {
    const double specials[] = {
        std::nan(""), -0.0, 0.0, 1.5, -std::numeric_limits<double>::infinity(), static_cast<double>(number(100)) / 4};
    rows.push_back(
        {Value::integer(schema[0].type, number(20)), Value::integer(schema[1].type, number(1ULL << 40)),
         orNull(Value::integer(schema[2].type, number(3))), orNull(Value::decimal(schema[3].type, number(500))),
         Value::decimal(schema[4].type, Int128{number(1000)} * (below(2) == 0 ? 1 : 1'000'000'000'000'000'000)),
         orNull(Value::floating(schema[5].type, specials[below(6)])),
         orNull(Value::string(schema[6].type, std::string(1, static_cast<char>('a' + below(4))))),
         Value::string(schema[7].type, "text number " + std::to_string(below(1000)) + std::string(below(20), 'x')),
         orNull(Value::boolean(below(2) == 0)), Value::date(static_cast<Date>(10000 + number(50)))});
  }
  return rows;
}

std::shared_ptr<const Table> randomTable(const Rows& rows, const std::string& name) {
  MemoryTable::Options options;
  options.chunkRows = 1000;
  return MemoryTable::fromRows(name, randomSchema(), rows, options);
}

}  // namespace basalt::testing
