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
  std::shared_ptr<const Table> find(std::string_view name) const override {
    return name == "words" ? table_ : nullptr;
  }
  std::vector<std::string> tableNames() const override { return {"words"}; }

 private:
  std::shared_ptr<const Table> table_;
};

/// The same rows behind dictionaries of every kind, and without one.
class DictionaryCodesTest : public QueryTest {
 protected:
  DictionaryCodesTest() {
    RandomRows random(77);
    seed_ = random.seedText();
    std::vector<std::string> words;
    for (int word = 0; word < 40; ++word) words.push_back(random.text() + std::to_string(word));
    // What only its end tells apart from another one, beyond what a sort key holds of it.
    words.push_back("the same beginning, one end");
    words.push_back("the same beginning, another end");
    std::vector<std::size_t> wordOf(kRows);
    std::vector<bool> isNull(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      wordOf[row] = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(words.size()) - 1));
      isNull[row] = random.chance(10);
    }
    std::vector<std::string> ascending = words;
    std::ranges::sort(ascending);
    std::vector<std::string> repeating = words;
    repeating.insert(repeating.end(), words.begin(), words.end());
    add(DictionaryOrder::Ascending, ascending, words, wordOf, isNull);
    add(DictionaryOrder::Distinct, words, words, wordOf, isNull);
    add(DictionaryOrder::Repeating, repeating, words, wordOf, isNull);
    std::vector<std::vector<Value>> rows;
    for (std::size_t row = 0; row < kRows; ++row) {
      rows.push_back({isNull[row] ? Value::null(Type::varchar()) : textValue(words[wordOf[row]]),
                      integerValue(static_cast<std::int64_t>(row * 7 % 50))});
    }
    MemoryTable::Options options;
    options.encoding = EncodingChoice::Plain;
    options.chunkRows = kChunkRows;
    plain_ = std::make_unique<OneTable>(MemoryTable::fromRows(
        "words", Schema({{"word", Type::varchar(), true}, {"n", Type::integer(), false}}), rows, options));
  }

  /// The rows of a plan, by each kind of dictionary, must be those without one; in their order, where it has one.
  void expectSame(const PlanBuilder& plan, bool isOrdered = false) {
    SCOPED_TRACE(seed_);
    const auto text = [&](const Rows& rows) { return isOrdered ? lines(rows) : sortedLines(rows); };
    const std::vector<std::string> expected = text(run(plan.build(), *plain_));
    EXPECT_FALSE(expected.empty());
    for (const auto& catalog : coded_) EXPECT_EQ(text(run(plan.build(), *catalog)), expected);
  }

  std::vector<std::unique_ptr<OneTable>> coded_;
  std::unique_ptr<OneTable> plain_;

 private:
  void add(DictionaryOrder order, const std::vector<std::string>& dictionary, const std::vector<std::string>& words,
           const std::vector<std::size_t>& wordOf, const std::vector<bool>& isNull) {
    std::vector<std::uint16_t> codes;
    for (std::size_t row = 0; row < kRows; ++row) {
      // Of a string that is there twice, now the one, now the other.
      const auto from = dictionary.begin() + static_cast<std::ptrdiff_t>(
                                                 row % 2 == 1 && dictionary.size() > words.size() ? words.size() : 0);
      codes.push_back(
          static_cast<std::uint16_t>(std::find(from, dictionary.end(), words[wordOf[row]]) - dictionary.begin()));
    }
    coded_.push_back(std::make_unique<OneTable>(std::make_shared<HostTable>(order, dictionary, codes, isNull)));
  }

  std::string seed_;
};

const PlanBuilder kWords = PlanBuilder::scan("words");

TEST_P(DictionaryCodesTest, PassThroughOperators) {
  expectSame(kWords);
  expectSame(PlanBuilder::scan("words", {"n", "word"}, sql("word like '%1%' or n = 3")));
  expectSame(kWords.filter(sql("word > 'b'")).project({{"w", col("word")}, {"x", sql("upper(word)")}, {"n", col("n")}}));
  expectSame(kWords.project({{"again", col("word")}, {"word", col("word")}, {"none", sql("word is null")}}));
}

TEST_P(DictionaryCodesTest, Groups) {
  expectSame(kWords.aggregate({{"word", col("word")}}, {{"c", "count", {}}, {"s", "sum", col("n")}}));
  expectSame(kWords.filter(sql("word is not null"))
                 .aggregate({{"word", col("word")}, {"n", col("n")}}, {{"c", "count", {}}}));
  expectSame(kWords.aggregate({}, {{"least", "min", col("word")}, {"most", "max", col("word")}}));
  expectSame(kWords.aggregate({{"n", col("n")}},
                              {{"words", "count", col("word"), true}, {"least", "min", col("word")}}));
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
  expectSame(kWords.hashJoin(some, {col("n")}, {col("m")}).aggregate(
      {{"word", col("word")}, {"other", col("other")}}, {{"c", "count", {}}}));
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
  EXPECT_EQ(keyType(*coded_[0]), Type::integer());
  EXPECT_EQ(keyType(*coded_[1]), Type::integer());
  EXPECT_EQ(keyType(*coded_[2]), Type::varchar());
  EXPECT_EQ(keyType(*plain_), Type::varchar());
}

INSTANTIATE_TEST_SUITE_P(Engines, DictionaryCodesTest, ::testing::ValuesIn(allVariants()), variantName);

}  // namespace
}  // namespace basalt::testing
