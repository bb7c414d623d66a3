#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <functional>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

std::string numberText(Int128 value) { return Value::decimal(Type::decimal(38, 0), value).toString(); }

/// 600 rows with numbers of all types; every seventh value of each column is NULL.
class ProjectionTest : public QueryTest {
 protected:
  ProjectionTest() {
    const auto orNull = [](int row, int residue, Value value) {
      return row % 7 == residue ? Value::null(value.type()) : value;
    };
    for (int row = 0; row < 600; ++row) {
      rows_.push_back(
          {integerValue(row), orNull(row, 1, Value::integer(Type::tinyInt(), row % 11 - 5)),
           orNull(row, 2, Value::integer(Type::smallInt(), row * 3 - 900)),
           orNull(row, 3, Value::integer(Type::bigInt(), Int128{row - 300} * 1'000'000'007)),
           orNull(row, 4, decimalValue(15, 2, row * 25 - 5000)),
           orNull(row, 5, Value::decimal(Type::decimal(38, 4), (Int128{row} << 70) - 12345)),
           orNull(row, 6, Value::floating(Type::real(), row / 4.0)),
           orNull(row, 0, Value::floating(Type::doublePrecision(), row / 8.0 - 30)),
           orNull(row, 1, Value::date(static_cast<Date>(row * 53 - 9000))),
           orNull(row, 2, textValue("Row " + std::to_string(row) + (row % 2 == 0 ? " with a long tail" : "")))});
    }
    catalog_.add("t",
                 {{"position", Type::integer(), false},
                  {"tiny", Type::tinyInt(), true},
                  {"small", Type::smallInt(), true},
                  {"big", Type::bigInt(), true},
                  {"price", Type::decimal(15, 2), true},
                  {"wide", Type::decimal(38, 4), true},
                  {"ratio", Type::real(), true},
                  {"measure", Type::doublePrecision(), true},
                  {"day", Type::date(), true},
                  {"name", Type::varchar(), true}},
                 rows_);
  }

  enum Column { Position, Tiny, Small, Big, Price, Wide, Ratio, Measure, Day, Name };

  /// Computes an expression for every row; `oracle` says what it shows for rows where `inputs` are not NULL.
  void check(const std::string& expression, const std::vector<Column>& inputs,
             const std::function<std::string(const Row&)>& oracle) {
    SCOPED_TRACE(expression);
    std::vector<std::string> expected;
    for (const Row& row : rows_) {
      const bool anyNull = std::ranges::any_of(inputs, [&](Column column) { return row[column].isNull(); });
      expected.push_back(row[Position].toString() + "|" + (anyNull ? "NULL" : oracle(row)) + "|");
    }
    std::ranges::sort(expected);
    const PlanBuilder plan =
        PlanBuilder::scan("t").project({{"position", col("position")}, {"value", sql(expression)}});
    EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), expected);
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(ProjectionTest, IntegerArithmetic) {
  check("tiny + cast(1 as tinyint)", {Tiny}, [](const Row& row) { return numberText(row[Tiny].asInt128() + 1); });
  check("small - tiny", {Small, Tiny},
        [](const Row& row) { return numberText(row[Small].asInt128() - row[Tiny].asInt128()); });
  check("position * small", {Small},
        [](const Row& row) { return numberText(row[Position].asInt128() * row[Small].asInt128()); });
  check("big * 3 - position", {Big},
        [](const Row& row) { return numberText(row[Big].asInt128() * 3 - row[Position].asInt128()); });
  check("big % 1000", {Big}, [](const Row& row) { return numberText(row[Big].asInt128() % 1000); });
  check("-small", {Small}, [](const Row& row) { return numberText(-row[Small].asInt128()); });
  check("abs(small)", {Small}, [](const Row& row) {
    const Int128 value = row[Small].asInt128();
    return numberText(value < 0 ? -value : value);
  });
  check("integer_divide(small, 7)", {Small}, [](const Row& row) { return numberText(row[Small].asInt128() / 7); });
  check("position + null", {}, [](const Row&) { return "NULL"; });
}

TEST_P(ProjectionTest, DecimalArithmeticIsExact) {
  const auto decimalText = [](Int128 unscaled, std::uint8_t scale) {
    return Value::decimal(Type::decimal(38, scale), unscaled).toString();
  };
  check("price + price", {Price}, [&](const Row& row) { return decimalText(row[Price].asInt128() * 2, 2); });
  check("price - 0.005", {Price}, [&](const Row& row) { return decimalText(row[Price].asInt128() * 10 - 5, 3); });
  check("price * (1 - 0.05)", {Price}, [&](const Row& row) { return decimalText(row[Price].asInt128() * 95, 4); });
  check("price * price", {Price},
        [&](const Row& row) { return decimalText(row[Price].asInt128() * row[Price].asInt128(), 4); });
  check("price * position", {Price},
        [&](const Row& row) { return decimalText(row[Price].asInt128() * row[Position].asInt128(), 2); });
  check("wide + price", {Wide, Price},
        [&](const Row& row) { return decimalText(row[Wide].asInt128() + row[Price].asInt128() * 100, 4); });
  check("wide - wide", {Wide}, [&](const Row&) { return decimalText(0, 4); });
  check("-wide", {Wide}, [&](const Row& row) { return decimalText(-row[Wide].asInt128(), 4); });
  check("price % 0.70", {Price}, [&](const Row& row) { return decimalText(row[Price].asInt128() % 70, 2); });
}

TEST_P(ProjectionTest, FloatingArithmetic) {
  const auto doubleText = [](double value) { return doubleValue(value).toString(); };
  const auto realText = [](float value) { return Value::floating(Type::real(), double{value}).toString(); };
  check("measure * 2 + 0.5", {Measure}, [&](const Row& row) { return doubleText(row[Measure].asDouble() * 2 + 0.5); });
  check("ratio - measure", {Ratio, Measure},
        [&](const Row& row) { return doubleText(row[Ratio].asDouble() - row[Measure].asDouble()); });
  check("ratio + ratio", {Ratio}, [&](const Row& row) {
    const auto ratio = static_cast<float>(row[Ratio].asDouble());
    return realText(ratio + ratio);
  });
  check("position / 8", {},
        [&](const Row& row) { return doubleText(static_cast<double>(row[Position].asInt128()) / 8); });
  check("price / 4", {Price},
        [&](const Row& row) { return doubleText(static_cast<double>(row[Price].asInt128()) / 100.0 / 4); });
  check("abs(measure)", {Measure}, [&](const Row& row) { return doubleText(std::abs(row[Measure].asDouble())); });
}

TEST_P(ProjectionTest, Dates) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const auto dayOf = [](const Row& row) { return sys_days(days(static_cast<int>(row[Day].asInt128()))); };
  const auto dateText = [](sys_days day) {
    return Value::date(static_cast<Date>(day.time_since_epoch().count())).toString();
  };
  const auto calendar = [&](const Row& row) { return std::chrono::year_month_day(dayOf(row)); };
  check("day + interval '40' day", {Day}, [&](const Row& row) { return dateText(dayOf(row) + days(40)); });
  check("day - 3", {Day}, [&](const Row& row) { return dateText(dayOf(row) - days(3)); });
  check("day + interval '1' month", {Day}, [&](const Row& row) {
    auto moved = calendar(row) + std::chrono::months(1);
    if (!moved.ok()) moved = moved.year() / moved.month() / std::chrono::last;
    return dateText(moved);
  });
  check("day - date '1970-01-11'", {Day}, [](const Row& row) { return numberText(row[Day].asInt128() - 10); });
  check("extract(year from day)", {Day},
        [&](const Row& row) { return std::to_string(static_cast<int>(calendar(row).year())); });
  check("extract(month from day) * 100 + extract(day from day)", {Day}, [&](const Row& row) {
    return std::to_string(static_cast<unsigned>(calendar(row).month()) * 100 +
                          static_cast<unsigned>(calendar(row).day()));
  });
  check("cast(day as varchar)", {Day}, [](const Row& row) { return row[Day].toString(); });
  check("cast(cast(day as timestamp) as date) = day", {Day}, [](const Row&) { return "true"; });
}

TEST_P(ProjectionTest, Text) {
  const auto text = [](const Row& row) { return row[Name].asString(); };
  check("upper(name)", {Name}, [&](const Row& row) {
    std::string upper = text(row);
    for (char& letter : upper) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    return upper;
  });
  check("name || (' of ' || name)", {Name}, [&](const Row& row) { return text(row) + " of " + text(row); });
  check("length(name)", {Name}, [&](const Row& row) { return std::to_string(text(row).size()); });
  check("substring(name from 3 for 4)", {Name}, [&](const Row& row) { return text(row).substr(2, 4); });
  check("starts_with(name, 'Row 1')", {Name},
        [&](const Row& row) { return text(row).starts_with("Row 1") ? "true" : "false"; });
  check("case when position % 2 = 0 then name else 'odd: a text that does not fit inline' end", {},
        [&](const Row& row) {
          if (row[Position].asInt128() % 2 != 0) return std::string("odd: a text that does not fit inline");
          return row[Name].isNull() ? std::string("NULL") : text(row);
        });
}

TEST_P(ProjectionTest, Casts) {
  check("cast(position as bigint) * 10000000000", {},
        [](const Row& row) { return numberText(row[Position].asInt128() * 10'000'000'000); });
  // Half away from zero, as SQL rounds decimals.
  check("cast(price as integer)", {Price}, [](const Row& row) {
    const Int128 value = row[Price].asInt128();
    return numberText((value < 0 ? value - 50 : value + 50) / 100);
  });
  check("cast(price as decimal(10,1))", {Price}, [](const Row& row) {
    const Int128 value = row[Price].asInt128();
    return Value::decimal(Type::decimal(10, 1), (value < 0 ? value - 5 : value + 5) / 10).toString();
  });
  check("cast(small as varchar)", {Small}, [](const Row& row) { return numberText(row[Small].asInt128()); });
  check("cast(cast(price as varchar) as decimal(15,2)) = price", {Price}, [](const Row&) { return "true"; });
  check("cast(small as double) / 2", {Small},
        [](const Row& row) { return doubleValue(static_cast<double>(row[Small].asInt128()) / 2).toString(); });
  check("cast(tiny as boolean)", {Tiny}, [](const Row& row) { return row[Tiny].asInt128() != 0 ? "true" : "false"; });
  // Floating point rounds half to even.
  check("cast(ratio as integer)", {Ratio},
        [](const Row& row) { return std::to_string(static_cast<long>(std::nearbyint(row[Ratio].asDouble()))); });
}

TEST_P(ProjectionTest, RenamesAndRepeatsColumns) {
  const PlanBuilder plan =
      PlanBuilder::scan("t", {"name", "big"})
          .project({{"a", col("name")}, {"b", col("name")}, {"c", col("big")}, {"d", lit(std::int64_t{7})}})
          .project({{"first", col("b")}, {"second", col("a")}, {"third", sql("c + d")}});
  Rows expected;
  for (const Row& row : rows_) {
    const Value sum = row[Big].isNull() ? row[Big] : bigIntValue(static_cast<std::int64_t>(row[Big].asInt128() + 7));
    expected.push_back({row[Name], row[Name], sum});
  }
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(expected));
}

TEST_P(ProjectionTest, ManyProjectionsNest) {
  PlanBuilder plan = PlanBuilder::scan("t", {"position"});
  for (int depth = 0; depth < 100; ++depth) plan = plan.project({{"position", sql("position + 1")}});
  Rows expected;
  for (const Row& row : rows_) expected.push_back({integerValue(static_cast<std::int64_t>(row[0].asInt128()) + 100)});
  EXPECT_EQ(sortedLines(run(plan.build(), catalog_)), sortedLines(expected));
}

INSTANTIATE_TEST_SUITE_P(Engines, ProjectionTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
