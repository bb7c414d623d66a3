#include "operators/spec/PlanBinder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/DictionaryCodes.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "operators/spec/RangeDerivation.h"
#include "operators/spec/RowEstimate.h"

namespace basalt {
namespace {

/// Completes an operator, and those below it that binding has just made, by what follows from their children: estimates
/// and ranges of values. Only then are specs still ours to change.
void complete(const OperatorSpec& spec) {
  if (spec.estimatedRows != 0) return;
  for (const SpecPointer& child : spec.children) complete(*child);
  auto& ours = const_cast<OperatorSpec&>(spec);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  deriveRanges(ours);
  ours.estimatedRows = std::max(estimateRows(spec), 1.0);
}

/// Turns plan nodes into specs, from the leaves up.
class NodeBinder {
 public:
  explicit NodeBinder(const Catalog& catalog) : catalog_(catalog) {}

  SpecPointer bind(const PlanNode& node, const std::string& path) {
    SpecPointer spec = std::visit([&](const auto& content) { return bindContent(content, node, path); }, node.content);
    complete(*spec);
    return spec;
  }

 private:
  SpecPointer bindInput(const PlanNode& node, const std::string& path) {
    return bind(*node.children.at(0), path + ".input");
  }
  /// Left and right.
  std::vector<SpecPointer> bindSides(const PlanNode& node, const std::string& path) {
    return {bind(*node.children.at(0), path + ".left"), bind(*node.children.at(1), path + ".right")};
  }

  SpecPointer bindContent(const ScanNode& scan, const PlanNode&, const std::string& path) {
    return bindScan(scan, catalog_, path);
  }
  SpecPointer bindContent(const SelectionNode& selection, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const ProjectionNode& projection, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const HashJoinNode& join, const PlanNode& node, const std::string& path) {
    return bindJoin(join, bindSides(node, path), path);
  }
  SpecPointer bindContent(const NestedLoopJoinNode& join, const PlanNode& node, const std::string& path) {
    return bindJoin(join, bindSides(node, path), path);
  }
  SpecPointer bindContent(const CrossJoinNode& join, const PlanNode& node, const std::string& path) {
    return bindJoin(join, bindSides(node, path), path);
  }
  SpecPointer bindContent(const HashAggregationNode& aggregation, const PlanNode& node, const std::string& path) {
    return bindAggregation(aggregation, bindInput(node, path), path);
  }
  SpecPointer bindContent(const SortAggregationNode& aggregation, const PlanNode& node, const std::string& path) {
    return bindAggregation(aggregation, bindInput(node, path), path);
  }
  SpecPointer bindContent(const SortNode& sort, const PlanNode& node, const std::string& path) {
    return bindSort(sort, bindInput(node, path), path);
  }
  SpecPointer bindContent(const TopNNode& topN, const PlanNode& node, const std::string& path) {
    return bindTopN(topN, bindInput(node, path), path);
  }
  SpecPointer bindContent(const LimitNode& limit, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const DistinctNode&, const PlanNode& node, const std::string& path) {
    return bindDistinct(bindInput(node, path), path);
  }
  SpecPointer bindContent(const SetOperationNode& operation, const PlanNode& node, const std::string& path) {
    std::vector<SpecPointer> inputs;
    for (std::size_t input = 0; input < node.children.size(); ++input) {
      inputs.push_back(bind(*node.children[input], fmt::format("{}.inputs[{}]", path, input)));
    }
    return bindSetOperation(operation, std::move(inputs), path);
  }
  SpecPointer bindContent(const ValuesNode& values, const PlanNode&, const std::string& path) {
    return bindValues(values, path);
  }
  SpecPointer bindContent(const ExpandNode& expand, const PlanNode& node, const std::string& path) {
    return bindExpand(expand, bindInput(node, path), path);
  }
  SpecPointer bindContent(const WindowNode& window, const PlanNode& node, const std::string& path) {
    return bindWindow(window, bindInput(node, path), path);
  }

  const Catalog& catalog_;
};

SpecPointer NodeBinder::bindContent(const SelectionNode& selection, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<SelectionSpec>();
  spec->path = path;
  spec->children = {bindInput(node, path)};
  spec->output = spec->children[0]->output;
  spec->predicate = bindCondition(selection.predicate, spec->output, path + ".predicate");
  return spec;
}

SpecPointer NodeBinder::bindContent(const ProjectionNode& projection, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<ProjectionSpec>();
  spec->path = path;
  spec->children = {bindInput(node, path)};
  if (projection.expressions.empty()) failPlan(path + ".expressions", "expected at least one expression");
  for (std::size_t index = 0; index < projection.expressions.size(); ++index) {
    const NamedExpr& named = projection.expressions[index];
    const ExpressionPointer expression =
        bindExpression(named.expression, spec->children[0]->output, fmt::format("{}.expressions[{}]", path, index));
    const PassedValue passed = passOn(expression);
    spec->output.append(passed.field(named.name));
    spec->expressions.push_back(passed.value);
  }
  return spec;
}

SpecPointer NodeBinder::bindContent(const LimitNode& limit, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<LimitSpec>();
  spec->path = path;
  spec->children = {bindInput(node, path)};
  spec->output = spec->children[0]->output;
  spec->limit = limit.limit;
  spec->offset = limit.offset;
  return spec;
}

/// Numbers operators root first, depth first.
void number(const OperatorSpec& spec, std::uint32_t& next) {
  const_cast<OperatorSpec&>(spec).id = next++;  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  for (const SpecPointer& child : spec.children) number(*child, next);
}

}  // namespace

BoundPlan bindPlan(const PhysicalPlan& plan, const Catalog& catalog) {
  if (!plan.root) failPlan("$.root", "expected an operator");
  const SpecPointer written = NodeBinder(catalog).bind(*plan.root, "$.root");
  BoundPlan bound{withStrings(written, "$.root")};
  complete(*bound.root);
  std::uint32_t next = 0;
  const bool isAbove = bound.root != written && bound.root->children.front() == written;
  number(isAbove ? *written : *bound.root, next);
  // The operators of the plan as it was written keep their numbers.
  if (isAbove) const_cast<OperatorSpec&>(*bound.root).id = next;  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return bound;
}

void validatePlan(const PhysicalPlan& plan, const Catalog& catalog) { (void)bindPlan(plan, catalog); }

}  // namespace basalt
