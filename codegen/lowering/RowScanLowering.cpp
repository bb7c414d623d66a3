#include "codegen/lowering/RowScanLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/RowAccess.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

void RowScanLowering::setup() { rows_ = bind::Morsel(p.morsel()).rows(p); }

void RowScanLowering::produce(Val<std::uint64_t> position) {
  // bytes = rows[position]
  Val<const std::byte*> bytes = p.loadElement(*rows_, position, named("row"));
  Row row(p.trail());
  switch (spec_.kind) {
    case OperatorKind::HashAggregation: {
      const auto& aggregation = static_cast<const AggregationSpec&>(spec_);
      addStoredColumns(row, bytes, aggregation.layout, aggregation.keyCount());
      addAggregates(row, bytes, aggregation);
      break;
    }
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

void RowScanLowering::addAggregates(Row& row, Val<const std::byte*> bytes, const AggregationSpec& spec) {
  for (std::size_t index = 0; index < spec.aggregates.size(); ++index) {
    if (spec.aggregates[index].function->finaliseMayFail) {
      // Whether a row fails must not depend on who looks at it.
      row.add(finalise(spec, index, bytes));
    } else {
      row.add([this, &spec, index, bytes] { return finalise(spec, index, bytes); });
    }
  }
}

SqlValue RowScanLowering::finalise(const AggregationSpec& spec, std::size_t aggregate, Val<const std::byte*> bytes) {
  const AggregateInfo& function = *spec.aggregates[aggregate].function;
  const std::string name = named(spec.output[spec.keyCount() + aggregate].name);
  constexpr std::uint64_t kResultBytes = 16;
  // notNull = finalise(state, &result)
  Val<std::byte*> result = p.stackBytes(kResultBytes, kResultBytes, name + ".slot");
  // A result that is NULL may be left unwritten.
  storeKernelValue(p, result, 0, {function.result, p.zeroOf(formOf(function.result))}, kResultBytes);
  Val<const std::byte*> state = p.offset<const std::byte>(bytes, spec.layout.blockOffset(aggregate), name + ".state");
  Val<ErrorCode*> error = p.clearedError();
  Val<bool> notNull = callFinalise(p, function, state, result, error, name + ".notNull");
  if (function.finaliseMayFail) {
    p.failOnError(p.pipeline().sourceAggregateSites[aggregate]);
  }
  return {loadKernelValue(p, function.result, result, 0, kResultBytes, name), p.logicalNot(notNull, name + ".isNull")};
}

}  // namespace basalt::codegen
