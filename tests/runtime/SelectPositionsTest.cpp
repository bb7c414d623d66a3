#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/batch/SelectPositions.h"

namespace basalt {
namespace {

/// Masks of every length up to some vectors, few and many of whose bytes are 1.
template <class Visit>
void forEachMask(Visit visit) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (std::size_t count = 0; count <= 200; ++count) {
    for (const unsigned percent : {0U, 3U, 50U, 97U, 100U}) {
      // Exactly as long, so that reading beyond the end is found out.
      std::vector<std::uint8_t> mask(count);
      std::ranges::generate(mask, [&] { return random() % 100 < percent ? 1 : 0; });
      visit(mask);
    }
  }
}

TEST(SelectPositions, SelectsWhereTheMaskIsSet) {
  for (const std::uint32_t first : {0U, 1000U}) {
    forEachMask([first](const std::vector<std::uint8_t>& mask) {
      std::vector<std::uint32_t> expected;
      for (std::uint32_t position = 0; position < mask.size(); ++position) {
        if (mask[position] != 0) expected.push_back(first + position);
      }
      std::vector<std::uint32_t> positions(mask.size() + kSelectionPadding);
      positions.resize(selectPositions(mask.data(), mask.size(), first, positions.data()));
      ASSERT_EQ(positions, expected);
    });
  }
}

TEST(SelectPositions, CountsPositionsBelowABound) {
  const std::vector<std::uint32_t> positions = {0, 3, 4, 9};
  for (std::uint64_t bound = 0; bound <= 11; ++bound) {
    const auto expected = std::ranges::count_if(positions, [bound](std::uint32_t each) { return each < bound; });
    EXPECT_EQ(positionsBelow(positions.data(), positions.size(), bound), static_cast<std::uint64_t>(expected));
  }
  EXPECT_EQ(positionsBelow(positions.data(), positions.size(), std::uint64_t{1} << 40), positions.size());
  EXPECT_EQ(positionsBelow(nullptr, 0, 5), 0U);
}

}  // namespace
}  // namespace basalt
