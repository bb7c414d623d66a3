#include "tests/fuzz/Outcome.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

#include "runtime/types/Calendar.h"

namespace basalt::fuzz {

namespace {

/// Intervals that compare equal are the same to the oracle's client, which knows days and microseconds only.
std::string intervalText(Interval interval) {
  const Int128 days = Int128{interval.months} * 30 + interval.days;
  return fmt::format("{}", days * kMicrosecondsPerDay + interval.microseconds);
}

bool sameNumber(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) && std::isnan(right);
  if (left == right) return true;
  if (std::isinf(left) || std::isinf(right)) return false;
  constexpr double kTolerance = 1e-9;
  // What is left of a difference of equal numbers is no reason to complain.
  constexpr double kNothing = 1e-12;
  return std::abs(left - right) <= std::max(kNothing, kTolerance * std::max(std::abs(left), std::abs(right)));
}

bool sameCell(const Cell& left, const Cell& right) {
  if (left.isNull || right.isNull) return left.isNull && right.isNull;
  return left.isNumber ? sameNumber(left.number, right.number) : left.text == right.text;
}

bool sameRow(const CellRow& left, const CellRow& right) { return std::ranges::equal(left, right, sameCell); }

/// Orders rows by what is exact first, so that numbers that differ in their last digits stand opposite each other.
bool lessRow(const CellRow& left, const CellRow& right) {
  for (std::size_t column = 0; column < std::min(left.size(), right.size()); ++column) {
    const Cell& one = left[column];
    const Cell& other = right[column];
    if (one.isNull != other.isNull) return one.isNull;
    if (one.isNumber || one.text == other.text) continue;
    return one.text < other.text;
  }
  for (std::size_t column = 0; column < std::min(left.size(), right.size()); ++column) {
    const Cell& one = left[column];
    const Cell& other = right[column];
    if (!one.isNumber || sameCell(one, other)) continue;
    if (std::isnan(one.number) || std::isnan(other.number)) return std::isnan(other.number);
    return one.number < other.number;
  }
  return left.size() < right.size();
}

std::vector<CellRow> sorted(std::vector<CellRow> rows) {
  std::ranges::stable_sort(rows, lessRow);
  return rows;
}

std::string describeRow(const CellRow& row) {
  std::string text;
  for (const Cell& cell : row) {
    text += cell.isNull ? "NULL|" : cell.isNumber ? fmt::format("{}|", cell.number) : cell.text + "|";
  }
  return text;
}

std::optional<std::string> differenceInOrder(const std::vector<CellRow>& found, const std::vector<CellRow>& expected,
                                             const std::vector<std::size_t>& columns) {
  for (std::size_t row = 0; row < found.size(); ++row) {
    for (const std::size_t column : columns) {
      if (sameCell(found[row][column], expected[row][column])) continue;
      return fmt::format("row {} in order: found {} expected {}", row, describeRow(found[row]),
                         describeRow(expected[row]));
    }
  }
  return std::nullopt;
}

std::optional<std::string> differenceOfSubset(const std::vector<CellRow>& found, const std::vector<CellRow>& all,
                                              std::uint64_t limit, std::uint64_t offset) {
  const std::uint64_t expected = std::min(limit, all.size() - std::min<std::uint64_t>(offset, all.size()));
  if (found.size() != expected)
    return fmt::format("found {} rows of {}, expected {}", found.size(), all.size(), expected);
  const std::vector<CellRow> rows = sorted(found);
  const std::vector<CellRow> pool = sorted(all);
  std::size_t position = 0;
  for (const CellRow& row : rows) {
    while (position < pool.size() && !sameRow(row, pool[position])) ++position;
    if (position++ >= pool.size()) return "a row that is not among those to pick from: " + describeRow(row);
  }
  return std::nullopt;
}

}  // namespace

Cell cellOf(const Value& value) {
  if (value.isNull()) return {};
  const Type type = value.type();
  if (type.isFloating()) return {false, true, value.asDouble(), {}};
  if (type == Type::interval()) return {false, false, 0, intervalText(value.asInterval())};
  const bool isPlain = type.id == TypeId::Date || type.id == TypeId::Time || type.id == TypeId::Timestamp;
  if (isPlain) return {false, false, 0, fmt::format("{}", value.asInt128())};
  return {false, false, 0, value.toString()};
}

Cell parseCell(Type type, const std::string& text) {
  if (type.isFloating()) return {false, true, std::strtod(text.c_str(), nullptr), {}};
  return {false, false, 0, text};
}

std::optional<std::string> difference(const std::vector<CellRow>& found, const std::vector<CellRow>& expected,
                                      const Agreement& agreement) {
  if (agreement.limitAndOffset) {
    return differenceOfSubset(found, expected, agreement.limitAndOffset->first, agreement.limitAndOffset->second);
  }
  const std::vector<CellRow> left = sorted(found);
  const std::vector<CellRow> right = sorted(expected);
  for (std::size_t row = 0; row < std::min(left.size(), right.size()); ++row) {
    if (left[row].size() != right[row].size()) return "rows of different width";
    if (!sameRow(left[row], right[row])) {
      return fmt::format("{} and {} rows; the first difference: found {} expected {}", found.size(), expected.size(),
                         describeRow(left[row]), describeRow(right[row]));
    }
  }
  if (left.size() != right.size()) {
    const auto& longer = left.size() > right.size() ? left : right;
    return fmt::format("found {} rows, expected {}; one too {}: {}", found.size(), expected.size(),
                       left.size() > right.size() ? "many" : "few",
                       describeRow(longer[std::min(left.size(), right.size())]));
  }
  if (found.empty() || agreement.order == Agreement::Order::Open) return std::nullopt;
  std::vector<std::size_t> columns = agreement.keyColumns;
  if (agreement.order == Agreement::Order::Total) {
    columns.resize(found.front().size());
    std::iota(columns.begin(), columns.end(), 0);
  }
  return differenceInOrder(found, expected, columns);
}

std::string describeRows(const std::vector<CellRow>& rows, std::size_t most) {
  std::string text;
  for (std::size_t row = 0; row < std::min(rows.size(), most); ++row) text += describeRow(rows[row]) + "\n";
  if (rows.size() > most) text += fmt::format("... {} rows in all\n", rows.size());
  return text;
}

}  // namespace basalt::fuzz
