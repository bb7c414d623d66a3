#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/storage/ColumnGuess.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt {
namespace {

constexpr std::array<std::size_t, 2> kBothChunks = {0, 1};
constexpr std::uint32_t kChunkRows = 1000;

/// Of a plain column of two chunks.
ColumnGuess guess(const Field& field, const std::vector<Value>& values,
                  EncodingChoice encoding = EncodingChoice::Plain) {
  std::vector<std::vector<Value>> rows;
  for (const Value& value : values) rows.push_back({value});
  const auto table = MemoryTable::fromRows("t", Schema({field}), rows, {encoding, kChunkRows, nullptr});
  return guessColumn(*table, 0, kBothChunks);
}

/// One that holds `common` but for some rows from `begin` on.
ColumnGuess guessBigInts(std::int64_t common, const std::vector<std::int64_t>& others, std::size_t begin) {
  std::vector<Value> values(2 * kChunkRows, Value::integer(Type::bigInt(), common));
  for (std::size_t index = 0; index < others.size(); ++index) {
    values[begin + index] = Value::integer(Type::bigInt(), others[index]);
  }
  return guess({"v", Type::bigInt(), false}, values);
}

TEST(ColumnGuess, WidthsLeaveSomeRoom) {
  EXPECT_EQ(guessBigInts(0, {}, 0).width, 1);
  EXPECT_EQ(guessBigInts(31, {}, 0).width, 1);
  EXPECT_EQ(guessBigInts(32, {}, 0).width, 2);
  EXPECT_EQ(guessBigInts(-32, {}, 0).width, 1);
  EXPECT_EQ(guessBigInts(-33, {}, 0).width, 2);
  EXPECT_EQ(guessBigInts(10'494'950, {}, 0).width, 4);
  EXPECT_EQ(guessBigInts((std::int64_t{1} << 53) - 1, {}, 0).width, 7);
  EXPECT_EQ(guessBigInts(std::int64_t{1} << 53, {}, 0).width, 0);
  EXPECT_EQ(guessBigInts(INT64_MIN, {}, 0).width, 0);
}

TEST(ColumnGuess, LooksAtBothEndsOfEachChunk) {
  for (const std::size_t row :
       {std::size_t{0}, std::size_t{255}, std::size_t{744}, std::size_t{999}, std::size_t{1000}, std::size_t{1999}}) {
    EXPECT_EQ(guessBigInts(1, {1000}, row).width, 2) << row;
  }
  EXPECT_EQ(guessBigInts(1, {1000}, 500).width, 1);
}

TEST(ColumnGuess, EightValuesAreFew) {
  EXPECT_TRUE(guessBigInts(0, {1, 2, 3, 4, 5, 6, 7}, 0).hasFewValues);
  EXPECT_FALSE(guessBigInts(0, {1, 2, 3, 4, 5, 6, 7, 8}, 0).hasFewValues);
}

TEST(ColumnGuess, StringsAreFewWhereTheirHandlesAre) {
  const auto texts = [](const std::string& text) {
    return guess({"v", Type::varchar(), false},
                 std::vector<Value>(2 * kChunkRows, Value::string(Type::varchar(), text)));
  };
  EXPECT_EQ(texts("twelve bytes"), (ColumnGuess{.width = 0, .hasFewValues = true}));
  // Each of them lies somewhere else.
  EXPECT_EQ(texts("thirteen byte"), ColumnGuess{});
}

TEST(ColumnGuess, NothingIsGuessedOfNullsAndOfOtherEncodings) {
  std::vector<Value> values(2 * kChunkRows, Value::integer(Type::bigInt(), 1));
  EXPECT_EQ(guess({"v", Type::bigInt(), false}, values, EncodingChoice::Automatic), ColumnGuess{});
  EXPECT_EQ(guess({"v", Type::doublePrecision(), false},
                  std::vector<Value>(kChunkRows * 2, Value::floating(Type::doublePrecision(), 1))),
            ColumnGuess{});
  values[700] = Value::null(Type::bigInt());
  EXPECT_EQ(guess({"v", Type::bigInt(), true}, values), ColumnGuess{});
}

TEST(ColumnGuess, OfFewRowsAllAreLookedAt) {
  const std::vector<Value> values(3, Value::integer(Type::integer(), 70'000));
  std::vector<std::vector<Value>> rows;
  for (const Value& value : values) rows.push_back({value});
  const auto table = MemoryTable::fromRows("t", Schema({{"v", Type::integer(), false}}), rows,
                                           {EncodingChoice::Plain, kChunkRows, nullptr});
  EXPECT_EQ(guessColumn(*table, 0, std::array<std::size_t, 2>{0, 0}), (ColumnGuess{.width = 3, .hasFewValues = true}));
  EXPECT_EQ(guessColumn(*table, 0, {}), ColumnGuess{});
}

}  // namespace
}  // namespace basalt
