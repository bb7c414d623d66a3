#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"

namespace basalt {
namespace {

SortedRowsSpec bindSortedRows(const std::vector<SortKey>& keys, const Schema& input, const std::string& path) {
  SortedRowsSpec rows;
  if (keys.empty()) failPlan(path + ".keys", "expected at least one key");
  for (std::uint32_t column = 0; column < input.size(); ++column) {
    rows.stored.push_back(makeColumnReference(input, column));
  }
  std::vector<SortKeyLayout::Key> layout;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const ExpressionPointer expression =
        bindExpression(keys[index].expression, input, fmt::format("{}.keys[{}].expression", path, index));
    SortKeyLayout::Key key;
    key.column = expression->column;
    if (expression->kind != Expression::Kind::Column) {
      key.column = static_cast<std::uint32_t>(rows.stored.size());
      rows.stored.push_back(expression);
    }
    key.type = expression->type.physical();
    key.nullable = expression->nullable;
    key.descending = keys[index].descending;
    key.nullsFirst = keys[index].nullsFirst.value_or(keys[index].descending);
    layout.push_back(key);
  }
  rows.keys = SortKeyLayout(std::move(layout));
  // Column values behind the head are 8-byte aligned.
  const std::uint32_t header = (rows.keys.bytes() + 7) / 8 * 8;
  rows.layout = RowLayout(header, columnTypes(rows.stored));
  return rows;
}

}  // namespace

SpecPointer bindSort(const SortNode& sort, SpecPointer input, const std::string& path) {
  auto spec = std::make_shared<SortSpec>();
  spec->path = path;
  spec->children = {std::move(input)};
  spec->output = spec->children[0]->output;
  spec->rows = bindSortedRows(sort.keys, spec->output, path);
  return spec;
}

SpecPointer bindTopN(const TopNNode& topN, SpecPointer input, const std::string& path) {
  auto spec = std::make_shared<TopNSpec>();
  spec->path = path;
  spec->children = {std::move(input)};
  spec->output = spec->children[0]->output;
  spec->rows = bindSortedRows(topN.keys, spec->output, path);
  spec->limit = topN.limit;
  spec->offset = topN.offset;
  return spec;
}

}  // namespace basalt
