#include <functional>
#include <string_view>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// SQL's truth values.
using Truth = std::optional<bool>;

Truth truthOf(const Value& value) { return value.isNull() ? Truth() : Truth(value.asBool()); }
Value valueOf(Truth truth) { return truth ? Value::boolean(*truth) : Value::null(Type::boolean()); }

Truth notTruth(Truth operand) { return operand ? Truth(!*operand) : Truth(); }
Truth andTruth(Truth left, Truth right) {
  if (left == Truth(false) || right == Truth(false)) return false;
  return left && right ? Truth(true) : Truth();
}
Truth orTruth(Truth left, Truth right) { return notTruth(andTruth(notTruth(left), notTruth(right))); }

/// Evaluates a comparison of two nullable numbers.
Truth compare(const Value& left, const Value& right, const std::function<bool(Int128, Int128)>& holds) {
  if (left.isNull() || right.isNull()) return {};
  return holds(left.asInt128(), right.asInt128());
}

/// Rows with every combination of two truth values, two small numbers and some texts, repeated so that there are many
/// batches and chunks.
class SelectionTest : public QueryTest {
 protected:
  SelectionTest() {
    const std::vector<Truth> truths = {false, true, {}};
    const std::vector<std::optional<int>> numbers = {1, 2, 3, {}};
    const std::vector<std::optional<std::string>> texts = {"",     "abc", "abcdefghijklmnop", "xbcd",
                                                           "a%_c", "ABC", "abcdefghijklmnoq", std::nullopt};
    int position = 0;
    for (int repetition = 0; repetition < 2; ++repetition) {
      for (const Truth p : truths) {
        for (const Truth q : truths) {
          for (const auto& x : numbers) {
            for (const auto& y : numbers) {
              const auto& text = texts[static_cast<std::size_t>(position) % texts.size()];
              rows_.push_back({integerValue(position++), valueOf(p), valueOf(q),
                               x ? integerValue(*x) : Value::null(Type::integer()),
                               y ? decimalValue(15, 2, *y * 100) : Value::null(Type::decimal(15, 2)),
                               text ? textValue(*text) : Value::null(Type::varchar())});
            }
          }
        }
      }
    }
    catalog_.add("t",
                 {{"position", Type::integer(), false},
                  {"p", Type::boolean(), true},
                  {"q", Type::boolean(), true},
                  {"x", Type::integer(), true},
                  {"y", Type::decimal(15, 2), true},
                  {"name", Type::varchar(), true}},
                 rows_);
  }

  /// Checks a condition in all places that it can stand in: a scan's filter, a selection, a projected value.
  void check(const std::string& condition, const std::function<Truth(const Row&)>& oracle) {
    SCOPED_TRACE(condition);
    Rows selected;
    Rows computed;
    for (const Row& row : rows_) {
      const Truth truth = oracle(row);
      if (truth == Truth(true)) selected.push_back({row[0]});
      computed.push_back({row[0], valueOf(truth)});
    }
    EXPECT_EQ(sortedLines(run(PlanBuilder::scan("t", {"position"}, sql(condition)).build(), catalog_)),
              sortedLines(selected));
    const PlanBuilder selection = PlanBuilder::scan("t").filter(sql(condition));
    EXPECT_EQ(sortedLines(run(selection.project({{"position", col("position")}}).build(), catalog_)),
              sortedLines(selected));
    const PlanBuilder projection =
        PlanBuilder::scan("t").project({{"position", col("position")}, {"c", sql(condition)}});
    EXPECT_EQ(sortedLines(run(projection.build(), catalog_)), sortedLines(computed));
  }

  TestCatalog catalog_;
  Rows rows_;
};

