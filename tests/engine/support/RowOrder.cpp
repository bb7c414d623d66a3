#include "tests/engine/support/RowOrder.h"

#include <algorithm>
#include <map>

#include "runtime/types/Interval.h"

namespace basalt::testing {
namespace {

template <typename T>
int compareThreeWay(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

}  // namespace

int compareValues(const Value& left, const Value& right) {
  const Type type = left.type();
  if (type.isFloating()) return compareThreeWay(left.asDouble(), right.asDouble());
  if (type.isString()) return compareThreeWay(left.asString(), right.asString());
  if (type == Type::boolean()) return compareThreeWay(left.asBool(), right.asBool());
  if (type == Type::interval()) return compareThreeWay(normalise(left.asInterval()), normalise(right.asInterval()));
  return compareThreeWay(left.asInt128(), right.asInt128());
}

int compareRows(const Row& left, const Row& right, const std::vector<OrderKey>& keys) {
  for (const OrderKey& key : keys) {
    const Value& a = left[key.column];
    const Value& b = right[key.column];
    if (a.isNull() && b.isNull()) continue;
    if (a.isNull() || b.isNull()) return a.isNull() == key.nullsFirst ? -1 : 1;
    const int order = compareValues(a, b);
    if (order != 0) return key.descending ? -order : order;
  }
  return 0;
}

Rows sortRows(Rows rows, const std::vector<OrderKey>& keys) {
  std::ranges::stable_sort(rows, [&](const Row& left, const Row& right) { return compareRows(left, right, keys) < 0; });
  return rows;
}

namespace {

void expectOrdered(const Rows& rows, const std::vector<OrderKey>& keys) {
  for (std::size_t row = 1; row < rows.size(); ++row) {
    ASSERT_LE(compareRows(rows[row - 1], rows[row], keys), 0)
        << "row " << row << " is out of order: " << lines({rows[row - 1]})[0] << " before " << lines({rows[row]})[0];
  }
}

}  // namespace

void expectSorted(const Rows& found, const Rows& expected, const std::vector<OrderKey>& keys) {
  expectOrdered(found, keys);
  EXPECT_EQ(sortedLines(found), sortedLines(expected));
}

void expectTop(const Rows& found, const Rows& all, const std::vector<OrderKey>& keys, std::size_t limit,
               std::size_t offset) {
  expectOrdered(found, keys);
  const Rows sorted = sortRows(all, keys);
  const std::size_t begin = std::min(offset, sorted.size());
  const std::size_t count = std::min(limit, sorted.size() - begin);
  ASSERT_EQ(found.size(), count);
  std::map<std::string, int> available;
  for (const std::string& line : lines(all)) ++available[line];
  const std::vector<std::string> foundLines = lines(found);
  for (std::size_t row = 0; row < count; ++row) {
    ASSERT_EQ(compareRows(found[row], sorted[begin + row], keys), 0)
        << "row " << row << " is " << foundLines[row] << " instead of " << lines({sorted[begin + row]})[0];
    ASSERT_GE(--available[foundLines[row]], 0) << "row " << row << " came too often: " << foundLines[row];
  }
}

}  // namespace basalt::testing
