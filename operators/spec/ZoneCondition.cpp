#include "operators/spec/OperatorSpec.h"
#include "operators/spec/ZoneConditions.h"

namespace basalt {
namespace {

struct NamedComparison {
  std::string_view kernel;
  ZoneCondition::Comparison comparison;
  /// What it is with the sides exchanged.
  ZoneCondition::Comparison mirrored;
};

using enum ZoneCondition::Comparison;
constexpr NamedComparison kComparisons[] = {
    {"equal", Equal, Equal},
    {"less", Less, Greater},
    {"less_equal", LessEqual, GreaterEqual},
    {"greater", Greater, Less},
    {"greater_equal", GreaterEqual, LessEqual},
};

}  // namespace

bool ZoneCondition::mayMatch(const ZoneMap& zone) const {
  // Unknown bounds exclude nothing.
  if (!zone.minimum || !zone.maximum) return true;
  const std::optional<int> low = compareBounds(*zone.minimum, bound);
  const std::optional<int> high = compareBounds(*zone.maximum, bound);
  if (!low || !high) return true;
  switch (comparison) {
    case Comparison::Equal:
      return *low <= 0 && *high >= 0;
    case Comparison::Less:
      return *low < 0;
    case Comparison::LessEqual:
      return *low <= 0;
    case Comparison::Greater:
      return *high > 0;
    case Comparison::GreaterEqual:
      return *high >= 0;
  }
  return true;
}

void collectZoneConditions(const Expression& filter, std::vector<ZoneCondition>& conditions) {
  if (filter.kind == Expression::Kind::And) {
    for (const ExpressionPointer& argument : filter.arguments) {
      collectZoneConditions(*argument, conditions);
    }
    return;
  }
  if (filter.kind != Expression::Kind::Call || filter.arguments.size() != 2) return;
  const Expression* left = filter.arguments[0].get();
  const Expression* right = filter.arguments[1].get();
  const bool mirrored = left->kind == Expression::Kind::Literal;
  if (mirrored) std::swap(left, right);
  if (left->kind != Expression::Kind::Column || right->kind != Expression::Kind::Literal) return;
  for (const NamedComparison& known : kComparisons) {
    if (filter.kernel->name != known.kernel) continue;
    conditions.push_back({left->column, mirrored ? known.mirrored : known.comparison, right->literal});
  }
}

}  // namespace basalt
