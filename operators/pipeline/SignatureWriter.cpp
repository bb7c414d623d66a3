#include "operators/pipeline/SignatureWriter.h"

#include "operators/spec/StoredComparison.h"
#include "operators/spec/WindowSpec.h"

namespace basalt {

void SignatureWriter::text(std::string_view text) {
  number(text.size());
  bytes_.append(text);
}

void SignatureWriter::numbers(const std::vector<std::uint32_t>& values) {
  number(values.size());
  for (const std::uint32_t value : values) number(value);
}

void SignatureWriter::schema(const Schema& schema) {
  number(schema.size());
  for (const Field& field : schema) {
    number(field.type.physical());
    number(field.nullable);
  }
}

void SignatureWriter::expression(const Expression& expression) {
  number(expression.kind);
  number(expression.type.physical());
  number(expression.nullable);
  switch (expression.kind) {
    case Expression::Kind::Column:
      number(expression.column);
      break;
    case Expression::Kind::Literal:
      // Which parameter it is belongs to the code, what it holds does not; except that NULL has no value to hold.
      number(pipeline_.literalIndex.at(&expression));
      number(expression.literal.isNull());
      break;
    case Expression::Kind::Prepared:
      number(pipeline_.literalIndex.at(&expression));
      number(expression.preparedType);
      break;
    case Expression::Kind::Call: {
      text(expression.kernel->symbol);
      number(expression.nullOnError);
      const auto site = pipeline_.siteIndex.find(&expression);
      number(site == pipeline_.siteIndex.end() ? UINT32_MAX : site->second);
      break;
    }
    case Expression::Kind::And:
    case Expression::Kind::Or:
    case Expression::Kind::IsNull:
    case Expression::Kind::Case:
      break;
  }
  expressions(expression.arguments);
}

void SignatureWriter::optionalExpression(const ExpressionPointer& expression) {
  number(expression != nullptr);
  if (expression) this->expression(*expression);
}

void SignatureWriter::expressions(const std::vector<ExpressionPointer>& expressions) {
  number(expressions.size());
  for (const ExpressionPointer& each : expressions) expression(*each);
}

void SignatureWriter::layout(const RowLayout& layout) {
  number(layout.headerBytes());
  number(layout.rowBytes());
  number(layout.columnCount());
  for (std::size_t column = 0; column < layout.columnCount(); ++column) {
    number(layout.column(column).type);
    number(layout.column(column).nullable);
    number(layout.column(column).offset);
    number(layout.column(column).nullOffset);
    number(layout.column(column).sharesText);
  }
}

void SignatureWriter::sortedRows(const SortedRowsSpec& rows) {
  expressions(rows.stored);
  layout(rows.layout);
  for (const SortKeyLayout::Key& key : rows.keys.keys()) {
    number(key.column);
    number(key.descending);
    number(key.nullsFirst);
    number(key.offset);
  }
}

void SignatureWriter::source() {
  number(pipeline_.source.kind);
  if (pipeline_.source.kind == Pipeline::SourceKind::TableScan) {
    const auto& scan = static_cast<const ScanSpec&>(*pipeline_.source.spec);
    schema(scan.readSchema);
    for (std::size_t index = 0; index < scan.readColumns.size(); ++index) {
      const ColumnEncoding encoding = scan.encoding(index);
      number(encoding.kind);
      number(encoding.width);
      number(encoding.nullable);
      number(encoding.unit);
      number(encoding.basedWidth);
    }
    numbers(scan.outputColumns);
    optionalExpression(scan.filter);
    for (const ExpressionPointer& conjunct : filterConjuncts(scan)) {
      const std::optional<StoredComparison> stored = findStoredComparison(*conjunct, scan);
      text(stored ? stored->kernel->symbol : "");
      number(findStoredLike(*conjunct, scan).has_value());
      const std::optional<StoredEquality> equality = findStoredEquality(*conjunct, scan);
      number(equality.has_value());
      if (equality) number(equality->isDecided);
    }
    return;
  }
  const OperatorSpec& spec = *pipeline_.source.spec;
  number(spec.kind);
  schema(spec.output);
  if (const AggregationSpec* const aggregation = asAggregation(spec)) {
    layout(aggregation->layout);
    for (std::size_t index = 0; index < aggregation->aggregates.size(); ++index) {
      text(aggregation->aggregates[index].function->finaliseSymbol);
      number(aggregation->layout.blockOffset(index));
    }
  } else if (spec.kind == OperatorKind::Sort || spec.kind == OperatorKind::TopN) {
    layout(sortedRowsOf(spec).layout);
  } else if (spec.kind == OperatorKind::Window) {
    const auto& window = static_cast<const WindowSpec&>(spec);
    layout(window.rows.layout);
    number(window.resultColumn(0));
  } else {
    const auto& join = static_cast<const JoinSpec&>(spec);
    schema(join.probe().output);
    schema(join.build().output);
    layout(join.layout);
    numbers(join.storedColumnOf);
    numbers(join.outputColumns);
  }
}

void SignatureWriter::step(const Pipeline::Step& step) {
  number(step.kind);
  switch (step.kind) {
    case Pipeline::StepKind::Select:
      expression(*static_cast<const SelectionSpec&>(*step.spec).predicate);
      break;
    case Pipeline::StepKind::Project:
      expressions(static_cast<const ProjectionSpec&>(*step.spec).expressions);
      break;
    case Pipeline::StepKind::Probe: {
      const auto& join = static_cast<const JoinSpec&>(*step.spec);
      number(join.probeOutput);
      number(join.extendsProbeRows);
      number(join.buildOutput);
      number(join.nullAwareMark);
      number(join.isSingle() ? pipeline_.singleJoinSites.at(&join) : UINT32_MAX);
      expressions(join.probeKeys);
      for (const bool isNullSafe : join.nullSafe) number(isNullSafe);
      layout(join.layout);
      numbers(join.storedColumnOf);
      optionalExpression(join.condition);
      numbers(join.outputColumns);
      break;
    }
    case Pipeline::StepKind::JoinBuild: {
      const auto& join = static_cast<const JoinSpec&>(*step.spec);
      number(join.keyCount());
      number(join.storesNullKeys());
      number(join.rowHeader());
      for (const bool isNullSafe : join.nullSafe) number(isNullSafe);
      expressions(join.stored);
      layout(join.layout);
      break;
    }
    case Pipeline::StepKind::Expand: {
      const auto& expand = static_cast<const ExpandSpec&>(*step.spec);
      number(expand.projections.size());
      for (const auto& list : expand.projections) expressions(list);
      numbers(expand.passedColumns);
      break;
    }
    case Pipeline::StepKind::Repeat:
      number(step.spec->output.size());
      expression(*static_cast<const RepeatSpec&>(*step.spec).count);
      break;
    case Pipeline::StepKind::SortAggregate:
    case Pipeline::StepKind::Deduplicate:
    case Pipeline::StepKind::Aggregate: {
      const auto& aggregation = static_cast<const AggregationSpec&>(*step.spec);
      expressions(aggregationInput(step).keys);
      layout(aggregation.layout);
      number(!aggregation.keyIntervals.empty());
      number(aggregation.groupsLieByNumber);
      number(aggregation.mayLieInRuns());
      number(aggregation.hasFewCombinations());
      number(aggregation.aggregates.size());
      for (std::size_t index = 0; index < aggregation.aggregates.size(); ++index) {
        const AggregateSpec& aggregate = aggregation.aggregates[index];
        // New groups need the states of all aggregates.
        text(aggregate.function->updateSymbol);
        text(step.kind == Pipeline::StepKind::SortAggregate ? aggregate.function->finaliseSymbol : "");
        number(aggregation.layout.blockOffset(index));
        number(aggregate.input == step.input);
        if (aggregate.input == step.input) optionalExpression(aggregate.argument);
      }
      break;
    }
    case Pipeline::StepKind::Sort:
    case Pipeline::StepKind::TopN:
    case Pipeline::StepKind::Window:
      sortedRows(sortedRowsOf(*step.spec));
      break;
    case Pipeline::StepKind::Limit:
      break;
    case Pipeline::StepKind::Result:
      schema(pipeline_.sinkInput);
      break;
  }
}

std::string SignatureWriter::write() {
  bytes_.clear();
  source();
  number(pipeline_.steps.size());
  for (const Pipeline::Step& each : pipeline_.steps) step(each);
  return std::move(bytes_);
}

}  // namespace basalt