TEST_P(SelectionTest, LogicHasThreeValues) {
  check("p and q", [](const Row& row) { return andTruth(truthOf(row[1]), truthOf(row[2])); });
  check("p or q", [](const Row& row) { return orTruth(truthOf(row[1]), truthOf(row[2])); });
  check("not p", [](const Row& row) { return notTruth(truthOf(row[1])); });
  check("not (p and not q) or (q and x > 1)", [](const Row& row) {
    const Truth greater = compare(row[3], integerValue(1), std::greater<>());
    return orTruth(notTruth(andTruth(truthOf(row[1]), notTruth(truthOf(row[2])))), andTruth(truthOf(row[2]), greater));
  });
  check("p and q and x = 1 and y = 1", [](const Row& row) {
    return andTruth(andTruth(truthOf(row[1]), truthOf(row[2])),
                    andTruth(compare(row[3], integerValue(1), std::equal_to<>()),
                             compare(row[4], integerValue(100), std::equal_to<>())));
  });
}

TEST_P(SelectionTest, NullTestsAreNeverNull) {
  check("x is null", [](const Row& row) { return Truth(row[3].isNull()); });
  check("x is not null and name is null", [](const Row& row) { return Truth(!row[3].isNull() && row[5].isNull()); });
  check("(x > 1) is null", [](const Row& row) { return Truth(row[3].isNull()); });
  check("x is distinct from y", [](const Row& row) {
    if (row[3].isNull() || row[4].isNull()) return Truth(row[3].isNull() != row[4].isNull());
    return Truth(row[3].asInt128() * 100 != row[4].asInt128());
  });
}

TEST_P(SelectionTest, ComparesNumbersOfDifferentTypes) {
  const auto scaled = [](const Row& row, const std::function<bool(Int128, Int128)>& holds) {
    if (row[3].isNull() || row[4].isNull()) return Truth();
    return Truth(holds(row[3].asInt128() * 100, row[4].asInt128()));
  };
  check("x = y", [&](const Row& row) { return scaled(row, std::equal_to<>()); });
  check("x <> y", [&](const Row& row) { return scaled(row, std::not_equal_to<>()); });
  check("x < y", [&](const Row& row) { return scaled(row, std::less<>()); });
  check("x >= y", [&](const Row& row) { return scaled(row, std::greater_equal<>()); });
  check("y > 1.995", [](const Row& row) { return compare(row[4], integerValue(199), std::greater<>()); });
  check("x < 2.5", [](const Row& row) { return compare(row[3], integerValue(2), std::less_equal<>()); });
}

TEST_P(SelectionTest, BetweenIncludesItsBounds) {
  check("x between 2 and 3", [](const Row& row) {
    return andTruth(compare(row[3], integerValue(2), std::greater_equal<>()),
                    compare(row[3], integerValue(3), std::less_equal<>()));
  });
  // 1 >= 2 is false whatever y is; 3 between 1 and NULL is NULL.
  check("x not between 2 and y", [](const Row& row) {
    const Truth high =
        row[3].isNull() || row[4].isNull() ? Truth() : Truth(row[3].asInt128() * 100 <= row[4].asInt128());
    return notTruth(andTruth(compare(row[3], integerValue(2), std::greater_equal<>()), high));
  });
}

TEST_P(SelectionTest, InIsAChainOfOr) {
  const auto isOneOrThree = [](const Row& row) {
    return orTruth(compare(row[3], integerValue(1), std::equal_to<>()),
                   compare(row[3], integerValue(3), std::equal_to<>()));
  };
  check("x in (1, 3)", isOneOrThree);
  check("x not in (1, 3)", [&](const Row& row) { return notTruth(isOneOrThree(row)); });
  // A NULL in the list: never true for NOT IN.
  check("x not in (1, null)",
        [](const Row& row) { return row[3].isNull() || row[3].asInt128() != 1 ? Truth() : Truth(false); });
  check("name in ('abc', 'abcdefghijklmnop')", [](const Row& row) {
    return row[5].isNull() ? Truth() : Truth(row[5].asString() == "abc" || row[5].asString() == "abcdefghijklmnop");
  });
}

