#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/plan/PlanNode.h"
#include "runtime/ExecutionError.h"

namespace basalt {

PlanBuilder::PlanBuilder(PlanNode::Content content, std::vector<PlanPointer> children, std::uint32_t depth)
    : depth_(depth) {
  auto node = std::make_shared<PlanNode>(std::move(content), std::move(children));
  if (depth > PlanNode::kMaxDepth) {
    throw ExecutionError(ErrorCode::InvalidPlan, std::string(operatorName(*node)),
                         fmt::format("operators nest deeper than the limit of {}", PlanNode::kMaxDepth));
  }
  root_ = std::move(node);
}

PlanBuilder PlanBuilder::append(PlanNode::Content content) const { return {std::move(content), {root_}, depth_ + 1}; }

PlanBuilder PlanBuilder::combine(PlanNode::Content content, const std::vector<PlanBuilder>& others) const {
  std::vector<PlanPointer> children{root_};
  std::uint32_t depth = depth_;
  for (const PlanBuilder& other : others) {
    children.push_back(other.root_);
    depth = std::max(depth, other.depth_);
  }
  return {std::move(content), std::move(children), depth + 1};
}

PlanBuilder PlanBuilder::scan(std::string table, std::vector<std::string> columns, std::optional<Expr> filter,
                              std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges) {
  return {ScanNode{std::move(table), std::move(columns), std::move(filter), std::move(ranges)}, {}, 1};
}

PlanBuilder PlanBuilder::filter(Expr predicate) const { return append(SelectionNode{std::move(predicate)}); }

PlanBuilder PlanBuilder::project(std::vector<NamedExpr> expressions) const {
  return append(ProjectionNode{std::move(expressions)});
}

PlanBuilder PlanBuilder::values(ValuesNode values) { return {std::move(values), {}, 1}; }

PlanBuilder PlanBuilder::hashJoin(const PlanBuilder& right, std::vector<Expr> leftKeys, std::vector<Expr> rightKeys,
                                  std::optional<Expr> condition, std::vector<std::string> output) const {
  if (leftKeys.size() != rightKeys.size()) {
    throw ExecutionError(ErrorCode::InvalidPlan, "HashJoin",
                         fmt::format("keys must pair up, got {} and {}", leftKeys.size(), rightKeys.size()));
  }
  HashJoinNode node;
  for (std::size_t key = 0; key < leftKeys.size(); ++key) {
    node.keys.push_back({std::move(leftKeys[key]), std::move(rightKeys[key])});
  }
  node.condition = std::move(condition);
  node.output = std::move(output);
  return join(right, std::move(node));
}

PlanBuilder PlanBuilder::join(const PlanBuilder& right, HashJoinNode join) const {
  return combine(std::move(join), {right});
}

PlanBuilder PlanBuilder::join(const PlanBuilder& right, NestedLoopJoinNode join) const {
  return combine(std::move(join), {right});
}

PlanBuilder PlanBuilder::crossJoin(const PlanBuilder& right, CrossJoinNode join) const {
  return combine(std::move(join), {right});
}

PlanBuilder PlanBuilder::aggregate(std::vector<NamedExpr> groupBy, std::vector<AggregateCall> aggregates) const {
  return append(HashAggregationNode{{std::move(groupBy), std::move(aggregates)}, {}, {}});
}

PlanBuilder PlanBuilder::aggregate(HashAggregationNode aggregation) const { return append(std::move(aggregation)); }

PlanBuilder PlanBuilder::sortAggregate(std::vector<NamedExpr> groupBy, std::vector<AggregateCall> aggregates) const {
  return append(SortAggregationNode{{std::move(groupBy), std::move(aggregates)}});
}

PlanBuilder PlanBuilder::window(WindowNode window) const { return append(std::move(window)); }

PlanBuilder PlanBuilder::sort(std::vector<SortKey> keys, bool stable) const {
  return append(SortNode{std::move(keys), stable});
}

PlanBuilder PlanBuilder::topN(std::vector<SortKey> keys, std::uint64_t limit, std::uint64_t offset) const {
  return append(TopNNode{std::move(keys), limit, offset});
}

PlanBuilder PlanBuilder::limit(std::uint64_t limit, std::uint64_t offset) const {
  return append(LimitNode{limit, offset});
}

PlanBuilder PlanBuilder::distinct() const { return append(DistinctNode{}); }

PlanBuilder PlanBuilder::combine(const std::vector<PlanBuilder>& others, SetOperationNode operation) const {
  return combine(PlanNode::Content(operation), others);
}

PlanBuilder PlanBuilder::expand(std::vector<std::vector<NamedExpr>> projections) const {
  return append(ExpandNode{std::move(projections)});
}

}  // namespace basalt
