#include "bench/support/EngineComparison.h"

/// Filters and arithmetic on a scan, the cheapest pipelines there are: what is left is how values move.
namespace basalt::bench {
namespace {

Tables sales(std::uint64_t rows) {
  Tables tables;
  tables.add(makeTable("sales",
                       {{"id", Type::integer(), false},
                        {"amount", Type::decimal(12, 2), false},
                        {"discount", Type::decimal(4, 2), true},
                        {"day", Type::date(), false},
                        {"city", Type::varchar(), false},
                        {"note", Type::varchar(), false}},
                       rows, [](std::uint64_t row, ChunkBuffer& chunk) {
                         const std::uint64_t bits = mixBits(row);
                         chunk.column(0).appendInteger(static_cast<std::int64_t>(row));
                         chunk.column(1).appendInteger(static_cast<std::int64_t>(bits % 10'000'000));
                         if (bits % 17 == 0) {
                           chunk.column(2).appendNull();
                         } else {
                           chunk.column(2).appendInteger(static_cast<std::int64_t>(bits >> 40) % 11);
                         }
                         chunk.column(3).appendInteger(static_cast<std::int64_t>(8000 + (bits >> 20) % 2500));
                         chunk.column(4).appendString("city " + std::to_string((bits >> 32) % 100));
                         chunk.column(5).appendString("note " + std::to_string(bits % 1000) + " on row " +
                                                      std::to_string(row));
                       }));
  return tables;
}

PhysicalPlan countWhere(const std::string& condition) {
  return PlanBuilder::scan("sales")
      .filter(sql(condition))
      .aggregate({}, {{"n", "count", {}}, {"m", "max", col("id")}})
      .build();
}

void registerAll() {
  const auto filter = [](std::string name, const std::string& condition) {
    registerComparison({"Filter/" + std::move(name), sales, [=] { return countWhere(condition); }});
  };
  filter("OneNumber", "amount < 5000.00");
  filter("FewRowsPass", "amount < 1.00 and discount > 0.05");
  filter(
      "FourNumbers",
      "day >= date '1994-01-01' and day < date '1995-01-01' and discount between 0.05 and 0.07 and amount < 24000.00");
  filter("Dictionary", "city = 'city 42' or city > 'city 90'");
  filter("Like", "note like '%99 on row%'");
  registerComparison({"Filter/Arithmetic", sales, [] {
                        return PlanBuilder::scan("sales")
                            .aggregate({}, {{"s", "sum", sql("amount * (1 - discount) * (1 + discount)")}})
                            .build();
                      }});
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** arguments) {
  basalt::bench::registerAll();
  return basalt::bench::runBenchmarks(argumentCount, arguments);
}
