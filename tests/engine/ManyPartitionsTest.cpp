#include <algorithm>
#include <string>
#include <vector>

#include "tests/engine/support/GeneratedTable.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

using Kind = FrameBound::Kind;
using Unit = WindowFrame::Unit;

constexpr std::uint64_t kRows = 120'000;

std::int64_t valueOf(std::uint64_t row) { return static_cast<std::int64_t>(mixBits(row) % 1000); }
std::string textOf(std::uint64_t row) { return "longer than what a handle holds: " + std::to_string(valueOf(row)); }

/// Rows "id", "x", "s", whose partition is id / `partitionRows`, in mixed order.
GeneratedCatalog catalogOf(std::uint64_t partitionRows) {
  GeneratedCatalog catalog;
  catalog.add(generateTable("t",
                            {{"p", Type::bigInt(), false},
                             {"id", Type::bigInt(), false},
                             {"x", Type::bigInt(), false},
                             {"s", Type::varchar(), false}},
                            kRows, [&](std::uint64_t row, ChunkBuffer& chunk) {
                              // 7919 has no factor in common with the number of rows.
                              const std::uint64_t id = row * 7919 % kRows;
                              chunk.column(0).appendInteger(static_cast<std::int64_t>(id / partitionRows));
                              chunk.column(1).appendInteger(static_cast<std::int64_t>(id));
                              chunk.column(2).appendInteger(valueOf(id));
                              chunk.column(3).appendString(textOf(id));
                            }));
  return catalog;
}

class ManyPartitionsTest : public QueryTest {
 protected:
  /// Functions with sliding, growing and whole frames, checked against one pass over each partition.
  void check(std::uint64_t partitionRows) {
    constexpr std::uint64_t kBefore = 5;
    const GeneratedCatalog catalog = catalogOf(partitionRows);
    const WindowFrame sliding{Unit::Rows, {Kind::Preceding, lit(std::int64_t{kBefore})}, {Kind::CurrentRow, {}}};
    const WindowFrame whole{Unit::Rows, {Kind::UnboundedPreceding, {}}, {Kind::UnboundedFollowing, {}}};
    const PlanBuilder plan = PlanBuilder::scan("t").window({{col("p")},
                                                            {ascending("id")},
                                                            {{"number", "row_number"},
                                                             {"sum", "sum", {col("x")}, sliding},
                                                             {"total", "sum", {col("x")}},
                                                             {"most", "max", {col("s")}},
                                                             {"least", "min", {col("s")}, sliding},
                                                             {"all", "count", {}, whole},
                                                             {"before", "lag", {col("s")}}}});
    const Rows rows = run(plan.build(), catalog);
    ASSERT_EQ(rows.size(), kRows);
    std::int64_t total = 0;
    std::string most;
    for (std::uint64_t id = 0; id < kRows; ++id) {
      const std::uint64_t begin = id / partitionRows * partitionRows;
      if (id == begin) {
        total = 0;
        most.clear();
      }
      total += valueOf(id);
      most = std::max(most, textOf(id));
      std::int64_t sum = 0;
      std::string least = textOf(id);
      for (std::uint64_t other = std::max(begin, id < kBefore ? 0 : id - kBefore); other <= id; ++other) {
        sum += valueOf(other);
        least = std::min(least, textOf(other));
      }
      const Row& row = rows[id];
      ASSERT_EQ(row[1].toString(), std::to_string(id));
      ASSERT_EQ(row[4].toString(), std::to_string(id - begin + 1));
      ASSERT_EQ(row[5].toString(), std::to_string(sum)) << "row " << id;
      ASSERT_EQ(row[6].toString(), std::to_string(total)) << "row " << id;
      ASSERT_EQ(row[7].toString(), most) << "row " << id;
      ASSERT_EQ(row[8].toString(), least) << "row " << id;
      ASSERT_EQ(row[9].toString(), std::to_string(std::min(partitionRows, kRows - begin)));
      ASSERT_EQ(row[10].toString(), id == begin ? "NULL" : textOf(id - 1));
    }
  }
};

TEST_P(ManyPartitionsTest, OneRowEach) { check(1); }
TEST_P(ManyPartitionsTest, SevenRowsEach) { check(7); }
// More than the rows that one part of the work takes on.
TEST_P(ManyPartitionsTest, AThirdEach) { check(kRows / 3 + 1); }
TEST_P(ManyPartitionsTest, OneForAll) { check(kRows); }

/// Nothing to sort by: rows come in any order, all of them once, each with the one result.
TEST_P(ManyPartitionsTest, NoKeysAtAll) {
  const GeneratedCatalog catalog = catalogOf(kRows);
  const PlanBuilder plan =
      PlanBuilder::scan("t", {"id", "x", "s"})
          .window({{}, {}, {{"total", "sum", {col("x")}}, {"most", "max", {col("s")}}, {"all", "count"}}});
  const Rows rows = run(plan.build(), catalog);
  ASSERT_EQ(rows.size(), kRows);
  std::int64_t total = 0;
  std::string most;
  for (std::uint64_t id = 0; id < kRows; ++id) {
    total += valueOf(id);
    most = std::max(most, textOf(id));
  }
  std::vector<bool> found(kRows);
  for (const Row& row : rows) {
    const auto id = std::stoull(row[0].toString());
    ASSERT_FALSE(found[id]) << "row " << id;
    found[id] = true;
    ASSERT_EQ(row[1].toString(), std::to_string(valueOf(id)));
    ASSERT_EQ(row[3].toString(), std::to_string(total));
    ASSERT_EQ(row[4].toString(), most);
    ASSERT_EQ(row[5].toString(), std::to_string(kRows));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, ManyPartitionsTest, ::testing::ValuesIn(largeVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
