#include "operators/pipeline/Pipeline.h"

#include <fmt/format.h>

namespace basalt {

std::string Pipeline::describe() const {
  std::string text = source.spec->label();
  for (const Step& step : steps) text += " > " + (step.spec != nullptr ? step.spec->label() : "Result");
  return text;
}

const OperatorSpec* Pipeline::producer(std::size_t countIndex) const {
  return countIndex == 0 ? source.spec : steps[countIndex - 1].spec;
}

const AggregationInput& aggregationInput(const Pipeline::Step& step) {
  return static_cast<const AggregationSpec&>(*step.spec).inputs[step.input];
}

bool fillsBreaker(const Pipeline::Step& step) {
  switch (step.kind) {
    case Pipeline::StepKind::Select:
    case Pipeline::StepKind::Project:
    case Pipeline::StepKind::Probe:
    case Pipeline::StepKind::Limit:
    case Pipeline::StepKind::Expand:
    case Pipeline::StepKind::Repeat:
    case Pipeline::StepKind::Result:
      return false;
    case Pipeline::StepKind::SortAggregate:
    case Pipeline::StepKind::Deduplicate:
    case Pipeline::StepKind::JoinBuild:
    case Pipeline::StepKind::Aggregate:
    case Pipeline::StepKind::Sort:
    case Pipeline::StepKind::TopN:
    case Pipeline::StepKind::Window:
      return true;
  }
  return false;
}

void visitPipelineExpressions(const Pipeline& pipeline,
                              const std::function<void(const Expression& root, const OperatorSpec& owner)>& visit) {
  const auto visitOne = [&](const ExpressionPointer& expression, const OperatorSpec& owner) {
    if (expression) visit(*expression, owner);
  };
  const auto visitAll = [&](const std::vector<ExpressionPointer>& expressions, const OperatorSpec& owner) {
    for (const ExpressionPointer& expression : expressions) visit(*expression, owner);
  };
  if (pipeline.source.kind == Pipeline::SourceKind::TableScan) {
    const auto& scan = static_cast<const ScanSpec&>(*pipeline.source.spec);
    visitOne(scan.filter, scan);
  }
  for (const Pipeline::Step& step : pipeline.steps) {
    switch (step.kind) {
      case Pipeline::StepKind::Select:
        visitOne(static_cast<const SelectionSpec&>(*step.spec).predicate, *step.spec);
        break;
      case Pipeline::StepKind::Project:
        visitAll(static_cast<const ProjectionSpec&>(*step.spec).expressions, *step.spec);
        break;
      case Pipeline::StepKind::Probe: {
        const auto& join = static_cast<const JoinSpec&>(*step.spec);
        visitAll(join.probeKeys, join);
        visitOne(join.condition, join);
        break;
      }
      case Pipeline::StepKind::JoinBuild:
        visitAll(static_cast<const JoinSpec&>(*step.spec).stored, *step.spec);
        break;
      case Pipeline::StepKind::Expand: {
        for (const auto& list : static_cast<const ExpandSpec&>(*step.spec).projections) visitAll(list, *step.spec);
        break;
      }
      case Pipeline::StepKind::Repeat:
        visitOne(static_cast<const RepeatSpec&>(*step.spec).count, *step.spec);
        break;
      case Pipeline::StepKind::SortAggregate:
      case Pipeline::StepKind::Deduplicate:
      case Pipeline::StepKind::Aggregate: {
        const auto& aggregation = static_cast<const AggregationSpec&>(*step.spec);
        visitAll(aggregationInput(step).keys, aggregation);
        for (const AggregateSpec& aggregate : aggregation.aggregates) {
          if (aggregate.input == step.input) visitOne(aggregate.argument, aggregation);
        }
        break;
      }
      case Pipeline::StepKind::Sort:
      case Pipeline::StepKind::TopN:
      case Pipeline::StepKind::Window:
        visitAll(sortedRowsOf(*step.spec).stored, *step.spec);
        break;
      case Pipeline::StepKind::Limit:
      case Pipeline::StepKind::Result:
        break;
    }
  }
}

}  // namespace basalt
