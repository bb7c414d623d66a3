#include "bench/support/EngineComparison.h"

/// Hash aggregation with few, many and very many groups, and several aggregates.
namespace basalt::bench {
namespace {

Tables events(std::uint64_t rows) {
  Tables tables;
  tables.add(makeTable("events",
                       {{"few", Type::integer(), false},
                        {"many", Type::integer(), false},
                        {"most", Type::bigInt(), false},
                        {"city", Type::varchar(), false},
                        {"amount", Type::decimal(12, 2), false},
                        {"measure", Type::doublePrecision(), true}},
                       rows, [=](std::uint64_t row, ChunkBuffer& chunk) {
                         const std::uint64_t bits = mixBits(row);
                         chunk.column(0).appendInteger(static_cast<std::int64_t>(bits % 7));
                         chunk.column(1).appendInteger(static_cast<std::int64_t>(bits % 10'007));
                         chunk.column(2).appendInteger(static_cast<std::int64_t>(bits % (rows / 2)) * 1'000'003);
                         chunk.column(3).appendString("city " + std::to_string((bits >> 32) % 200));
                         chunk.column(4).appendInteger(static_cast<std::int64_t>((bits >> 16) % 1'000'000));
                         chunk.column(5).appendFloating(static_cast<double>((bits >> 24) % 4096) / 4);
                       }));
  return tables;
}

/// The groups as such, and one row for the client, so that writing a large result is not what is measured.
PhysicalPlan groupBy(const std::string& key, std::vector<AggregateCall> aggregates) {
  return PlanBuilder::scan("events")
      .aggregate({{"k", col(key)}}, std::move(aggregates))
      .aggregate({}, {{"groups", "count", {}}, {"largest", "max", col("s")}})
      .build();
}

void registerAll() {
  const auto sums = [](std::string name, const std::string& key) {
    registerComparison(
        {"Aggregate/" + std::move(name), events, [=] { return groupBy(key, {{"s", "sum", col("amount")}}); }});
  };
  registerComparison({"Aggregate/NoKeys", events, [] {
                        return PlanBuilder::scan("events")
                            .aggregate({},
                                       {{"s", "sum", col("amount")}, {"m", "max", col("measure")}, {"n", "count", {}}})
                            .build();
                      }});
  sums("SevenGroups", "few");
  registerComparison({"Aggregate/RangesOfSevenGroups", events, [] {
                        return groupBy("few", {{"s", "sum", col("amount")},
                                               {"lowest", "min", col("amount")},
                                               {"highest", "max", col("amount")},
                                               {"last", "max", col("most")}});
                      }});
  sums("TenThousandGroups", "many");
  sums("HalfAsManyGroupsAsRows", "most");
  sums("TextKeys", "city");
  registerComparison({"Aggregate/EightAggregates", events, [] {
                        return groupBy("many", {{"s", "sum", col("amount")},
                                                {"a", "avg", col("measure")},
                                                {"lowest", "min", col("amount")},
                                                {"highest", "max", col("amount")},
                                                {"m", "min", col("measure")},
                                                {"n", "count", {}},
                                                {"c", "count", col("measure")},
                                                {"t", "max", col("city")}});
                      }});
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** arguments) {
  basalt::bench::registerAll();
  return basalt::bench::runBenchmarks(argumentCount, arguments);
}
