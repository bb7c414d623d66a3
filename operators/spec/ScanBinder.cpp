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

/// Whether the codes of a column can stand for its strings.
bool mayBeCodes(const Table& table, std::uint32_t column) {
  return table.schema()[column].type.isString() && table.encoding(column).kind == ColumnEncoding::Kind::Dictionary &&
         table.dictionaryOrder(column) != DictionaryOrder::Repeating;
}

/// Null pointer when the column is to be read as what it is.
std::shared_ptr<const Dictionary> dictionaryOf(const std::shared_ptr<const Table>& table, std::uint32_t column) {
  if (!mayBeCodes(*table, column)) return nullptr;
  const std::span<const StringView> strings = table->dictionary(column);
  if (strings.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return nullptr;
  const bool isAscending = table->dictionaryOrder(column) == DictionaryOrder::Ascending;
  return std::make_shared<const Dictionary>(strings, table->schema()[column].type, isAscending, table);
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
  // Read the filter's columns first, then what else the output wants.
  const Schema held = heldColumns(*spec->table);
  std::set<std::uint32_t> filtered;
  if (scan.filter) {
    spec->filter = bindCondition(*scan.filter, held, path + ".filter");
    collectColumns(*spec->filter, filtered);
  }
  std::vector<std::uint32_t> readIndex(schema.size(), UINT32_MAX);
  const auto read = [&](std::uint32_t column, std::shared_ptr<const Dictionary> dictionary) {
    readIndex[column] = static_cast<std::uint32_t>(spec->readColumns.size());
    spec->readColumns.push_back(column);
    Field field = held[column];
    if (dictionary) field.type = Type::integer();
    field.dictionary = std::move(dictionary);
    spec->readSchema.append(std::move(field));
  };
  for (const std::uint32_t column : filtered) read(column, nullptr);
  if (spec->filter) {
    spec->filter = remapColumns(spec->filter, readIndex);
    collectZoneConditions(*spec->filter, spec->readColumns, spec->zoneConditions);
  }
  for (const std::uint32_t column : output) {
    const bool isRead = readIndex[column] != UINT32_MAX;
    const bool isString = isRead && !spec->readSchema[readIndex[column]].dictionary;
    if (!isRead || (isString && mayBeCodes(*spec->table, column))) read(column, dictionaryOf(spec->table, column));
    spec->outputColumns.push_back(readIndex[column]);
    spec->output.append(spec->readSchema[readIndex[column]]);
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
