#include "tests/engine/support/WindowOracle.h"

#include <algorithm>

namespace basalt::testing {
namespace {

using Kind = FrameBound::Kind;
using Unit = WindowFrame::Unit;

const std::string kNull = "NULL";

std::string bigIntText(std::int64_t value) { return bigIntValue(value).toString(); }

Value sumOf(const std::vector<const Value*>& values) {
  const Type type = values.front()->type();
  if (type.isFloating()) {
    double sum = 0;
    for (const Value* value : values) sum += value->asDouble();
    return Value::floating(Type::doublePrecision(), sum);
  }
  Int128 sum = 0;
  for (const Value* value : values) sum += value->asInt128();
  return Value::decimal(Type::decimal(Type::kMaxPrecision, type.scale), sum);
}

std::string averageOf(const std::vector<const Value*>& values) {
  const Value sum = sumOf(values);
  double total = sum.type().isFloating() ? sum.asDouble() : static_cast<double>(sum.asInt128());
  for (int digit = 0; digit < sum.type().scale; ++digit) total /= 10;
  return doubleValue(total / static_cast<double>(values.size())).toString();
}

/// `values` are those of the frame that are not NULL.
std::string aggregate(const std::string& function, std::size_t rows, const std::vector<const Value*>& values) {
  if (function == "count_rows") return bigIntText(static_cast<std::int64_t>(rows));
  if (function == "count") return bigIntText(static_cast<std::int64_t>(values.size()));
  if (values.empty()) return kNull;
  const auto isLess = [](const Value* left, const Value* right) { return compareValues(*left, *right) < 0; };
  if (function == "sum") return sumOf(values).toString();
  if (function == "avg") return averageOf(values);
  if (function == "min") return (*std::ranges::min_element(values, isLess))->toString();
  if (function == "max") return (*std::ranges::max_element(values, isLess))->toString();
  if (function == "string_agg") {
    std::string text;
    for (const Value* value : values) text += "; " + value->asString();
    return text.substr(2);
  }
  if (function == "any_value") return values.front()->toString();
  ADD_FAILURE() << "the oracle does not know " << function;
  return "";
}

}  // namespace

double orderNumber(const Value& value) {
  return value.type().isFloating() ? value.asDouble() : static_cast<double>(value.asInt128());
}

WindowOracle::WindowOracle(const Rows& rows, const std::vector<std::size_t>& partitionBy, std::vector<OrderKey> orderBy)
    : rows_(rows), orderBy_(std::move(orderBy)) {
  std::vector<OrderKey> partitionKeys;
  for (const std::size_t column : partitionBy) partitionKeys.push_back({column, false, false});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool isFirst = row == 0;
    const bool newPartition = isFirst || compareRows(rows[row - 1], rows[row], partitionKeys) != 0;
    const bool newGroup = newPartition || compareRows(rows[row - 1], rows[row], orderBy_) != 0;
    partitions_.push_back((isFirst ? 0 : partitions_.back()) + (newPartition ? 1 : 0));
    groups_.push_back((isFirst ? 0 : groups_.back()) + (newGroup ? 1 : 0));
  }
}

bool WindowOracle::isWithin(std::size_t row, std::size_t other, const OracleFrame& frame, bool isStart) const {
  const OracleBound& bound = isStart ? frame.start : frame.end;
  if (bound.kind == Kind::UnboundedPreceding || bound.kind == Kind::UnboundedFollowing) return true;
  const double sign = bound.kind == Kind::Preceding ? -1 : bound.kind == Kind::Following ? 1 : 0;
  double distance = 0;
  if (frame.unit == Unit::Rows) {
    distance = static_cast<double>(other) - static_cast<double>(row);
  } else if (frame.unit == Unit::Groups || bound.kind == Kind::CurrentRow) {
    distance = static_cast<double>(groups_[other] - groups_[row]);
  } else {
    const OrderKey& key = orderBy_.front();
    const Value& own = rows_[row][key.column];
    const Value& theirs = rows_[other][key.column];
    if (own.isNull() || theirs.isNull()) {
      // NULLs are peers, and before or behind all values by as much as you like.
      if (own.isNull() && theirs.isNull()) return true;
      const bool isBefore = other < row;
      return isStart ? !isBefore : isBefore;
    }
    distance = orderNumber(theirs) - orderNumber(own);
    if (key.descending) distance = -distance;
  }
  return isStart ? distance >= sign * bound.distance : distance <= sign * bound.distance;
}

