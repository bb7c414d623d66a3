#include <set>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "operators/spec/ZoneConditions.h"

namespace basalt {

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
  ExpressionPointer filter;
  if (scan.filter) filter = bindCondition(*scan.filter, schema, path + ".filter");

  // Read the filter's columns first, then what else the output wants.
  std::set<std::uint32_t> filtered;
  if (filter) collectColumns(*filter, filtered);
  std::vector<std::uint32_t> readIndex(schema.size(), UINT32_MAX);
  const auto read = [&](std::uint32_t column) {
    if (readIndex[column] != UINT32_MAX) return;
    readIndex[column] = static_cast<std::uint32_t>(spec->readColumns.size());
    spec->readColumns.push_back(column);
    Field field = schema[column];
    field.nullable = field.nullable && spec->table->encoding(column).nullable;
    spec->readSchema.append(std::move(field));
  };
  for (const std::uint32_t column : filtered) read(column);
  for (const std::uint32_t column : output) {
    read(column);
    spec->outputColumns.push_back(readIndex[column]);
    spec->output.append(spec->readSchema[readIndex[column]]);
  }
  if (filter) {
    // Bound once more, now that it is known which columns really hold NULLs.
    spec->filter = bindCondition(*scan.filter, spec->readSchema, path + ".filter");
    collectZoneConditions(*spec->filter, spec->readColumns, spec->zoneConditions);
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
