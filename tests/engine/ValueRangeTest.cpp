#include <array>
#include <memory>
#include <string>

#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

/// The same table, of whose values nothing is known.
class TableWithoutZoneMaps final : public Table {
 public:
  explicit TableWithoutZoneMaps(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  const std::string& name() const noexcept override { return table_->name(); }
  const Schema& schema() const noexcept override { return table_->schema(); }
  std::uint64_t rowCount() const noexcept override { return table_->rowCount(); }
  ColumnEncoding encoding(std::size_t column) const override { return table_->encoding(column); }
  std::span<const StringView> dictionary(std::size_t column) const override { return table_->dictionary(column); }
  std::size_t chunkCount() const noexcept override { return table_->chunkCount(); }
  std::uint64_t chunkRows(std::size_t chunk) const override { return table_->chunkRows(chunk); }
  ColumnSlice slice(std::size_t chunk, std::size_t column) const override { return table_->slice(chunk, column); }
  const ZoneMap& zoneMap(std::size_t, std::size_t) const override { return nothing_; }

 private:
  std::shared_ptr<const Table> table_;
  ZoneMap nothing_{std::nullopt, std::nullopt, true};
};

class CatalogWithoutZoneMaps final : public Catalog {
 public:
  explicit CatalogWithoutZoneMaps(const Catalog& catalog) : catalog_(catalog) {}
  std::shared_ptr<const Table> find(std::string_view name) const override {
    return std::make_shared<TableWithoutZoneMaps>(catalog_.find(name));
  }
  std::vector<std::string> tableNames() const override { return catalog_.tableNames(); }

 private:
  const Catalog& catalog_;
};

std::vector<Field> fields() {
  return {{"g", Type::varchar(), false},          {"tiny", Type::tinyInt(), true},
          {"i", Type::integer(), false},          {"n", Type::bigInt(), true},
          {"price", Type::decimal(15, 2), false}, {"rate", Type::decimal(4, 2), true},
          {"wide", Type::decimal(38, 2), true}};
}

/// What a plan gives, or how it fails, must not depend on whether ranges are known.
class ValueRangeTest : public QueryTest {
 protected:
  /// Rows, or "error: ...".
  std::vector<std::string> outcome(const PhysicalPlan& plan, const Catalog& catalog) {
    ExecutionEngine& engine = GetParam().engine();
    try {
      const auto result = engine.execute(plan, catalog, GetParam().options());
      Rows rows;
      Row row;
      while (result->next(row)) rows.push_back(row);
      return sortedLines(rows);
    } catch (const ExecutionError& error) {
      return {std::string("error: ") + error.what()};
    }
  }
  void expectSame(const PlanBuilder& plan) {
    EXPECT_EQ(outcome(plan.build(), catalog_), outcome(plan.build(), CatalogWithoutZoneMaps(catalog_)));
  }

