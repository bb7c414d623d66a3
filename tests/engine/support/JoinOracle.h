#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {

/// A Boolean of SQL: nothing is NULL.
using Truth = std::optional<bool>;
/// Whether a left and a right row match.
using PairCondition = std::function<Truth(const Row& left, const Row& right)>;

/// a AND b
Truth both(Truth left, Truth right);
/// a = b, by text; NULL when one of them is NULL.
Truth equalValues(const Value& left, const Value& right);
/// a IS NOT DISTINCT FROM b
Truth notDistinct(const Value& left, const Value& right);
/// a < b for integers.
Truth lessValues(const Value& left, const Value& right);

/// A join by comparing all pairs, as the SQL standard defines its type. Rows have `leftWidth` and `rightWidth` columns.
/// A left row of a Single join must not have two matches.
Rows joinRows(JoinType type, const Rows& left, std::size_t leftWidth, const Rows& right, std::size_t rightWidth,
              const PairCondition& condition);

/// All types of joins.
std::vector<JoinType> allJoinTypes();
/// The sides that a join of this type may build.
std::vector<JoinSide> buildSides(JoinType type);

}  // namespace basalt::testing
