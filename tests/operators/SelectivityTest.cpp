#include <cmath>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "operators/expression/Binder.h"
#include "operators/plan/ExpressionParser.h"
#include "operators/spec/Selectivity.h"
#include "runtime/types/Dictionary.h"

namespace basalt {
namespace {

/// Of numbers from 1 to 100, days of 1998, the letters from a to j, and columns of which nothing is known.
class SelectivityTest : public ::testing::Test {
 protected:
  SelectivityTest() {
    // Of one byte they lie in their handles.
    for (char letter = 'a'; letter <= 'j'; ++letter) letters_.push_back(StringView::make(&letter, 1));
    Field letter{"letter", Type::integer(), false};
    letter.dictionary = std::make_shared<const Dictionary>(letters_, Type::varchar(), true, nullptr);
    schema_ = Schema({{"number", Type::integer(), false},
                      {"day", Type::date(), false},
                      letter,
                      {"any", Type::integer(), false},
                      {"fraction", Type::doublePrecision(), false}});
    const Int128 newYear = bind("day = date '1998-01-01'")->arguments[1]->literal.asInt128();
    ranges_ = {ValueRange{1, 100}, ValueRange{newYear, newYear + 364}, ValueRange{0, 9}};
  }

  ExpressionPointer bind(std::string_view text) const {
    return bindCondition(parseExpression(text), schema_, "$.here");
  }
  /// In thousandths.
  std::int64_t share(std::string_view text) const { return std::lround(1000 * selectivity(*bind(text), ranges_)); }

  std::vector<StringView> letters_;
  Schema schema_;
  ColumnRanges ranges_;
};

TEST_F(SelectivityTest, ComparisonsTakeTheirPartOfTheRange) {
  EXPECT_EQ(share("number = 7"), 10);
  EXPECT_EQ(share("number <> 7"), 990);
  EXPECT_EQ(share("number < 11"), 100);
  EXPECT_EQ(share("number <= 10"), 100);
  EXPECT_EQ(share("number > 90"), 100);
  EXPECT_EQ(share("number >= 91"), 100);
  EXPECT_EQ(share("91 <= number"), 100);
  EXPECT_EQ(share("11 > number"), 100);
  EXPECT_EQ(share("not number < 11"), 900);
}

TEST_F(SelectivityTest, WhatNoValueMeetsTakesNothing) {
  EXPECT_EQ(share("number = 101"), 0);
  EXPECT_EQ(share("number < 1"), 0);
  EXPECT_EQ(share("number > 60 and number < 40"), 0);
  EXPECT_EQ(share("number < 1000"), 1000);
}

TEST_F(SelectivityTest, BothBoundsOfAColumnAreOneCondition) {
  EXPECT_EQ(share("number >= 41 and number <= 50"), 100);
  EXPECT_EQ(share("number between 41 and 50"), 100);
  EXPECT_EQ(share("day >= date '1998-02-01' and day < date '1998-02-01' + interval '1' month"), 77);
  // Columns are independent.
  EXPECT_EQ(share("number >= 41 and letter = 'c' and number <= 50"), 10);
}

TEST_F(SelectivityTest, AlternativesOverlap) { EXPECT_EQ(share("number <= 50 or letter = 'a'"), 550); }

TEST_F(SelectivityTest, StringsCountByTheirCodes) {
  EXPECT_EQ(share("letter = 'c'"), 100);
  EXPECT_EQ(share("letter <> 'c'"), 900);
  EXPECT_EQ(share("letter = 'no letter'"), 0);
  EXPECT_EQ(share("letter in ('a', 'c', 'x')"), 200);
  EXPECT_EQ(share("letter >= 'i'"), 200);
  EXPECT_EQ(share("letter like '%e%'"), 100);
}

TEST_F(SelectivityTest, ListsCountTheirMembers) {
  EXPECT_EQ(share("number in (1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39)"), 200);
}

TEST_F(SelectivityTest, WithoutARangeThereAreRulesOfThumb) {
  EXPECT_EQ(share("any = 3"), 50);
  EXPECT_EQ(share("any <> 3"), 950);
  EXPECT_EQ(share("any < 3"), 300);
  EXPECT_EQ(share("fraction >= 0.5e0"), 300);
  EXPECT_EQ(share("number = any"), 50);
  EXPECT_EQ(share("any < 3 and number <= 10"), 30);
}

}  // namespace
}  // namespace basalt
