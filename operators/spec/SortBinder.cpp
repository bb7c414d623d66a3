#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "operators/spec/SortedRowsBuilder.h"

namespace basalt {
namespace {

/// `numberBytes`: how much room each row's header has behind the key.
SortedRowsSpec bindSortedRows(const std::vector<SortKey>& keys, const OperatorSpec& input, std::uint32_t numberBytes,
                              const std::string& path) {
  if (keys.empty()) failPlan(path + ".keys", "expected at least one key");
  SortedRowsBuilder rows(input);
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const SortKey& key = keys[index];
    rows.addKey(bindExpression(key.expression, input.output, fmt::format("{}.keys[{}].expression", path, index)),
                key.descending, key.nullsFirst.value_or(key.descending));
  }
  return rows.build({}, numberBytes);
}

}  // namespace

SpecPointer bindSort(const SortNode& sort, SpecPointer input, const std::string& path) {
  auto spec = std::make_shared<SortSpec>();
  spec->path = path;
  spec->children = {std::move(input)};
  spec->output = spec->children[0]->output;
  spec->stable = sort.stable;
  spec->rows = bindSortedRows(sort.keys, *spec->children[0], sort.stable ? sizeof(std::uint64_t) : 0, path);
  return spec;
}

SpecPointer bindTopN(const TopNNode& topN, SpecPointer input, const std::string& path) {
  auto spec = std::make_shared<TopNSpec>();
  spec->path = path;
  spec->children = {std::move(input)};
  spec->output = spec->children[0]->output;
  spec->rows = bindSortedRows(topN.keys, *spec->children[0], 0, path);
  spec->limit = topN.limit;
  spec->offset = topN.offset;
  return spec;
}

}  // namespace basalt
