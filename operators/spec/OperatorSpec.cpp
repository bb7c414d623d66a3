#include "operators/spec/OperatorSpec.h"

#include <fmt/format.h>

namespace basalt {

std::string_view name(OperatorKind kind) noexcept {
  switch (kind) {
    case OperatorKind::Scan:
      return "Scan";
    case OperatorKind::Values:
      return "Values";
    case OperatorKind::Selection:
      return "Selection";
    case OperatorKind::Projection:
      return "Projection";
    case OperatorKind::HashJoin:
      return "HashJoin";
    case OperatorKind::NestedLoopJoin:
      return "NestedLoopJoin";
    case OperatorKind::CrossJoin:
      return "CrossJoin";
    case OperatorKind::HashAggregation:
      return "HashAggregation";
    case OperatorKind::Sort:
      return "Sort";
    case OperatorKind::TopN:
      return "TopN";
    case OperatorKind::Limit:
      return "Limit";
    case OperatorKind::UnionAll:
      return "Union";
    case OperatorKind::Expand:
      return "Expand";
    case OperatorKind::Repeat:
      return "Repeat";
  }
  return "?";
}

std::string OperatorSpec::label() const { return fmt::format("{}#{}", name(kind), id); }

std::string JoinSpec::keysText() const {
  std::string text;
  for (std::size_t key = 0; key < keyCount(); ++key) {
    text += fmt::format("{}{} {} {}", key == 0 ? "" : " and ", probeKeys[key]->text,
                        nullSafe[key] ? "is not distinct from" : "=", buildKeys[key]->text);
  }
  return text;
}

}  // namespace basalt
