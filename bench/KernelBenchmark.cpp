#include <functional>
#include <string>
#include <vector>

#include "bench/support/EngineComparison.h"

/// Kernels one by one: the aggregate of an expression over a table that fits into the caches. What a kernel takes is
/// the time beyond that of the baseline with a result of the same type, which reads and aggregates a column.
namespace basalt::bench {
namespace {

constexpr std::int64_t kRows = 1 << 20;

Tables values(std::uint64_t rows) {
  Tables tables;
  tables.add(makeTable("v",
                       {{"a", Type::bigInt(), false},
                        {"b", Type::bigInt(), false},
                        {"n", Type::bigInt(), true},
                        {"x", Type::doublePrecision(), false},
                        {"price", Type::decimal(12, 2), false},
                        {"discount", Type::decimal(4, 2), false},
                        {"total", Type::decimal(30, 4), false},
                        {"day", Type::date(), false},
                        {"word", Type::varchar(), false},
                        {"note", Type::varchar(), false},
                        {"digits", Type::varchar(), false}},
                       rows, [](std::uint64_t row, ChunkBuffer& chunk) {
                         const std::uint64_t bits = mixBits(row);
                         const auto below = [bits](unsigned shift, std::uint64_t limit) {
                           return static_cast<std::int64_t>((bits >> shift) % limit);
                         };
                         chunk.column(0).appendInteger(below(0, 100'000));
                         chunk.column(1).appendInteger(1 + below(16, 100));
                         if (bits % 17 == 0) {
                           chunk.column(2).appendNull();
                         } else {
                           chunk.column(2).appendInteger(below(24, 100'000));
                         }
                         chunk.column(3).appendFloating(static_cast<double>(below(8, 1'000'000)) / 1000);
                         chunk.column(4).appendInteger(below(12, 10'000'000));
                         chunk.column(5).appendInteger(below(40, 11));
                         chunk.column(6).appendWide(Int128(below(4, 1'000'000'000'000)));
                         chunk.column(7).appendInteger(8000 + below(20, 2500));
                         chunk.column(8).appendString("word " + std::to_string(bits % 1'000'000));
                         chunk.column(9).appendString("note " + std::to_string(bits % 1000) + " on row " +
                                                      std::to_string(row));
                         chunk.column(10).appendString(std::to_string(below(0, 10'000'000)));
                       }));
  return tables;
}

void measurePlan(std::string name, std::function<PhysicalPlan()> plan) {
  registerComparison({"Kernel/" + std::move(name), values, std::move(plan)}, {kRows}, {1});
}

void measure(std::string name, const std::vector<std::string>& columns, const std::string& aggregate,
             const std::string& expression) {
  measurePlan(std::move(name), [=] {
    return PlanBuilder::scan("v", columns).aggregate({}, {{"r", aggregate, sql(expression)}}).build();
  });
}

void registerBaselines() {
  measure("Baseline/Integer", {"a"}, "max", "a");
  measure("Baseline/Double", {"x"}, "max", "x");
  measure("Baseline/Decimal", {"price"}, "max", "price");
  measure("Baseline/WideDecimal", {"total"}, "max", "total");
  measure("Baseline/Date", {"day"}, "max", "day");
  measure("Baseline/Text", {"word"}, "max", "word");
}

void registerArithmetic() {
  measure("Add", {"a", "b"}, "max", "a + b");
  measure("AddNullable", {"b", "n"}, "max", "n + b");
  measure("Multiply", {"a", "b"}, "max", "a * b");
  measure("IntegerDivide", {"a", "b"}, "max", "a // b");
  measure("Modulo", {"a", "b"}, "max", "a % b");
  measure("AddDouble", {"x"}, "max", "x + x");
  measure("SquareRoot", {"x"}, "max", "sqrt(x)");
  measure("RoundDouble", {"x"}, "max", "round(x, 1)");
  measure("DecimalAdd", {"price", "discount"}, "max", "price + discount");
  measure("DecimalMultiply", {"price", "discount"}, "max", "price * discount");
  measure("DecimalMultiplyWide", {"discount", "total"}, "max", "total * discount");
  measure("DecimalRound", {"price"}, "max", "round(price, 0)");
  measure("Chain", {"price", "discount"}, "max", "price * (1.00 - discount) * (1.00 + discount)");
}

void registerConditions() {
  measure("Less", {"a", "b"}, "sum", "cast(a < b as bigint)");
  measure("LessNullable", {"b", "n"}, "sum", "cast(n < b as bigint)");
  measure("LessText", {"word", "note"}, "sum", "cast(word < note as bigint)");
  measure("EqualText", {"word", "note"}, "sum", "cast(word = note as bigint)");
  measure("Case", {"a", "b"}, "max", "case when a < 50000 then a else b end");
  measure("Coalesce", {"a", "n"}, "max", "coalesce(n, a)");
  measure("InSet", {"a"}, "sum", "cast(a in (1, 20, 300, 4000, 50000, 7, 80, 900, 10000) as bigint)");
}

void registerText() {
  measure("LikePrefix", {"note"}, "sum", "cast(note like 'note 7%' as bigint)");
  measure("LikeInfix", {"note"}, "sum", "cast(note like '%99 on row%' as bigint)");
  measure("LikeTwoInfixes", {"note"}, "sum", "cast(note like '%99%row%' as bigint)");
  measure("RegularExpression", {"note"}, "sum", "cast(regexp_matches(note, '99 on row [0-9]+7') as bigint)");
  measure("Length", {"note"}, "max", "length(note)");
  measure("Upper", {"word"}, "max", "upper(word)");
  measure("Substring", {"note"}, "max", "substring(note, 6, 8)");
  measure("Concatenate", {"word"}, "max", "word || '!'");
  measure("CastToText", {"a"}, "max", "cast(a as varchar)");
  measure("CastFromText", {"digits"}, "max", "cast(digits as bigint)");
}

void registerDatesAndHashes() {
  measure("Year", {"day"}, "max", "year(day)");
  measure("Month", {"day"}, "max", "month(day)");
  measure("DayOfWeek", {"day"}, "max", "dayofweek(day)");
  measure("AddMonths", {"day"}, "max", "day + interval '3' month");
  // Not to be called from SQL: with the search for one of few groups, and for a row that is not there.
  measurePlan("HashInteger",
              [] { return PlanBuilder::scan("v", {"b"}).aggregate({{"k", col("b")}}, {{"n", "count", {}}}).build(); });
  measurePlan("HashText", [] {
    return PlanBuilder::scan("v", {"note"})
        .hashJoin(PlanBuilder::scan("v", {"word"}, sql("a = 7 and b = 7")), {col("note")}, {col("word")})
        .aggregate({}, {{"n", "count", {}}})
        .build();
  });
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** arguments) {
  basalt::bench::registerBaselines();
  basalt::bench::registerArithmetic();
  basalt::bench::registerConditions();
  basalt::bench::registerText();
  basalt::bench::registerDatesAndHashes();
  return basalt::bench::runBenchmarks(argumentCount, arguments);
}
