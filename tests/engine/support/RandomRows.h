#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {

/// Random data for property tests. The same seed gives the same data; the environment variable BASALT_TEST_SEED
/// replaces the seed that a test asks for.
class RandomRows {
 public:
  explicit RandomRows(std::uint64_t seed);

  /// What to say when a test fails, so that it can be run again.
  std::string seedText() const;

  /// Within [low, high].
  std::int64_t integer(std::int64_t low, std::int64_t high);
  bool chance(int percent) { return integer(1, 100) <= percent; }
  /// Small numbers most of the time: half of them are 0, a quarter 1, and so on.
  std::int64_t skewed();
  /// Mostly short texts of few letters, sometimes empty, sometimes with a long common prefix, sometimes with bytes that
  /// sort behind all letters or are zero.
  std::string text();

  /// A value of a column: NULL if it may be, an extreme of its type, or something small that will meet its like.
  Value value(const Field& field);
  Rows rows(const std::vector<Field>& fields, std::size_t count);

 private:
  std::uint64_t seed_;
  std::mt19937_64 generator_;
};

/// A column of every type that a table can hold, all nullable: "flag", "tiny", "small", "id", "big", "price", "wide",
/// "ratio", "measure", "day", "moment", "name".
std::vector<Field> allTypeFields();

}  // namespace basalt::testing
