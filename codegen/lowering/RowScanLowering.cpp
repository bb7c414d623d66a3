#include "codegen/lowering/RowScanLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/GroupReader.h"
#include "codegen/lowering/RowAccess.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

void RowScanLowering::setup() {
  const bind::Morsel morsel(p.morsel());
  addresses_ = morsel.addresses(p);
  first_ = morsel.first(p);
}

Val<const std::byte*> RowScanLowering::rowAt(Val<std::uint64_t> index) {
  return bind::segmentRow(p, *addresses_, *first_, index, p.constant<std::uint64_t>(rowLayoutOf(spec_).rowBytes()));
}

void RowScanLowering::produce(Val<std::uint64_t> position) {
  // prefetch(rows[min(position + ahead, blockEnd - 1)]): merged groups and sorted rows lie anywhere.
  Val<std::uint64_t> ahead =
      p.minimum(p.add(position, kRowsAhead), Operand(p.subtract(p.blockEnd(), 1)), named("ahead"));
  p.prefetch(rowAt(ahead), ValueBuilder::CacheLevel::First);
  // bytes = rows[position]
  Val<const std::byte*> bytes = rowAt(position);
  if (const AggregationSpec* const aggregation = asAggregation(spec_)) {
    GroupReader groups(p, *aggregation, p.pipeline().sourceAggregateSites);
    emitNext(groups.row(bytes));
    return;
  }
  Row row(p.trail());
  switch (spec_.kind) {
    case OperatorKind::Sort:
    case OperatorKind::TopN:
      addStoredColumns(row, bytes, sortedRowsOf(spec_).layout, spec_.output.size());
      break;
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      emitNext(buildRow(static_cast<const JoinSpec&>(spec_), bytes));
      return;
    case OperatorKind::Window: {
      const auto& window = static_cast<const WindowSpec&>(spec_);
      addStoredColumns(row, bytes, window.rows.layout, window.children[0]->output.size());
      addWindowResults(row, bytes, window);
      break;
    }
    default:
      p.fail(label() + " leaves no rows to scan");
      return;
  }
  emitNext(row);
}

Row RowScanLowering::buildRow(const JoinSpec& join, Val<const std::byte*> bytes) {
  Row joined(p.trail());
  for (const Field& field : join.probe().output) {
    const KernelType type = kernelTypeOf(field.type);
    joined.add(SqlValue{{type, p.zeroOf(formOf(type))}, p.constant(true)});
  }
  const Schema& build = join.build().output;
  for (std::size_t column = 0; column < build.size(); ++column) {
    joined.add([this, &join, bytes, stored = join.storedColumnOf[column], &field = build[column]] {
      return loadColumn(p, bytes, join.layout.column(stored), kernelTypeOf(field.type), named(field.name));
    });
  }
  return joined.select(join.outputColumns);
}

void RowScanLowering::addStoredColumn(Row& row, Val<const std::byte*> bytes, const RowLayout::Column& column) {
  const Field& field = spec_.output[row.size()];
  row.add([this, bytes, column, &field] {
    return loadColumn(p, bytes, column, kernelTypeOf(field.type), named(field.name));
  });
}

void RowScanLowering::addStoredColumns(Row& row, Val<const std::byte*> bytes, const RowLayout& layout,
                                       std::size_t count) {
  for (std::size_t index = 0; index < count; ++index) addStoredColumn(row, bytes, layout.column(index));
}

void RowScanLowering::addWindowResults(Row& row, Val<const std::byte*> bytes, const WindowSpec& spec) {
  for (std::size_t index = 0; index < spec.functions.size(); ++index) {
    addStoredColumn(row, bytes, spec.rows.layout.column(spec.resultColumn(index)));
  }
}

}  // namespace basalt::codegen
