#include "operators/plan/PlanNode.h"

#include <array>

namespace basalt {

std::string_view operatorName(const PlanNode& node) {
  // In the order of PlanNode::Content.
  static constexpr std::array<std::string_view, std::variant_size_v<PlanNode::Content>> kNames = {
      "Scan", "Selection", "Projection", "HashJoin", "HashAggregation", "Sort", "TopN", "Limit"};
  return kNames[node.content.index()];
}

}  // namespace basalt
