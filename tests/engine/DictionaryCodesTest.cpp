#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/RandomRows.h"

namespace basalt::testing {
namespace {

constexpr std::size_t kRows = 600;
constexpr std::size_t kChunkRows = 250;

/// A table as a host may bring it: a column of strings behind 16-bit codes, whose dictionary is in any order, and a
/// column of numbers.
class HostTable final : public Table {
 public:
  HostTable(DictionaryOrder order, std::vector<std::string> dictionary, const std::vector<std::uint16_t>& codes,
            const std::vector<bool>& isNull)
      : order_(order),
        texts_(std::move(dictionary)),
        codes_(codes),
        numbers_(codes.size() + 16),
        validity_(codes.size() / 8 + 16) {
    // 64 bytes behind the last value may be read.
    codes_.resize(codes.size() + 64);
    for (const std::string& text : texts_) {
      strings_.push_back(StringView::make(text.data(), static_cast<std::uint32_t>(text.size())));
    }
    for (std::size_t row = 0; row < codes.size(); ++row) {
      numbers_[row] = static_cast<std::int32_t>(row * 7 % 50);
      if (!isNull[row]) validity_[row / 8] |= static_cast<std::uint8_t>(1U << row % 8);
      // What lies under a NULL is no code.
      if (isNull[row]) codes_[row] = 0xffff;
    }
  }

  const std::string& name() const noexcept override { return name_; }
  const Schema& schema() const noexcept override { return schema_; }
  std::uint64_t rowCount() const noexcept override { return kRows; }
  ColumnEncoding encoding(std::size_t column) const override {
    return column == 0 ? ColumnEncoding{ColumnEncoding::Kind::Dictionary, 2, true}
                       : ColumnEncoding{ColumnEncoding::Kind::Plain, 4, false};
  }
  std::span<const StringView> dictionary(std::size_t column) const override {
    return column == 0 ? std::span<const StringView>(strings_) : std::span<const StringView>();
  }
  DictionaryOrder dictionaryOrder(std::size_t) const override { return order_; }
  std::size_t chunkCount() const noexcept override { return 1; }
  std::uint64_t chunkRows(std::size_t) const override { return kRows; }
  ColumnSlice slice(std::size_t, std::size_t column) const override {
    if (column == 0) {
      return {reinterpret_cast<const std::byte*>(codes_.data()), validity_.data(), strings_.data(), nullptr};  // NOLINT
    }
    return {reinterpret_cast<const std::byte*>(numbers_.data()), nullptr, nullptr, nullptr};  // NOLINT
  }
  const ZoneMap& zoneMap(std::size_t, std::size_t) const override { return zone_; }

 private:
  std::string name_ = "words";
  Schema schema_{{{"word", Type::varchar(), true}, {"n", Type::integer(), false}}};
  DictionaryOrder order_;
  std::vector<std::string> texts_;
  std::vector<StringView> strings_;
  std::vector<std::uint16_t> codes_;
  std::vector<std::int32_t> numbers_;
  std::vector<std::uint8_t> validity_;
  ZoneMap zone_{std::nullopt, std::nullopt, true};
};

/// Finds one table, under the name "words".
class OneTable final : public Catalog {
 public:
  explicit OneTable(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const Table> find(std::string_view name) const override { return name == "words" ? table_ : nullptr; }
  std::vector<std::string> tableNames() const override { return {"words"}; }

 private:
  std::shared_ptr<const Table> table_;
};

/// The same rows behind dictionaries of every kind, and without one.
struct Words {
  Words(RandomRows& random, int count) {
    for (int word = 0; word < count; ++word) words.push_back(random.text() + std::to_string(word));
    // What only its end tells apart from another one, beyond what a sort key holds of it.
    words.emplace_back("the same beginning, one end");
    words.emplace_back("the same beginning, another end");
    for (std::size_t row = 0; row < kRows; ++row) {
      wordOf.push_back(static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(words.size()) - 1)));
      isNull.push_back(random.chance(10));
    }
    std::vector<std::string> ascending = words;
    std::ranges::sort(ascending);
    std::vector<std::string> repeating = words;
    repeating.insert(repeating.end(), words.begin(), words.end());
    add(DictionaryOrder::Ascending, ascending);
    add(DictionaryOrder::Distinct, words);
    add(DictionaryOrder::Repeating, repeating);
    Rows rows;
    for (std::size_t row = 0; row < kRows; ++row) {
      rows.push_back({isNull[row] ? Value::null(Type::varchar()) : textValue(words[wordOf[row]]),
                      integerValue(static_cast<std::int64_t>(row * 7 % 50))});
    }
    MemoryTable::Options options;
    options.encoding = EncodingChoice::Plain;
    options.chunkRows = kChunkRows;
    plain = std::make_unique<OneTable>(MemoryTable::fromRows(
        "words", Schema({{"word", Type::varchar(), true}, {"n", Type::integer(), false}}), rows, options));
  }

