#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "operators/spec/ZoneConditions.h"
#include "runtime/types/Dictionary.h"

namespace basalt {

namespace {

/// Null pointer when the column is to be read as what it is.
std::shared_ptr<const Dictionary> dictionaryOf(const std::shared_ptr<const Table>& table, std::uint32_t column) {
  const Type type = table->schema()[column].type;
  const DictionaryOrder order = table->dictionaryOrder(column);
  if (!type.isString() || table->encoding(column).kind != ColumnEncoding::Kind::Dictionary) return nullptr;
  const std::span<const StringView> strings = table->dictionary(column);
  constexpr std::size_t kMostCodes = std::numeric_limits<std::int32_t>::max();
  if (order == DictionaryOrder::Repeating || strings.size() > kMostCodes) return nullptr;
  return std::make_shared<const Dictionary>(strings, type, order == DictionaryOrder::Ascending, table);
}

/// The columns of a table, of which it is known whether they really hold NULLs.
Schema heldColumns(const Table& table) {
  Schema held;
  for (std::size_t column = 0; column < table.schema().size(); ++column) {
    Field field = table.schema()[column];
    field.nullable = field.nullable && table.encoding(column).nullable;
    held.append(std::move(field));
  }
  return held;
}

/// The columns, of which those of `used` that have dictionaries are codes.
Schema withDictionaries(const Schema& held, const std::shared_ptr<const Table>& table,
                        const std::set<std::uint32_t>& used) {
  Schema coded;
  for (std::uint32_t column = 0; column < held.size(); ++column) {
    Field field = held[column];
    if (used.contains(column)) field.dictionary = dictionaryOf(table, column);
    if (field.dictionary) field.type = Type::integer();
    coded.append(std::move(field));
  }
  return coded;
}

}  // namespace

SpecPointer bindScan(const ScanNode& scan, const Catalog& catalog, const std::string& path) {
  auto spec = std::make_shared<ScanSpec>();
  spec->path = path;
  spec->table = catalog.find(scan.table);
  if (!spec->table) {
    const std::vector<std::string> names = catalog.tableNames();
    failPlan(path + ".table", fmt::format("no table '{}'{}", scan.table, suggestName(scan.table, names)));
  }
  const Schema& schema = spec->table->schema();
  std::vector<std::uint32_t> output;
  for (std::size_t index = 0; index < scan.columns.size(); ++index) {
    output.push_back(resolveColumn(schema, scan.columns[index], fmt::format("{}.columns[{}]", path, index)));
  }
  if (scan.columns.empty()) {
    for (std::uint32_t column = 0; column < schema.size(); ++column) output.push_back(column);
  }
  const Schema held = heldColumns(*spec->table);
  std::set<std::uint32_t> used(output.begin(), output.end());
  std::set<std::uint32_t> filtered;
  ExpressionPointer filter;
  if (scan.filter) {
    filter = bindCondition(*scan.filter, held, path + ".filter");
    collectZoneConditions(*filter, spec->zoneConditions);
    collectColumns(*filter, filtered);
    used.insert(filtered.begin(), filtered.end());
  }
  const Schema coded = withDictionaries(held, spec->table, used);
  std::vector<std::uint32_t> readIndex(schema.size(), UINT32_MAX);
  const auto read = [&](std::uint32_t column) {
    if (readIndex[column] != UINT32_MAX) return;
    readIndex[column] = static_cast<std::uint32_t>(spec->readColumns.size());
    spec->readColumns.push_back(column);
    spec->readSchema.append(coded[column]);
  };
  if (filter) {
    if (std::ranges::any_of(filtered, [&](std::uint32_t column) { return coded[column].dictionary != nullptr; })) {
      // Once more, now that conditions on strings can be decided by codes.
      filter = bindCondition(*scan.filter, coded, path + ".filter");
      filtered.clear();
      collectColumns(*filter, filtered);
    }
    for (const std::uint32_t column : filtered) read(column);
    spec->filter = remapColumns(filter, readIndex);
  }
  for (const std::uint32_t column : output) {
    read(column);
    spec->outputColumns.push_back(readIndex[column]);
    spec->output.append(coded[column]);
  }
  std::uint64_t end = 0;
  for (std::size_t index = 0; index < scan.ranges.size(); ++index) {
    const auto& [first, last] = scan.ranges[index];
    if (first > last || first < end) {
      failPlan(fmt::format("{}.ranges[{}]", path, index),
               fmt::format("ranges must be ascending and disjoint, got [{}, {}] after row {}", first, last, end));
    }
    end = last;
  }
  spec->ranges = scan.ranges;
  return spec;
}

}  // namespace basalt
