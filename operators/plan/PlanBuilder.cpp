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

PlanBuilder PlanBuilder::scan(std::string table, std::vector<std::string> columns, std::optional<Expr> filter,
                              std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges) {
  return {ScanNode{std::move(table), std::move(columns), std::move(filter), std::move(ranges)}, {}, 1};
}

PlanBuilder PlanBuilder::filter(Expr predicate) const { return append(SelectionNode{std::move(predicate)}); }

PlanBuilder PlanBuilder::project(std::vector<NamedExpr> expressions) const {
  return append(ProjectionNode{std::move(expressions)});
}

PlanBuilder PlanBuilder::hashJoin(const PlanBuilder& build, std::vector<Expr> probeKeys, std::vector<Expr> buildKeys,
                                  std::optional<Expr> condition, std::vector<std::string> output) const {
  return {HashJoinNode{JoinType::Inner, std::move(buildKeys), std::move(probeKeys), std::move(condition),
                       std::move(output)},
          {build.root_, root_},
          std::max(build.depth_, depth_) + 1};
}

PlanBuilder PlanBuilder::aggregate(std::vector<NamedExpr> groupBy, std::vector<AggregateCall> aggregates) const {
  return append(HashAggregationNode{std::move(groupBy), std::move(aggregates)});
}

PlanBuilder PlanBuilder::sort(std::vector<SortKey> keys) const { return append(SortNode{std::move(keys)}); }

PlanBuilder PlanBuilder::topN(std::vector<SortKey> keys, std::uint64_t limit, std::uint64_t offset) const {
  return append(TopNNode{std::move(keys), limit, offset});
}

PlanBuilder PlanBuilder::limit(std::uint64_t limit, std::uint64_t offset) const {
  return append(LimitNode{limit, offset});
}

}  // namespace basalt
