#include "tests/engine/support/LongRunning.h"

#include "tests/engine/support/RepeatedTable.h"

namespace basalt::testing {

const Catalog& longRunningCatalog() {
  static const GeneratedCatalog kCatalog = [] {
    GeneratedCatalog catalog;
    const auto block = generateTable(
        "block", {{"x", Type::integer(), false}, {"y", Type::bigInt(), false}, {"name", Type::varchar(), false}}, 65536,
        [](std::uint64_t row, ChunkBuffer& chunk) {
          chunk.column(0).appendInteger(static_cast<std::int64_t>(mixBits(row) % 1000));
          chunk.column(1).appendInteger(static_cast<std::int64_t>(row));
          chunk.column(2).appendString("a name that is stored out of line " + std::to_string(row % 100));
        });
    catalog.add(block);
    catalog.add(std::make_shared<RepeatedTable>("endless", block, 200'000));
    catalog.add(generateTable("chain", {{"k", Type::integer(), false}, {"n", Type::integer(), false}}, 40'000,
                              [](std::uint64_t row, ChunkBuffer& chunk) {
                                chunk.column(0).appendInteger(7);
                                chunk.column(1).appendInteger(static_cast<std::int64_t>(row));
                              }));
    return catalog;
  }();
  return kCatalog;
}

}  // namespace basalt::testing
