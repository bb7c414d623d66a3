#include "operators/spec/DictionaryCodes.h"

#include <algorithm>

namespace basalt {

std::optional<std::uint32_t> dictionaryCodeCount(const OperatorSpec& spec, std::uint32_t column) {
  if (spec.output[column].nullable) return {};
  switch (spec.kind) {
    case OperatorKind::Scan:
    case OperatorKind::Values: {
      const auto& scan = static_cast<const ScanSpec&>(spec);
      const std::uint32_t tableColumn = scan.readColumns[scan.outputColumns[column]];
      if (scan.table->encoding(tableColumn).kind != ColumnEncoding::Kind::Dictionary) return {};
      return std::max<std::uint32_t>(static_cast<std::uint32_t>(scan.table->dictionary(tableColumn).size()), 1);
    }
    case OperatorKind::Selection:
    case OperatorKind::Limit:
      return dictionaryCodeCount(*spec.children[0], column);
    case OperatorKind::Projection: {
      const Expression& expression = *static_cast<const ProjectionSpec&>(spec).expressions[column];
      if (expression.kind != Expression::Kind::Column) return {};
      return dictionaryCodeCount(*spec.children[0], expression.column);
    }
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin: {
      const auto& join = static_cast<const JoinSpec&>(spec);
      const std::uint32_t joined = join.outputColumns[column];
      // Where build rows are put out by themselves, rows come from another source.
      if (joined >= join.probeColumnCount() || join.buildOutput != JoinSpec::BuildOutput::Nothing) return {};
      return dictionaryCodeCount(join.probe(), joined);
    }
    case OperatorKind::HashAggregation:
    case OperatorKind::SortAggregation:
    case OperatorKind::Sort:
    case OperatorKind::TopN:
    case OperatorKind::UnionAll:
    case OperatorKind::Expand:
    case OperatorKind::Repeat:
    case OperatorKind::Window:
      return {};
  }
  return {};
}

}  // namespace basalt
