#include "bench/support/EngineComparison.h"

/// Hash joins of a large probe side: build sides that fit the caches and that do not, number and text keys, few and
/// many matches.
namespace basalt::bench {
namespace {

Tables factsAndKeys(std::uint64_t rows, std::uint64_t keys, std::uint64_t range) {
  Tables tables;
  tables.add(makeTable(
      "facts", {{"key", Type::integer(), false}, {"name", Type::varchar(), false}, {"amount", Type::bigInt(), false}},
      rows, [=](std::uint64_t row, ChunkBuffer& chunk) {
        const std::uint64_t key = mixBits(row) % range;
        chunk.column(0).appendInteger(static_cast<std::int64_t>(key));
        chunk.column(1).appendString("the name of key " + std::to_string(key));
        chunk.column(2).appendInteger(static_cast<std::int64_t>(row % 1000));
      }));
  tables.add(makeTable(
      "keys", {{"k", Type::integer(), false}, {"text", Type::varchar(), false}, {"weight", Type::integer(), false}},
      keys, [=](std::uint64_t row, ChunkBuffer& chunk) {
        chunk.column(0).appendInteger(static_cast<std::int64_t>(row));
        chunk.column(1).appendString("the name of key " + std::to_string(row));
        chunk.column(2).appendInteger(static_cast<std::int64_t>(mixBits(row) % 100));
      }));
  return tables;
}

PhysicalPlan joinOn(const std::string& probe, const std::string& build) {
  return PlanBuilder::scan("facts")
      .hashJoin(PlanBuilder::scan("keys"), {col(probe)}, {col(build)}, {}, {"amount", "weight"})
      .aggregate({}, {{"n", "count", {}}, {"s", "sum", sql("amount * weight")}})
      .build();
}

void registerAll() {
  const auto numbers = [] { return joinOn("key", "k"); };
  registerComparison({"Join/SmallBuild", [](std::uint64_t rows) { return factsAndKeys(rows, 1000, 1000); }, numbers});
  registerComparison(
      {"Join/LargeBuild", [](std::uint64_t rows) { return factsAndKeys(rows, rows / 4, rows / 4); }, numbers});
  registerComparison(
      {"Join/FewMatches", [](std::uint64_t rows) { return factsAndKeys(rows, rows / 64, rows); }, numbers});
  registerComparison({"Join/TextKeys", [](std::uint64_t rows) { return factsAndKeys(rows, 10'000, 10'000); },
                      [] { return joinOn("name", "text"); }});
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** arguments) {
  basalt::bench::registerAll();
  return basalt::bench::runBenchmarks(argumentCount, arguments);
}
