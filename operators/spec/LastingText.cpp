#include "operators/spec/LastingText.h"

#include <algorithm>
#include <utility>

#include "operators/expression/DictionaryCodes.h"

namespace basalt {
namespace {

bool joinedTextLasts(const JoinSpec& join, std::uint32_t joined) {
  const auto probeColumns = static_cast<std::uint32_t>(join.probeColumnCount());
  if (joined < probeColumns) return textLasts(join.probe(), joined);
  // The mark is no string.
  if (join.probeOutput == JoinSpec::ProbeOutput::Marked) return false;
  return join.layout.column(join.storedColumnOf[joined - probeColumns]).sharesText;
}

}  // namespace

bool textLasts(const Expression& value, const OperatorSpec& input) {
  if (value.kind == Expression::Kind::Column) return textLasts(input, value.column);
  if (value.kind == Expression::Kind::Literal) return true;
  // A dictionary's strings are its table's.
  return isDecoding(value);
}

bool textLasts(const OperatorSpec& spec, std::uint32_t column) {
  switch (spec.kind) {
    case OperatorKind::Scan:
    case OperatorKind::Values:
      return true;
    case OperatorKind::Selection:
    case OperatorKind::Limit:
    case OperatorKind::Repeat:
      return textLasts(*spec.children[0], column);
    case OperatorKind::Sort:
    case OperatorKind::TopN:
    case OperatorKind::Window:
      // The input's columns come first. What a window's functions yield may be made by them.
      return column < spec.children[0]->output.size() && sortedRowsOf(spec).layout.column(column).sharesText;
    case OperatorKind::Projection:
      return textLasts(*static_cast<const ProjectionSpec&>(spec).expressions[column], *spec.children[0]);
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin: {
      const auto& join = static_cast<const JoinSpec&>(spec);
      return joinedTextLasts(join, join.outputColumns[column]);
    }
    case OperatorKind::HashAggregation:
    case OperatorKind::SortAggregation: {
      const auto& aggregation = static_cast<const AggregationSpec&>(spec);
      return column < aggregation.keyCount() && aggregation.layout.column(column).sharesText;
    }
    case OperatorKind::UnionAll:
      return std::ranges::all_of(spec.children, [&](const SpecPointer& child) { return textLasts(*child, column); });
    case OperatorKind::Expand:
      return std::ranges::all_of(static_cast<const ExpandSpec&>(spec).projections,
                                 [&](const auto& list) { return textLasts(*list[column], *spec.children[0]); });
  }
  std::unreachable();
}

}  // namespace basalt