  void add(DictionaryOrder order, const std::vector<std::string>& dictionary) {
    std::vector<std::uint16_t> codes;
    for (std::size_t row = 0; row < kRows; ++row) {
      // Of a string that is there twice, now the one, now the other.
      const bool isSecond = row % 2 == 1 && dictionary.size() > words.size();
      const auto from = dictionary.begin() + static_cast<std::ptrdiff_t>(isSecond ? words.size() : 0);
      codes.push_back(
          static_cast<std::uint16_t>(std::find(from, dictionary.end(), words[wordOf[row]]) - dictionary.begin()));
    }
    coded.push_back(std::make_unique<OneTable>(std::make_shared<HostTable>(order, dictionary, codes, isNull)));
  }

  std::vector<std::string> words;
  std::vector<std::size_t> wordOf;
  std::vector<bool> isNull;
  /// By order of the dictionary: ascending, distinct, repeating.
  std::vector<std::unique_ptr<OneTable>> coded;
  std::unique_ptr<OneTable> plain;
};

class DictionaryCodesTest : public QueryTest {
 protected:
  DictionaryCodesTest() : random_(77), few_(random_, 20), many_(random_, 150) {}

  /// The rows of a plan, by each kind of dictionary, must be those without one; in their order, where it has one.
  void expectSame(const PlanBuilder& plan, bool isOrdered = false) {
    SCOPED_TRACE(random_.seedText());
    const auto text = [&](const Rows& rows) { return isOrdered ? lines(rows) : sortedLines(rows); };
    for (const Words* words : {&few_, &many_}) {
      const std::vector<std::string> expected = text(run(plan.build(), *words->plain));
      for (const auto& catalog : words->coded) EXPECT_EQ(text(run(plan.build(), *catalog)), expected);
    }
  }

