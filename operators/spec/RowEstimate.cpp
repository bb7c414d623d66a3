#include "operators/spec/RowEstimate.h"

#include <algorithm>
#include <cmath>

#include "operators/spec/RangeDerivation.h"
#include "operators/spec/Selectivity.h"

namespace basalt {
namespace {

/// Of the rows of a semi-join.
constexpr double kMatchedShare = 0.5;
/// Exponent that turns rows into groups.
constexpr double kGroupExponent = 0.75;

double estimateScan(const ScanSpec& scan) {
  double rows = static_cast<double>(scan.table->rowCount());
  if (!scan.ranges.empty()) {
    double inRanges = 0;
    for (const auto& [begin, end] : scan.ranges) inRanges += static_cast<double>(end - begin);
    rows = std::min(rows, inRanges);
  }
  return scan.filter ? rows * selectivity(*scan.filter, scan.readRanges) : rows;
}

double estimateJoin(const JoinSpec& join) {
  const double left = join.children[0]->estimatedRows;
  const double right = join.children[1]->estimatedRows;
  const double pairs = join.keyCount() == 0 ? left * right : std::max(left, right);
  const double matches = join.condition ? pairs * selectivity(*join.condition, joinedRanges(join)) : pairs;
  switch (join.type) {
    case JoinType::Inner:
      return matches;
    case JoinType::Left:
      return std::max(matches, left);
    case JoinType::Right:
      return std::max(matches, right);
    case JoinType::Full:
      return std::max(matches, left + right);
    case JoinType::LeftSemi:
    case JoinType::LeftAnti:
      return left * kMatchedShare;
    case JoinType::RightSemi:
    case JoinType::RightAnti:
      return right * kMatchedShare;
    case JoinType::Mark:
    case JoinType::Single:
      return left;
  }
  return matches;
}

double limited(double rows, std::uint64_t limit) { return std::min(rows, static_cast<double>(limit)); }

}  // namespace

double estimateRows(const OperatorSpec& spec) {
  const double input = spec.children.empty() ? 0 : spec.children[0]->estimatedRows;
  switch (spec.kind) {
    case OperatorKind::Scan:
    case OperatorKind::Values:
      return estimateScan(static_cast<const ScanSpec&>(spec));
    case OperatorKind::Selection:
      return input * selectivity(*static_cast<const SelectionSpec&>(spec).predicate, spec.children[0]->valueRanges);
    case OperatorKind::Projection:
    case OperatorKind::Sort:
    case OperatorKind::Window:
      return input;
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      return estimateJoin(static_cast<const JoinSpec&>(spec));
    case OperatorKind::SortAggregation:
    case OperatorKind::HashAggregation: {
      const auto& aggregation = static_cast<const AggregationSpec&>(spec);
      if (aggregation.passesRows) return input;
      return aggregation.keyCount() == 0 ? 1 : std::pow(input, kGroupExponent);
    }
    case OperatorKind::TopN:
      return limited(input, static_cast<const TopNSpec&>(spec).limit);
    case OperatorKind::Limit:
      return limited(input, static_cast<const LimitSpec&>(spec).limit);
    case OperatorKind::Expand:
      return input * static_cast<double>(static_cast<const ExpandSpec&>(spec).projections.size());
    case OperatorKind::Repeat:
      return input;
    case OperatorKind::UnionAll: {
      double rows = 0;
      for (const SpecPointer& child : spec.children) rows += child->estimatedRows;
      return rows;
    }
  }
  return input;
}

namespace {

using RowBound = std::optional<std::uint64_t>;

RowBound addBounds(RowBound left, RowBound right) {
  std::uint64_t sum = 0;
  if (!left || !right || __builtin_add_overflow(*left, *right, &sum)) return std::nullopt;
  return sum;
}

RowBound multiplyBounds(RowBound left, RowBound right) {
  std::uint64_t product = 0;
  if (!left || !right || __builtin_mul_overflow(*left, *right, &product)) return std::nullopt;
  return product;
}

RowBound mostJoined(const JoinSpec& join) {
  const RowBound left = mostRows(*join.children[0]);
  const RowBound right = mostRows(*join.children[1]);
  switch (join.type) {
    case JoinType::LeftSemi:
    case JoinType::LeftAnti:
    case JoinType::Mark:
    case JoinType::Single:
      return left;
    case JoinType::RightSemi:
    case JoinType::RightAnti:
      return right;
    case JoinType::Inner:
    case JoinType::Left:
    case JoinType::Right:
    case JoinType::Full:
      // Pairs, and rows of both sides that have no partner.
      return addBounds(multiplyBounds(left, right), addBounds(left, right));
  }
  return std::nullopt;
}

}  // namespace

RowBound mostRows(const OperatorSpec& spec) {
  switch (spec.kind) {
    case OperatorKind::Scan:
    case OperatorKind::Values:
      return static_cast<const ScanSpec&>(spec).table->rowCount();
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      return mostJoined(static_cast<const JoinSpec&>(spec));
    case OperatorKind::HashAggregation:
    case OperatorKind::SortAggregation:
      return addBounds(mostRows(*spec.children[0]), static_cast<const AggregationSpec&>(spec).standingGroups.size());
    case OperatorKind::Expand:
      return multiplyBounds(mostRows(*spec.children[0]), static_cast<const ExpandSpec&>(spec).projections.size());
    case OperatorKind::UnionAll: {
      RowBound sum = 0;
      for (const SpecPointer& child : spec.children) sum = addBounds(sum, mostRows(*child));
      return sum;
    }
    case OperatorKind::Selection:
    case OperatorKind::Projection:
    case OperatorKind::Sort:
    case OperatorKind::TopN:
    case OperatorKind::Limit:
    case OperatorKind::Window:
      return mostRows(*spec.children[0]);
    case OperatorKind::Repeat:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace basalt
