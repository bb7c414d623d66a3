#include "operators/spec/OperatorSpec.h"
#include "operators/spec/ZoneConditions.h"

namespace basalt {
namespace {

/// Negative, zero, positive; nothing for types whose zone maps are not used.
std::optional<int> compare(const Value& left, const Value& right) {
  if (left.isNull() || right.isNull()) return {};
  const Type type = left.type();
  if (type.id != right.type().id || type.scale != right.type().scale) return {};
  if (type.isString()) return left.asString().compare(right.asString());
  if (type.isInteger() || type.isDecimal() || type.id == TypeId::Date || type.id == TypeId::Time ||
      type.id == TypeId::Timestamp) {
    const Int128 a = left.asInt128();
    const Int128 b = right.asInt128();
    return a < b ? -1 : (a > b ? 1 : 0);
  }
  return {};
}

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
  const std::optional<int> low = compare(*zone.minimum, bound);
  const std::optional<int> high = compare(*zone.maximum, bound);
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
