#include <algorithm>

#include "tests/engine/support/RandomRows.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {
namespace {

/// TRY_CAST against CAST, row by row, between all types.
class TryCastTest : public QueryTest {
 protected:
  static std::vector<Type> allTypes() {
    return {Type::boolean(),         Type::tinyInt(),     Type::smallInt(),
            Type::integer(),         Type::bigInt(),      Type::real(),
            Type::doublePrecision(), Type::decimal(6, 2), Type::decimal(18, 0),
            Type::decimal(30, 4),    Type::date(),        Type::time(),
            Type::timestamp(),       Type::interval(),    Type::varchar(),
            Type::binary()};
  }
};

/// A cast fails in some rows: those are found one row at a time, by the interpreter.
TEST_P(TryCastTest, IsNullJustWhereTheCastFails) {
  RandomRows random(5);
  SCOPED_TRACE(random.seedText());
  std::vector<Field> fields = allTypeFields();
  fields.push_back({"label", Type::varchar(), true});
  constexpr std::size_t kRows = 40;
  Rows rows = random.rows(fields, kRows);
  const std::vector<std::string> labels = {
      "12",  "-7.25", "1e3", "true", "1998-12-01", "12:30", "1998-12-01 12:30:15",  "3 days",
      "300", "99999", "x",   "",     "1e400",      "no",    "123456789012345678901"};
  for (std::size_t row = 0; row < kRows; ++row) rows[row].back() = textValue(labels[row % labels.size()]);
  TestCatalog catalog;
  catalog.add("t", fields, rows, 16);
  const EngineVariant reference{"reference", 1, EngineMode::Interpreted, {}};
  std::size_t pairs = 0;
  for (const Field& field : fields) {
    for (const Type& target : allTypes()) {
      SCOPED_TRACE(field.name + " to " + toString(target));
      std::vector<std::string> expected;
      bool exists = true;
      for (std::size_t row = 0; row < kRows && exists; ++row) {
        const Value value = rows[row][static_cast<std::size_t>(&field - fields.data())];
        const PlanBuilder plan = PlanBuilder::scan("one").project({{"v", cast(lit(value), target)}});
        TestCatalog one;
        one.add("one", {{"x", Type::integer(), false}}, {{integerValue(1)}});
        try {
          const auto result = reference.engine().execute(plan.build(), one, reference.options());
          Row found;
          while (result->next(found)) expected.push_back(found[0].toString() + "|");
        } catch (const ExecutionError& error) {
          exists = error.code() != ErrorCode::InvalidPlan;
          expected.emplace_back("NULL|");
        }
      }
      if (!exists) continue;
      ++pairs;
      std::ranges::sort(expected);
      const PlanBuilder plan = PlanBuilder::scan("t").project({{"v", tryCast(col(field.name), target)}});
      ASSERT_EQ(sortedLines(run(plan.build(), catalog)), expected);
    }
  }
  EXPECT_GT(pairs, 130U);
}

TEST_P(TryCastTest, OnlyTheCastIsTried) {
  Rows rows;
  for (int row = 0; row < 500; ++row) {
    rows.push_back(
        {integerValue(row), integerValue(row == 321 ? 0 : 1),
         row % 5 == 0 ? Value::null(Type::varchar()) : textValue(row % 3 == 0 ? "word" : std::to_string(row))});
  }
  TestCatalog catalog;
  catalog.add(
      "t", {{"n", Type::integer(), false}, {"divisor", Type::integer(), false}, {"name", Type::varchar(), true}}, rows);
  const auto count = [&](const std::string& condition) {
    return run(PlanBuilder::scan("t").filter(sql(condition)).build(), catalog).size();
  };
  EXPECT_EQ(count("try_cast(name as integer) = n"), 267U);
  EXPECT_EQ(count("try_cast(name as integer) is null"), 233U);
  EXPECT_EQ(count("try_cast(name as decimal(5,2)) + 1 = n + 1"), 267U);
  EXPECT_EQ(count("try_cast(n as tinyint) is not null"), 128U);
  EXPECT_EQ(count("coalesce(try_cast(name as integer), -1) = -1"), 233U);
  EXPECT_EQ(count("try_cast('x' as integer) is null"), 500U);
  const ExecutionError error = runExpectingError(
      PlanBuilder::scan("t").project({{"v", sql("try_cast(n % divisor as tinyint)")}}).build(), catalog);
  EXPECT_EQ(name(error.code()), "DivisionByZero");
  EXPECT_EQ(name(runExpectingError(
                     PlanBuilder::scan("t").project({{"v", sql("try_cast(cast(name as integer) as tinyint)")}}).build(),
                     catalog)
                     .code()),
            "InvalidCast");
}

INSTANTIATE_TEST_SUITE_P(Engines, TryCastTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