  TestCatalog catalog_;
};

TEST_P(ValueRangeTest, KnownRangesChangeNoResultAndNoError) {
  RandomRows random(404);
  SCOPED_TRACE(random.seedText());
  for (int round = 0; round < 8; ++round) {
    // Values up to a bound that lets products and sums fit by far, hardly, or not.
    const auto bounded = [&](int bits) {
      const std::int64_t bound = (std::int64_t{1} << bits) - 1;
      return random.chance(30) ? (random.chance(50) ? bound : -bound) : random.integer(-bound, bound);
    };
    const int integerBits = static_cast<int>(random.integer(2, 31));
    const int bigBits = static_cast<int>(random.integer(2, 63));
    const int priceBits = static_cast<int>(random.integer(8, 49));
    Rows rows;
    for (int row = 0; row < 400; ++row) {
      const auto orNull = [&](Value value) { return random.chance(10) ? Value::null(value.type()) : value; };
      rows.push_back({textValue(random.chance(50) ? "left" : "right"),
                      orNull(Value::integer(Type::tinyInt(), random.integer(-128, 127))),
                      integerValue(integerBits == 31 ? random.integer(INT32_MIN, INT32_MAX) : bounded(integerBits)),
                      orNull(bigIntValue(bigBits == 63 ? bounded(62) * 2 : bounded(bigBits))),
                      decimalValue(15, 2, bounded(priceBits)), orNull(decimalValue(4, 2, random.integer(-9999, 9999))),
                      orNull(Value::decimal(Type::decimal(38, 2), Int128{bounded(62)} * bounded(30)))});
    }
    catalog_.add("t", fields(), rows);
    const PlanBuilder scan = PlanBuilder::scan("t");
    constexpr std::array kExpressions = {"i + i",
                                         "i * 3 - 7",
                                         "-i",
                                         "abs(tiny)",
                                         "tiny + tiny",
                                         "n + 1",
                                         "n * n",
                                         "n - i",
                                         "abs(n) % 1000 * i",
                                         "price * price",
                                         "price * (1 - rate)",
                                         "price * (1 - rate) * (1 + rate)",
                                         "wide + price",
                                         "wide * rate",
                                         "cast(price as decimal(6,2))",
                                         "case when rate > 0 then price else 100 - price end * rate",
                                         "coalesce(n, i) * 1000",
                                         "cast(wide as decimal(20,0)) + n"};
    for (int each = 0; each < 4; ++each) {
      const std::string expression =
          kExpressions[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(kExpressions.size()) - 1))];
      SCOPED_TRACE(expression);
      expectSame(scan.project({{"v", sql(expression)}}));
      expectSame(scan.filter(sql(expression + " > 5")).aggregate({}, {{"c", "count", {}}}));
      expectSame(scan.aggregate({{"g", col("g")}}, {{"s", "sum", sql(expression)},
                                                    {"a", "avg", sql(expression)},
                                                    {"d", "sum", sql(expression), true},
                                                    {"c", "count", sql(expression)},
                                                    {"m", "max", sql(expression)}}));
    }
    // What aggregation, union and joins put out has ranges as well.
    const PlanBuilder sums = scan.aggregate({{"i", col("i")}}, {{"s", "sum", col("price")}, {"c", "count", {}}});
    expectSame(sums.project({{"v", sql("s * c")}, {"w", sql("s + s - i")}}));
    expectSame(sums.aggregate({}, {{"s", "sum", sql("c * i")}, {"t", "sum", col("s")}}));
    expectSame(scan.project({{"v", col("n")}})
                   .combine({scan.project({{"v", col("price")}})}, {SetOperationNode::Kind::Union, true})
                   .aggregate({}, {{"s", "sum", sql("v * 2")}}));
  }
}

TEST_P(ValueRangeTest, OneValueThatDoesNotFitIsFound) {
  Rows rows(600, {bigIntValue(7), decimalValue(15, 2, 7)});
  rows[433] = {bigIntValue(INT64_MAX), decimalValue(15, 2, 999'999'999'999'999)};
  catalog_.add("t", {{"n", Type::bigInt(), false}, {"price", Type::decimal(15, 2), false}}, rows);
  const PlanBuilder scan = PlanBuilder::scan("t");
  for (const char* expression : {"n + 1", "n * 2", "-n - 2", "price * price"}) {
    SCOPED_TRACE(expression);
    EXPECT_EQ(runExpectingError(scan.project({{"v", sql(expression)}}).build(), catalog_).code(),
              ErrorCode::NumericOverflow);
    EXPECT_EQ(runExpectingError(scan.aggregate({}, {{"s", "sum", sql(expression)}}).build(), catalog_).code(),
              ErrorCode::NumericOverflow);
  }
  EXPECT_EQ(lines(run(scan.aggregate({}, {{"s", "sum", col("n")}}).build(), catalog_)),
            (std::vector<std::string>{"9223372036854780000|"}));
}

