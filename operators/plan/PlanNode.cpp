#include "operators/plan/PlanNode.h"

namespace basalt {

namespace {

struct OperatorName {
  std::string_view operator()(const ScanNode&) const { return "Scan"; }
  std::string_view operator()(const SelectionNode&) const { return "Selection"; }
  std::string_view operator()(const ProjectionNode&) const { return "Projection"; }
  std::string_view operator()(const HashJoinNode&) const { return "HashJoin"; }
  std::string_view operator()(const NestedLoopJoinNode&) const { return "NestedLoopJoin"; }
  std::string_view operator()(const CrossJoinNode&) const { return "CrossJoin"; }
  std::string_view operator()(const HashAggregationNode&) const { return "HashAggregation"; }
  std::string_view operator()(const SortAggregationNode&) const { return "SortAggregation"; }
  std::string_view operator()(const SortNode&) const { return "Sort"; }
  std::string_view operator()(const TopNNode&) const { return "TopN"; }
  std::string_view operator()(const LimitNode&) const { return "Limit"; }
  std::string_view operator()(const DistinctNode&) const { return "Distinct"; }
  std::string_view operator()(const SetOperationNode& operation) const {
    switch (operation.kind) {
      case SetOperationNode::Kind::Union:
        return "Union";
      case SetOperationNode::Kind::Intersect:
        return "Intersect";
      case SetOperationNode::Kind::Except:
        return "Except";
    }
    return "Unknown";
  }
  std::string_view operator()(const ValuesNode&) const { return "Values"; }
  std::string_view operator()(const ExpandNode&) const { return "Expand"; }
  std::string_view operator()(const WindowNode&) const { return "Window"; }
};

}  // namespace

std::string_view operatorName(const PlanNode& node) { return std::visit(OperatorName(), node.content); }

std::string_view name(JoinType type) noexcept {
  switch (type) {
    case JoinType::Inner:
      return "inner";
    case JoinType::Left:
      return "left";
    case JoinType::Right:
      return "right";
    case JoinType::Full:
      return "full";
    case JoinType::LeftSemi:
      return "leftSemi";
    case JoinType::RightSemi:
      return "rightSemi";
    case JoinType::LeftAnti:
      return "leftAnti";
    case JoinType::RightAnti:
      return "rightAnti";
    case JoinType::Mark:
      return "mark";
    case JoinType::Single:
      return "single";
  }
  return "unknown";
}

}  // namespace basalt
