#include "bench/support/EngineComparison.h"

/// Sorting and top-N. A sort's rows are counted behind it, so that writing a large result is not what is measured.
namespace basalt::bench {
namespace {

Tables items(std::uint64_t rows) {
  Tables tables;
  tables.add(makeTable(
      "items", {{"number", Type::bigInt(), false}, {"name", Type::varchar(), false}, {"few", Type::integer(), false}},
      rows, [](std::uint64_t row, ChunkBuffer& chunk) {
        const std::uint64_t bits = mixBits(row);
        chunk.column(0).appendInteger(static_cast<std::int64_t>(bits >> 1));
        chunk.column(1).appendString("item number " + std::to_string(bits % 1'000'000));
        chunk.column(2).appendInteger(static_cast<std::int64_t>(bits % 100));
      }));
  return tables;
}

SortKey key(std::string column, bool descending = false) { return {col(std::move(column)), descending, {}}; }

void registerAll() {
  const auto sorted = [](std::string name, std::vector<SortKey> keys) {
    registerComparison({"Sort/" + std::move(name), items,
                        [=] {
                          return PlanBuilder::scan("items")
                              .sort(keys)
                              .limit(1'000'000'000, 10)
                              .aggregate({}, {{"n", "count", {}}, {"m", "max", col("few")}})
                              .build();
                        }},
                       {1 << 16, 1 << 20});
  };
  sorted("Number", {key("number")});
  sorted("Text", {key("name"), key("number")});
  sorted("TwoKeys", {key("few", true), key("number")});
  const auto top = [](std::string name, std::vector<SortKey> keys, std::uint64_t limit) {
    registerComparison(
        {"TopN/" + std::move(name), items, [=] { return PlanBuilder::scan("items").topN(keys, limit).build(); }});
  };
  top("TenNumbers", {key("number", true)}, 10);
  top("ThousandTexts", {key("name"), key("number")}, 1000);
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** arguments) {
  basalt::bench::registerAll();
  return basalt::bench::runBenchmarks(argumentCount, arguments);
}