TEST_P(ValueRangeTest, SumsAtTheEdgeOf64Bits) {
  // Together just what 64 bits hold, then one more.
  for (const std::int64_t last : {0, 1, 2}) {
    Rows rows(256, {textValue("g"), bigIntValue(INT64_MAX / 256)});
    rows.push_back({textValue("g"), bigIntValue(last)});
    catalog_.add("t", {{"g", Type::varchar(), false}, {"n", Type::bigInt(), false}}, rows);
    const Value expected = Value::decimal(Type::decimal(38, 0), Int128{INT64_MAX / 256} * 256 + last);
    for (const bool isGrouped : {false, true}) {
      std::vector<NamedExpr> keys;
      if (isGrouped) keys.push_back({"g", col("g")});
      const Rows found = run(PlanBuilder::scan("t").aggregate(keys, {{"s", "sum", col("n")}}).build(), catalog_);
      ASSERT_EQ(found.size(), 1U);
      EXPECT_EQ(found[0].back(), expected);
    }
  }
}

TEST_P(ValueRangeTest, TablesThatSayNothing) {
  const std::vector<Field> columns{{"n", Type::bigInt(), true}, {"price", Type::decimal(15, 2), true}};
  catalog_.add("empty", columns, {});
  catalog_.add("nulls", columns, Rows(300, {Value::null(Type::bigInt()), Value::null(Type::decimal(15, 2))}));
  Rows rows(250, {Value::null(Type::bigInt()), Value::null(Type::decimal(15, 2))});
  rows.insert(rows.end(), 250, {bigIntValue(INT64_MAX), decimalValue(15, 2, 5)});
  // The first chunk is all NULL.
  catalog_.add("half", columns, rows);
  for (const char* table : {"empty", "nulls", "half"}) {
    SCOPED_TRACE(table);
    const PlanBuilder scan = PlanBuilder::scan(table);
    expectSame(scan.project({{"v", sql("n + 1")}}));
    expectSame(scan.aggregate({}, {{"s", "sum", sql("n")}, {"p", "sum", sql("price * 2")}}));
    expectSame(scan.aggregate({{"n", col("n")}}, {{"s", "sum", sql("price * price")}}));
  }
  EXPECT_EQ(runExpectingError(PlanBuilder::scan("half").project({{"v", sql("n + 1")}}).build(), catalog_).code(),
            ErrorCode::NumericOverflow);
}

/// Few groups are aggregated one after the other, many row by row; the failure of the earliest row counts in both.
TEST_P(ValueRangeTest, FewGroupsFailAsManyDo) {
  const Type wide = Type::decimal(38, 0);
  const Value large = Value::decimal(wide, powerOfTen(38) - 1);
  for (const int groups : {2, 15, 16, 17, 200}) {
    Rows rows;
    for (int row = 0; row < 1500; ++row) {
      // The second aggregate fails before the first one, whatever row a worker begins with.
      const bool isThird = row / groups % 3 == 0;
      rows.push_back({integerValue(row % groups), row > 900 && isThird ? large : Value::decimal(wide, 0),
                      row > 600 ? large : Value::decimal(wide, row), integerValue(row)});
    }
    catalog_.add("t",
                 {{"g", Type::integer(), false}, {"v", wide, false}, {"w", wide, false}, {"n", Type::integer(), false}},
                 rows);
    const auto aggregate = [&](int below) {
      return PlanBuilder::scan("t")
          .filter(sql("n < " + std::to_string(below)))
          .aggregate({{"g", col("g")}},
                     {{"v", "sum", col("v")}, {"w", "sum", col("w")}, {"c", "count", {}}, {"m", "max", col("n")}});
    };
    EXPECT_EQ(run(aggregate(600).build(), catalog_).size(), static_cast<std::size_t>(groups));
    const ExecutionError error = runExpectingError(aggregate(1500).build(), catalog_);
    EXPECT_EQ(error.code(), ErrorCode::NumericOverflow);
    EXPECT_TRUE(std::string(error.what()).ends_with(" in w")) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, ValueRangeTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