std::string WindowOracle::inPartition(const OracleCall& call, std::size_t row, std::size_t begin,
                                      std::size_t end) const {
  const auto size = static_cast<std::int64_t>(end - begin);
  const auto place = static_cast<std::int64_t>(row - begin);
  if (call.function == "row_number") return bigIntText(place + 1);
  if (call.function == "dense_rank") return bigIntText(groups_[row] - groups_[begin] + 1);
  std::int64_t before = 0;
  std::int64_t upTo = 0;
  for (std::size_t other = begin; other < end; ++other) {
    if (groups_[other] == groups_[row]) {
      ++upTo;
    } else if (other < row) {
      ++upTo;
      ++before;
    }
  }
  if (call.function == "rank") return bigIntText(before + 1);
  if (call.function == "percent_rank") {
    return doubleValue(size == 1 ? 0 : static_cast<double>(before) / static_cast<double>(size - 1)).toString();
  }
  if (call.function == "cume_dist") {
    return doubleValue(static_cast<double>(upTo) / static_cast<double>(size)).toString();
  }
  // ntile: deal out the rows, the first tiles one more while there is a remainder.
  std::int64_t tiles = call.number;
  if (call.numberColumn) {
    const Value& number = rows_[row][*call.numberColumn];
    if (number.isNull()) return kNull;
    tiles = static_cast<std::int64_t>(number.asInt128());
  }
  std::int64_t next = 0;
  for (std::int64_t tile = 0;; ++tile) {
    next += size / tiles + (tile < size % tiles ? 1 : 0);
    if (place < next) return bigIntText(tile + 1);
  }
}

std::string WindowOracle::shifted(const OracleCall& call, std::size_t row, std::size_t begin, std::size_t end) const {
  std::int64_t distance = call.number;
  if (call.numberColumn) {
    const Value& number = rows_[row][*call.numberColumn];
    if (number.isNull()) return kNull;
    distance = static_cast<std::int64_t>(number.asInt128());
  }
  if (call.function == "lag") distance = -distance;
  const std::int64_t step = distance < 0 ? -1 : 1;
  auto position = static_cast<std::int64_t>(row);
  while (distance != 0) {
    position += step;
    if (position < static_cast<std::int64_t>(begin) || position >= static_cast<std::int64_t>(end)) {
      return call.defaultColumn ? rows_[row][*call.defaultColumn].toString() : kNull;
    }
    const Value& value = rows_[static_cast<std::size_t>(position)][*call.argument];
    if (!call.ignoreNulls || !value.isNull()) distance -= step;
  }
  return rows_[static_cast<std::size_t>(position)][*call.argument].toString();
}

std::string WindowOracle::inFrame(const OracleCall& call, std::size_t row,
                                  const std::vector<std::size_t>& frame) const {
  const bool isValue = call.function.ends_with("_value") && call.function != "any_value";
  std::vector<const Value*> values;
  std::size_t rows = 0;
  for (const std::size_t other : frame) {
    if (call.filter) {
      const Value& passes = rows_[other][*call.filter];
      if (passes.isNull() || !passes.asBool()) continue;
    }
    ++rows;
    if (!call.argument) continue;
    const Value& value = rows_[other][*call.argument];
    if (!value.isNull() || (isValue && !call.ignoreNulls)) values.push_back(&value);
  }
  if (!isValue) return aggregate(call.function, rows, values);
  std::int64_t index = call.function == "last_value" ? static_cast<std::int64_t>(values.size()) - 1 : call.number - 1;
  if (call.numberColumn) {
    const Value& number = rows_[row][*call.numberColumn];
    if (number.isNull()) return kNull;
    index = static_cast<std::int64_t>(number.asInt128()) - 1;
  }
  if (index < 0 || index >= static_cast<std::int64_t>(values.size())) return kNull;
  return values[static_cast<std::size_t>(index)]->toString();
}

std::vector<std::vector<std::string>> WindowOracle::results(const std::vector<OracleCall>& calls,
                                                            const OracleFrame& frame) const {
  std::vector<std::vector<std::string>> results(rows_.size());
  for (std::size_t begin = 0, end = 0; begin < rows_.size(); begin = end) {
    end = begin + 1;
    while (end < rows_.size() && partitions_[end] == partitions_[begin]) ++end;
    for (std::size_t row = begin; row < end; ++row) {
      std::vector<std::size_t> inside;
      for (std::size_t other = begin; other < end; ++other) {
        if (isWithin(row, other, frame, true) && isWithin(row, other, frame, false)) inside.push_back(other);
      }
      for (const OracleCall& call : calls) {
        const std::string& name = call.function;
        const bool isRank = name.ends_with("rank") || name == "row_number" || name == "cume_dist" || name == "ntile";
        results[row].push_back(name == "lag" || name == "lead" ? shifted(call, row, begin, end)
                               : isRank                        ? inPartition(call, row, begin, end)
                                                               : inFrame(call, row, inside));
      }
    }
  }
  return results;
}

}  // namespace basalt::testing
