#include "operators/spec/SortedRowsBuilder.h"

#include <algorithm>
#include <utility>

#include "operators/expression/DictionaryCodes.h"
#include "operators/spec/ColumnBinding.h"

namespace basalt {

SortedRowsBuilder::SortedRowsBuilder(const OperatorSpec& input) : input_(input) {
  for (std::uint32_t column = 0; column < input.output.size(); ++column) {
    rows_.stored.push_back(makeColumnReference(input.output, column));
  }
}

std::uint32_t SortedRowsBuilder::store(const ExpressionPointer& value) {
  if (value->kind == Expression::Kind::Column) return value->column;
  const auto known = std::ranges::find_if(rows_.stored, [&](const ExpressionPointer& stored) {
    return stored->kind != Expression::Kind::Column && stored->text == value->text && stored->type == value->type &&
           stored->nullable == value->nullable;
  });
  const auto column = static_cast<std::uint32_t>(known - rows_.stored.begin());
  if (known == rows_.stored.end()) rows_.stored.push_back(value);
  return column;
}

void SortedRowsBuilder::addKey(const ExpressionPointer& value, bool descending, bool nullsFirst) {
  const PassedValue passed = passOn(value);
  const bool isOrderOfCodes = passed.dictionary && passed.dictionary->isAscending;
  const ExpressionPointer& ordered = isOrderOfCodes ? passed.value : value;
  SortKeyLayout::Key key;
  key.column = store(ordered);
  key.type = ordered->type.physical();
  key.nullable = ordered->nullable;
  key.descending = descending;
  key.nullsFirst = nullsFirst;
  keys_.push_back(key);
}

SortedRowsSpec SortedRowsBuilder::build(std::span<const RowLayout::ColumnType> reserved, std::uint32_t numberBytes) {
  rows_.keys = SortKeyLayout(std::move(keys_));
  // Column values behind the head are 8-byte aligned.
  const std::uint32_t header = (rows_.keys.bytes() + 7) / 8 * 8;
  std::vector<RowLayout::ColumnType> columns = columnTypes(rows_.stored, input_);
  columns.insert(columns.end(), reserved.begin(), reserved.end());
  rows_.layout = RowLayout(header + numberBytes, columns);
  return std::move(rows_);
}

}  // namespace basalt