TEST_P(SelectionTest, LikeMatchesPatterns) {
  const auto onText = [](const std::function<bool(std::string_view)>& matches) {
    return [=](const Row& row) { return row[5].isNull() ? Truth() : Truth(matches(row[5].asString())); };
  };
  check("name like 'abc%'", onText([](std::string_view text) { return text.starts_with("abc"); }));
  check("name like '%bc%'", onText([](std::string_view text) { return text.contains("bc"); }));
  check("name like '%op'", onText([](std::string_view text) { return text.ends_with("op"); }));
  check("name like '_bc'", onText([](std::string_view text) { return text.size() == 3 && text.substr(1) == "bc"; }));
  check("name like ''", onText([](std::string_view text) { return text.empty(); }));
  check("name like '%'", onText([](std::string_view) { return true; }));
  check("name not like '%c'", onText([](std::string_view text) { return !text.ends_with("c"); }));
}

TEST_P(SelectionTest, StringsCompareAsBytes) {
  const auto onText = [](const std::function<bool(std::string_view)>& holds) {
    return [=](const Row& row) { return row[5].isNull() ? Truth() : Truth(holds(row[5].asString())); };
  };
  check("name = 'abcdefghijklmnop'", onText([](std::string_view text) { return text == "abcdefghijklmnop"; }));
  check("name <> 'abc'", onText([](std::string_view text) { return text != "abc"; }));
  check("name > 'abcdefghijklmnop'", onText([](std::string_view text) { return text > "abcdefghijklmnop"; }));
  check("name <= 'abc'", onText([](std::string_view text) { return text <= "abc"; }));
  check("name < ''", onText([](std::string_view) { return false; }));
}

TEST_P(SelectionTest, CaseEvaluatesItsFirstTrueBranch) {
  check("case when p then x = 1 when q then x = 2 else x is null end", [](const Row& row) {
    if (truthOf(row[1]) == Truth(true)) return compare(row[3], integerValue(1), std::equal_to<>());
    if (truthOf(row[2]) == Truth(true)) return compare(row[3], integerValue(2), std::equal_to<>());
    return Truth(row[3].isNull());
  });
  // Without ELSE it is NULL; branches not taken are not evaluated, so nothing is divided by zero.
  check("case when x <> 2 then 10 / (x - 2) > 0 end", [](const Row& row) {
    if (row[3].isNull() || row[3].asInt128() == 2) return Truth();
    return Truth(row[3].asInt128() > 2);
  });
  check("coalesce(p, q, false)", [](const Row& row) {
    if (!row[1].isNull()) return truthOf(row[1]);
    return row[2].isNull() ? Truth(false) : truthOf(row[2]);
  });
}

TEST_P(SelectionTest, ConstantConditions) {
  check("true", [](const Row&) { return Truth(true); });
  check("false", [](const Row&) { return Truth(false); });
  check("cast(null as boolean)", [](const Row&) { return Truth(); });
  check("1 = 2 or p", [](const Row& row) { return truthOf(row[1]); });
}

TEST_P(SelectionTest, ChainsOfSelectionsCountRowsExactly) {
  const PlanBuilder plan =
      PlanBuilder::scan("t", {}, sql("x >= 2")).filter(sql("y >= 2")).filter(sql("p")).filter(sql("q"));
  std::uint64_t counts[4] = {};
  for (const Row& row : rows_) {
    if (row[3].isNull() || row[3].asInt128() < 2) continue;
    ++counts[3];
    if (row[4].isNull() || row[4].asInt128() < 200) continue;
    ++counts[2];
    if (truthOf(row[1]) != Truth(true)) continue;
    ++counts[1];
    if (truthOf(row[2]) != Truth(true)) continue;
    ++counts[0];
  }
  EXPECT_EQ(run(plan.build(), catalog_).size(), counts[0]);
  for (std::size_t index = 0; index < 4; ++index) {
    EXPECT_EQ(statistics().operators[index].rowsProduced, counts[index]) << statistics().operators[index].label;
  }
}

TEST_P(SelectionTest, EmptyTableGivesNoRows) {
  TestCatalog catalog;
  catalog.add("nothing", {{"x", Type::integer(), true}}, {});
  EXPECT_TRUE(run(PlanBuilder::scan("nothing").filter(sql("x > 1")).build(), catalog).empty());
  EXPECT_EQ(statistics().rows, 0U);
}

INSTANTIATE_TEST_SUITE_P(Engines, SelectionTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
