#pragma once

#include <cstddef>
#include <vector>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {

/// One key of an ORDER BY on a column, for oracles.
struct OrderKey {
  std::size_t column = 0;
  bool descending = false;
  bool nullsFirst = false;
};

/// Less than 0, 0, or more than 0: the order of two values that are not NULL.
int compareValues(const Value& left, const Value& right);
/// The same for rows.
int compareRows(const Row& left, const Row& right, const std::vector<OrderKey>& keys);

/// The rows in order; equal rows keep their places.
Rows sortRows(Rows rows, const std::vector<OrderKey>& keys);

/// Fails unless `found` is ordered by the keys and holds the same rows as `expected`.
void expectSorted(const Rows& found, const Rows& expected, const std::vector<OrderKey>& keys);

/// Fails unless `found` could be rows [offset, offset + limit) of `all` in some order by the keys: ties may fall either
/// way.
void expectTop(const Rows& found, const Rows& all, const std::vector<OrderKey>& keys, std::size_t limit,
               std::size_t offset);

}  // namespace basalt::testing
