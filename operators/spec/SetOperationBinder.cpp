#include <utility>

#include <fmt/format.h>

#include "operators/expression/TypeConversion.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"

namespace basalt {
namespace {

/// The inputs with their columns cast to common types, where they differ.
std::vector<SpecPointer> unifyInputs(std::vector<SpecPointer> inputs, const std::string& path) {
  const Schema& first = inputs.front()->output;
  for (std::size_t input = 1; input < inputs.size(); ++input) {
    if (inputs[input]->output.size() != first.size()) {
      failPlan(
          fmt::format("{}.inputs[{}]", path, input),
          fmt::format("expected {} columns like the first input, got {}", first.size(), inputs[input]->output.size()));
    }
  }
  std::vector<std::vector<ExpressionPointer>> rows(inputs.size());
  for (std::uint32_t column = 0; column < first.size(); ++column) {
    std::vector<ExpressionPointer> values;
    for (const SpecPointer& input : inputs) values.push_back(makeColumnReference(input->output, column));
    unifyTypes(values, fmt::format("{}.inputs, column {}", path, column + 1));
    for (std::size_t input = 0; input < inputs.size(); ++input) rows[input].push_back(values[input]);
  }
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    bool isCast = false;
    Schema output;
    for (std::uint32_t column = 0; column < first.size(); ++column) {
      const Expression& value = *rows[input][column];
      isCast = isCast || value.kind != Expression::Kind::Column;
      output.append({inputs.front()->output[column].name, value.type, value.nullable});
    }
    if (!isCast) continue;
    auto projection = std::make_shared<ProjectionSpec>();
    projection->path = path;
    projection->output = std::move(output);
    projection->expressions = rows[input];
    projection->children = {std::move(inputs[input])};
    inputs[input] = std::move(projection);
  }
  return inputs;
}

}  // namespace

SpecPointer bindSetOperation(const SetOperationNode& operation, std::vector<SpecPointer> inputs,
                             const std::string& path) {
  if (inputs.size() < 2) failPlan(path + ".inputs", "expected at least two inputs");
  if (operation.kind != SetOperationNode::Kind::Union || !operation.all) {
    failPlan(path, "only UNION ALL is supported");
  }
  auto spec = std::make_shared<UnionAllSpec>();
  spec->path = path;
  spec->children = unifyInputs(std::move(inputs), path);
  for (std::size_t column = 0; column < spec->children.front()->output.size(); ++column) {
    Field field = spec->children.front()->output[column];
    for (const SpecPointer& child : spec->children) field.nullable = field.nullable || child->output[column].nullable;
    spec->output.append(std::move(field));
  }
  return spec;
}

}  // namespace basalt
