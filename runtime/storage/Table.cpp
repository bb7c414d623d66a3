#include "runtime/storage/Table.h"

namespace basalt {
namespace {

/// The bound that lies further to the `side`: -1 for the smaller one, 1 for the larger one.
std::optional<Value> further(const std::optional<Value>& left, const std::optional<Value>& right, int side) {
  if (!left || !right) return std::nullopt;
  const std::optional<int> order = compareBounds(*left, *right);
  if (!order) return std::nullopt;
  return *order * side >= 0 ? left : right;
}

}  // namespace

std::optional<int> compareBounds(const Value& left, const Value& right) {
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

std::optional<NumberBounds> numberBounds(const ZoneMap& zone, std::int64_t unit) {
  if (!zone.minimum || !zone.maximum) return {};
  return NumberBounds{zone.minimum->asInt128() / unit, zone.maximum->asInt128() / unit};
}

std::int64_t baseOf(const ColumnEncoding& encoding, const ZoneMap& zone) {
  if (!encoding.hasBase()) return 0;
  const std::optional<NumberBounds> bounds = numberBounds(zone, encoding.unit);
  if (!bounds) return 0;
  // Rounded up: of as many bytes, one negative number more than positive ones can be told.
  return static_cast<std::int64_t>(bounds->least + (bounds->most - bounds->least + 1) / 2);
}

void ZoneMap::unite(const ZoneMap& other) {
  minimum = further(minimum, other.minimum, -1);
  maximum = further(maximum, other.maximum, 1);
  hasNulls = hasNulls || other.hasNulls;
}

ZoneMap Table::columnZone(std::size_t column) const {
  ZoneMap united;
  for (std::size_t chunk = 0; chunk < chunkCount(); ++chunk) {
    if (chunk == 0) {
      united = zoneMap(chunk, column);
    } else {
      united.unite(zoneMap(chunk, column));
    }
  }
  return united;
}

}  // namespace basalt
