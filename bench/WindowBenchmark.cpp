#include "bench/support/EngineComparison.h"

/// Window functions. Only the sink and the source differ between the engines. Results are summed up behind the window,
/// so that writing them is not what is measured.
namespace basalt::bench {
namespace {

using Kind = FrameBound::Kind;
using Unit = WindowFrame::Unit;

Tables items(std::uint64_t rows) {
  Tables tables;
  tables.add(makeTable(
      "items", {{"number", Type::bigInt(), false}, {"value", Type::integer(), false}, {"few", Type::integer(), false}},
      rows, [](std::uint64_t row, ChunkBuffer& chunk) {
        const std::uint64_t bits = mixBits(row);
        chunk.column(0).appendInteger(static_cast<std::int64_t>(bits >> 1));
        chunk.column(1).appendInteger(static_cast<std::int64_t>(bits % 100'000));
        chunk.column(2).appendInteger(static_cast<std::int64_t>(bits % 1000));
      }));
  return tables;
}

FrameBound preceding(std::int64_t rows) { return {Kind::Preceding, lit(rows)}; }

void registerAll() {
  const auto window = [](std::string name, std::vector<Expr> partitionBy, WindowCall call) {
    call.name = "w";
    registerComparison({"Window/" + std::move(name), items,
                        [=] {
                          return PlanBuilder::scan("items")
                              .window({partitionBy, {{col("number"), false, {}}}, {call}})
                              .aggregate({}, {{"n", "count", {}}, {"m", "max", col("w")}})
                              .build();
                        }},
                       {1'000'000});
  };
  const FrameBound current{Kind::CurrentRow, {}};
  const Expr value = col("value");
  window("RowNumber", {}, {"", "row_number"});
  window("Lag", {}, {"", "lag", {value}});
  window("GrowingSum", {}, {"", "sum", {value}});
  window("SumOf101Rows", {}, {"", "sum", {value}, {Unit::Rows, preceding(100), current}});
  window("MaxOf101Rows", {}, {"", "max", {value}, {Unit::Rows, preceding(100), current}});
  window("MaxOf100001Rows", {}, {"", "max", {value}, {Unit::Rows, preceding(100'000), current}});
  window("SumOf101RowsOf1000Partitions", {col("few")}, {"", "sum", {value}, {Unit::Rows, preceding(100), current}});
  window("SumOfARange", {}, {"", "sum", {value}, {Unit::Range, preceding(std::int64_t{1} << 50), current}});
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** arguments) {
  basalt::bench::registerAll();
  return basalt::bench::runBenchmarks(argumentCount, arguments);
}