  RandomRows random_;
  Words few_;
  Words many_;
};

const PlanBuilder kWords = PlanBuilder::scan("words");

TEST_P(DictionaryCodesTest, PassThroughOperators) {
  expectSame(kWords);
  expectSame(PlanBuilder::scan("words", {"n", "word"}, sql("word like '%1%' or n = 3")));
  expectSame(
      kWords.filter(sql("word > 'b'")).project({{"w", col("word")}, {"x", sql("upper(word)")}, {"n", col("n")}}));
  expectSame(kWords.project({{"again", col("word")}, {"word", col("word")}, {"none", sql("word is null")}}));
}

TEST_P(DictionaryCodesTest, Conditions) {
  const std::string first = "'" + std::string("the same beginning, one end") + "'";
  const std::vector<std::string> conditions = {"word = " + first,
                                               "word <> " + first,
                                               "word = 'nowhere'",
                                               std::string("word <> 'nowhere'"),
                                               "word < 'b'",
                                               std::string("word between 'a' and 'm'"),
                                               std::string("word >= 'the'"),
                                               "word like 'the same%'",
                                               std::string("not (word like '%1%')"),
                                               "word like '%1%' or word like '%2%'",
                                               "word like '%1%' and not (word > 'c') and n > 3",
                                               "word in ('nowhere', " + first + ") or n = 3",
                                               "upper(word) like '%A%'",
                                               std::string("length(word) > 3 or word is null"),
                                               "coalesce(word, 'none') <> 'none'",
                                               std::string("word || 'x' = word || 'x' and word <> ''"),
                                               "case when word < 'b' then n > 20 else word like '%1' end",
                                               "word is distinct from 'nowhere'"};
  for (const std::string& condition : conditions) {
    SCOPED_TRACE(condition);
    expectSame(PlanBuilder::scan("words", {}, sql(condition)));
    expectSame(PlanBuilder::scan("words", {"n"}, sql(condition)));
    expectSame(kWords.filter(sql(condition)));
    expectSame(kWords.project({{"n", col("n")}, {"holds", sql(condition)}}));
  }
}

TEST_P(DictionaryCodesTest, Groups) {
  expectSame(kWords.aggregate({{"word", col("word")}}, {{"c", "count", {}}, {"s", "sum", col("n")}}));
  expectSame(
      kWords.filter(sql("word is not null")).aggregate({{"word", col("word")}, {"n", col("n")}}, {{"c", "count", {}}}));
  expectSame(kWords.aggregate({}, {{"least", "min", col("word")}, {"most", "max", col("word")}}));
  expectSame(
      kWords.aggregate({{"n", col("n")}}, {{"words", "count", col("word"), true}, {"least", "min", col("word")}}));
  expectSame(kWords.aggregate({{"word", col("word")}}, {{"numbers", "count", col("n"), true}, {"c", "count", {}}}));
  expectSame(kWords.distinct());
  HashAggregationNode sets;
  sets.groupBy = {{"word", col("word")}, {"n", col("n")}};
  sets.groupingSets = {{0, 1}, {0}, {}};
  sets.aggregates = {{"c", "count", {}}, {"words", "count", col("word"), true}};
  expectSame(kWords.aggregate(sets));
}

TEST_P(DictionaryCodesTest, Orders) {
  expectSame(kWords.sort({ascending("word"), descending("n")}), true);
  expectSame(kWords.sort({descending("word"), ascending("n")}), true);
  expectSame(kWords.topN({descending("n"), ascending("word")}, 50, 3), true);
  WindowNode window;
  window.partitionBy = {col("word")};
  window.orderBy = {ascending("n")};
  window.functions = {{.name = "r", .function = "rank"},
                      {.name = "first", .function = "first_value", .arguments = {col("word")}}};
  expectSame(kWords.window(window));
  window.partitionBy = {sql("n % 3")};
  window.orderBy = {ascending("word")};
  expectSame(kWords.window(window));
}

TEST_P(DictionaryCodesTest, Joins) {
  const PlanBuilder some = kWords.filter(sql("n < 5")).project({{"other", col("word")}, {"m", col("n")}});
  expectSame(kWords.hashJoin(some, {col("word")}, {col("other")}));
  expectSame(kWords.hashJoin(some, {col("n")}, {col("m")})
                 .aggregate({{"word", col("word")}, {"other", col("other")}}, {{"c", "count", {}}}));
  for (const JoinType type : {JoinType::Left, JoinType::Right, JoinType::Full}) {
    HashJoinNode join;
    join.type = type;
    join.keys = {{sql("n + 40"), col("m")}};
    expectSame(kWords.join(some, join));
    // Keys that are computed, and strings that a join makes NULL.
    join.keys = {{sql("word || 'x'"), sql("other || 'x'")}};
    expectSame(kWords.join(some, join).aggregate({{"other", col("other")}}, {{"c", "count", {}}}));
  }
}

TEST_P(DictionaryCodesTest, SetsOfDifferentDictionaries) {
  const PlanBuilder strings = kWords.project({{"word", sql("substring(word, 1, 3)")}});
  const PlanBuilder words = kWords.project({{"word", col("word")}});
  for (const auto kind : {SetOperationNode::Kind::Union, SetOperationNode::Kind::Except}) {
    SetOperationNode operation;
    operation.kind = kind;
    expectSame(words.combine({strings}, operation));
    operation.all = true;
    expectSame(words.combine({strings, strings}, operation));
  }
}

TEST_P(DictionaryCodesTest, CodesStandForStringsWhereTheyMay) {
  const PlanBuilder plan = kWords.aggregate({{"word", col("word")}}, {{"c", "count", {}}});
  const auto keyType = [&](const Catalog& catalog) {
    const BoundPlan bound = bindPlan(plan.build(), catalog);
    const OperatorSpec* spec = bound.root.get();
    while (asAggregation(*spec) == nullptr) spec = spec->children.at(0).get();
    return asAggregation(*spec)->inputs.front().keys.front()->type;
  };
  EXPECT_EQ(keyType(*few_.coded[0]), Type::integer());
  EXPECT_EQ(keyType(*few_.coded[1]), Type::integer());
  EXPECT_EQ(keyType(*few_.coded[2]), Type::varchar());
  EXPECT_EQ(keyType(*few_.plain), Type::varchar());
}

INSTANTIATE_TEST_SUITE_P(Engines, DictionaryCodesTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
