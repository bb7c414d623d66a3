#include <algorithm>
#include <cmath>
#include <utility>

#include "tests/fuzz/PlanGenerator.h"

namespace basalt::fuzz {

namespace {

/// Joins of more pairs than this get smaller inputs.
constexpr double kMostPairs = 100'000;

}  // namespace

Relation PlanGenerator::renamed(Relation input) {
  std::vector<NamedExpr> expressions;
  Exactnesses exactnesses;
  for (const RelationColumn& column : input.columns) {
    expressions.push_back({newName(), col(column.name)});
    exactnesses[expressions.back().name] = column.exactness;
  }
  const PlanBuilder plan = input.plan.project(std::move(expressions));
  const double rows = input.rows;
  return bindOr(std::move(input), plan, exactnesses, rows);
}

Relation PlanGenerator::shrunk(Relation input, double rows) {
  if (input.rows <= rows) return input;
  if (!isExact(input)) {
    std::vector<NamedExpr> kept;
    for (const RelationColumn& column : input.columns) {
      if (column.exactness != Exactness::Inexact) kept.push_back({column.name, col(column.name)});
    }
    if (kept.empty()) kept.push_back({newName(), lit(std::int64_t{1})});
    const PlanBuilder plan = input.plan.project(std::move(kept));
    input = bindOr(input, plan, {}, input.rows);
  }
  const PlanBuilder plan = input.plan.topN(sortKeys(input, true), static_cast<std::uint64_t>(rows));
  return bindOr(std::move(input), plan, {}, rows);
}

std::vector<JoinKey> PlanGenerator::joinKeys(const Relation& left, const Relation& right) {
  ExpressionGenerator leftSide(random_, left.columns);
  ExpressionGenerator rightSide(random_, right.columns);
  std::vector<JoinKey> keys;
  const std::int64_t count = random_.chance(70) ? 1 : 2;
  for (std::int64_t index = 0; index < count; ++index) {
    Type type = leftSide.anyType();
    for (int attempt = 0; attempt < 6 && !(leftSide.column(type) && rightSide.column(type)); ++attempt) {
      type = attempt % 2 == 0 ? rightSide.anyType() : leftSide.anyType();
    }
    const auto side = [&](ExpressionGenerator& expressions) {
      std::optional<Expr> column = expressions.column(type);
      return column && random_.chance(85) ? *column : expressions.make(type, 1);
    };
    Expr leftKey = side(leftSide);
    Expr rightKey = side(rightSide);
    keys.push_back({std::move(leftKey), std::move(rightKey), random_.chance(12)});
  }
  return keys;
}

Relation PlanGenerator::join(Relation left, Relation right) {
  if (left.rows * right.rows > kMostPairs) {
    left = shrunk(std::move(left), std::sqrt(kMostPairs));
    right = shrunk(std::move(right), std::sqrt(kMostPairs));
  }
  right = renamed(std::move(right));
  static const std::vector<JoinType> kTypes = {
      JoinType::Inner,     JoinType::Inner, JoinType::Inner,    JoinType::Left,      JoinType::Left,
      JoinType::Right,     JoinType::Full,  JoinType::LeftSemi, JoinType::RightSemi, JoinType::LeftAnti,
      JoinType::RightAnti, JoinType::Mark,  JoinType::Mark,     JoinType::Single};
  JoinContent content;
  content.type = random_.pick(kTypes);
  content.mark = newName();
  const bool needsRight = content.type == JoinType::Mark || content.type == JoinType::Single;
  if (random_.chance(50)) content.build = needsRight || random_.chance(50) ? JoinSide::Right : JoinSide::Left;
  std::vector<RelationColumn> pair = left.columns;
  pair.insert(pair.end(), right.columns.begin(), right.columns.end());
  const std::int64_t choice = random_.integer(0, 99);
  if (random_.chance(choice < 80 ? 30 : 90)) content.condition = ExpressionGenerator(random_, pair).condition(2);
  double rows = left.rows * right.rows / 3;
  if (content.type != JoinType::Inner) rows = std::max({rows, left.rows, right.rows});
  std::optional<Relation> result;
  if (choice < 80) {
    HashJoinNode node;
    static_cast<JoinContent&>(node) = content;
    node.keys = joinKeys(left, right);
    result = bind(left.plan.join(right.plan, node), {&left, &right}, {}, rows);
  } else if (choice < 94) {
    NestedLoopJoinNode node;
    static_cast<JoinContent&>(node) = content;
    result = bind(left.plan.join(right.plan, node), {&left, &right}, {}, rows);
  } else {
    result = bind(left.plan.crossJoin(right.plan, {content.build, {}}), {&left, &right}, {}, rows * 3);
  }
  if (!result) {
    // An inner join of the same keys is better than none.
    HashJoinNode node;
    node.keys = joinKeys(left, right);
    result = bind(left.plan.join(right.plan, node), {&left, &right}, {}, rows);
  }
  if (!result) return left;
  return result->rows > 5000 && random_.chance(70) ? aggregation(std::move(*result)) : std::move(*result);
}

Relation PlanGenerator::setOperation(Relation left, Relation right) {
  using Kind = SetOperationNode::Kind;
  static const std::vector<Kind> kKinds = {Kind::Union, Kind::Union, Kind::Union, Kind::Intersect, Kind::Except};
  SetOperationNode operation{random_.pick(kKinds), random_.chance(60)};
  if (!(operation.kind == Kind::Union && operation.all) && !isExact(left)) operation = {Kind::Union, true};
  // The columns of the others follow the first's types, or come close.
  std::vector<PlanBuilder> others;
  Exactnesses exactnesses;
  for (const RelationColumn& column : left.columns)
    exactnesses[column.name] = std::max(column.exactness, Exactness::Exact);
  const std::int64_t count = random_.chance(85) ? 1 : 2;
  double rows = left.rows;
  for (std::int64_t index = 0; index < count; ++index) {
    ExpressionGenerator expressions(random_, right.columns);
    std::vector<NamedExpr> list;
    for (const RelationColumn& column : left.columns) {
      std::optional<Expr> same = expressions.column(column.type);
      list.push_back({newName(), same && random_.chance(80) ? *same : expressions.make(column.type, 1)});
    }
    others.push_back(right.plan.project(std::move(list)));
    rows += right.rows;
  }
  std::optional<Relation> result = bind(left.plan.combine(others, operation), {&left}, exactnesses, rows);
  if (!result) result = bind(left.plan.combine(others, {Kind::Union, true}), {&left}, exactnesses, rows);
  return result ? std::move(*result) : std::move(left);
}

}  // namespace basalt::fuzz
