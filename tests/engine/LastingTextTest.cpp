#include <functional>
#include <string>
#include <vector>

#include "operators/spec/OperatorSpec.h"
#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

std::string nameOf(std::int64_t id) { return "a name that is too long to lie in a row, " + std::to_string(id); }

/// Strings of tables are shared by the rows that operators store; strings that are made on the way are copied. Each
/// plan yields "id" and "text" and is sorted, so that its strings lie in rows when what made them has long gone on.
class LastingTextTest : public QueryTest {
 protected:
  LastingTextTest() {
    Rows rows;
    for (std::int64_t id = 0; id < kRows; ++id) rows.push_back({bigIntValue(id), textValue(nameOf(id))});
    catalog_.add("t", {{"id", Type::bigInt(), false}, {"name", Type::varchar(), false}}, rows);
  }

  static PlanBuilder kept() { return PlanBuilder::scan("t").project({{"id", col("id")}, {"text", col("name")}}); }
  static PlanBuilder made() {
    return PlanBuilder::scan("t").project({{"id", col("id")}, {"text", sql("concat(name, '!')")}});
  }

  void expectRows(const PlanBuilder& plan, bool shared, const std::function<std::string(std::int64_t)>& textOf) {
    const PhysicalPlan sorted =
        plan.project({{"id", col("id")}, {"text", col("text")}}).sort({ascending("id")}).build();
    const BoundPlan bound = bindPlan(sorted, catalog_);
    EXPECT_EQ(sortedRowsOf(*bound.root).layout.column(1).sharesText, shared);
    SCOPED_TRACE(printPlan(sorted));
    const Rows rows = run(sorted, catalog_);
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(kRows));
    for (std::int64_t id = 0; id < kRows; ++id) ASSERT_EQ(rows[id][1].toString(), textValue(textOf(id)).toString());
  }
  /// Of a plan made of kept() and of made().
  void expectBoth(const std::function<PlanBuilder(const PlanBuilder&)>& plan) {
    expectRows(plan(kept()), true, nameOf);
    expectRows(plan(made()), false, [](std::int64_t id) { return nameOf(id) + "!"; });
  }

  static constexpr std::int64_t kRows = 5000;
  TestCatalog catalog_;
};

TEST_P(LastingTextTest, ThroughOperatorsThatPassRowsOn) {
  expectBoth([](const PlanBuilder& input) { return input.filter(sql("id >= 0")).limit(kRows); });
  expectBoth([](const PlanBuilder& input) { return input.sort({descending("text")}); });
  expectBoth([](const PlanBuilder& input) { return input.topN({ascending("text")}, kRows); });
}

TEST_P(LastingTextTest, OnEitherSideOfAJoin) {
  const PlanBuilder ids = PlanBuilder::scan("t", {"id"}).project({{"other", col("id")}});
  expectBoth([&](const PlanBuilder& input) { return input.hashJoin(ids, {col("id")}, {col("other")}); });
  expectBoth([&](const PlanBuilder& input) { return ids.hashJoin(input, {col("other")}, {col("id")}); });
}

TEST_P(LastingTextTest, AsKeysAndResultsOfAggregates) {
  const std::vector<AggregateCall> count{{"count", "count", {}}};
  const std::vector<AggregateCall> distinct{{"count", "count", {}}, {"ids", "count", col("id"), true}};
  for (const std::vector<AggregateCall>& aggregates : {count, distinct}) {
    const auto grouped = [&](const PlanBuilder& input) {
      return input.aggregate({{"id", col("id")}, {"text", col("text")}}, aggregates);
    };
    // Where values are told apart, keys come on several ways, and are copied.
    expectRows(grouped(kept()), aggregates.size() == 1, nameOf);
    expectRows(grouped(made()), false, [](std::int64_t id) { return nameOf(id) + "!"; });
  }
  expectBoth([&](const PlanBuilder& input) {
    return input.sort({ascending("id")}).sortAggregate({{"id", col("id")}, {"text", col("text")}}, count);
  });
  expectRows(kept().aggregate({{"id", col("id")}}, {{"text", "max", col("text")}}), false, nameOf);
}

TEST_P(LastingTextTest, FromSeveralInputs) {
  const auto united = [](const PlanBuilder& even, const PlanBuilder& odd) {
    return even.filter(sql("id % 2 = 0")).combine({odd.filter(sql("id % 2 = 1"))}, {.all = true});
  };
  expectRows(united(kept(), kept()), true, nameOf);
  const auto mixed = [](std::int64_t id) { return nameOf(id) + (id % 2 == 1 ? "!" : ""); };
  expectRows(united(kept(), made()), false, mixed);
  const auto expanded = [](const PlanBuilder& input, std::string text) {
    return input.expand({{{"id", col("id")}, {"text", col("text")}}, {{"id", sql("-1")}, {"text", sql(text)}}})
        .filter(sql("id >= 0"));
  };
  expectRows(expanded(kept(), "'a literal that is longer than a row holds'"), true, nameOf);
  expectRows(expanded(kept(), "concat(text, '!')"), false, nameOf);
}

TEST_P(LastingTextTest, BesideAndFromWindowFunctions) {
  const auto window = [](const PlanBuilder& input, std::string name, std::string function) {
    return input.window({{}, {ascending("id")}, {{std::move(name), std::move(function), {col("text")}}}});
  };
  expectBoth([&](const PlanBuilder& input) { return window(input, "first", "first_value"); });
  const PlanBuilder results =
      window(kept(), "first", "first_value").project({{"id", col("id")}, {"text", col("first")}});
  expectRows(results, false, [](std::int64_t) { return nameOf(0); });
}

INSTANTIATE_TEST_SUITE_P(Engines, LastingTextTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
