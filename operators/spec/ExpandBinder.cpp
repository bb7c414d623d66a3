#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/TypeConversion.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"

namespace basalt {
namespace {

/// The input column that all lists have in this place, or kComputed.
std::uint32_t passedColumn(const ExpandSpec& spec, std::size_t column) {
  const Expression& first = *spec.projections.front()[column];
  for (const auto& list : spec.projections) {
    if (list[column]->kind != Expression::Kind::Column || list[column]->column != first.column) {
      return ExpandSpec::kComputed;
    }
  }
  return first.column;
}

}  // namespace

SpecPointer makeExpand(std::vector<std::vector<ExpressionPointer>> projections, const std::vector<std::string>& names,
                       SpecPointer input, const std::string& path) {
  auto spec = std::make_shared<ExpandSpec>();
  spec->path = path;
  spec->projections = std::move(projections);
  for (std::size_t column = 0; column < names.size(); ++column) {
    bool nullable = false;
    for (const auto& list : spec->projections) nullable = nullable || list[column]->nullable;
    spec->output.append({names[column], spec->projections.front()[column]->type, nullable});
    spec->passedColumns.push_back(passedColumn(*spec, column));
  }
  spec->children = {std::move(input)};
  return spec;
}

SpecPointer bindExpand(const ExpandNode& expand, SpecPointer input, const std::string& path) {
  if (expand.projections.empty()) failPlan(path + ".projections", "expected at least one list");
  const std::vector<NamedExpr>& first = expand.projections.front();
  if (first.empty()) failPlan(path + ".projections[0]", "expected at least one expression");
  std::vector<std::string> names;
  for (const NamedExpr& named : first) names.push_back(named.name);
  std::vector<std::vector<ExpressionPointer>> projections;
  for (std::size_t list = 0; list < expand.projections.size(); ++list) {
    const std::vector<NamedExpr>& expressions = expand.projections[list];
    const std::string place = fmt::format("{}.projections[{}]", path, list);
    if (expressions.size() != first.size()) {
      failPlan(place,
               fmt::format("expected {} expressions like the first list, got {}", first.size(), expressions.size()));
    }
    projections.emplace_back();
    for (std::size_t column = 0; column < expressions.size(); ++column) {
      const std::string at = fmt::format("{}[{}]", place, column);
      if (expressions[column].name != names[column]) {
        failPlan(at, fmt::format("expected the name '{}' of the first list, got '{}'", names[column],
                                 expressions[column].name));
      }
      projections.back().push_back(bindExpression(expressions[column].expression, input->output, at));
    }
  }
  for (std::size_t column = 0; column < names.size(); ++column) {
    std::vector<ExpressionPointer> values;
    for (const auto& list : projections) values.push_back(list[column]);
    unifyTypes(values, fmt::format("{}.projections, column '{}'", path, names[column]));
    for (std::size_t list = 0; list < projections.size(); ++list) projections[list][column] = values[list];
  }
  return makeExpand(std::move(projections), names, std::move(input), path);
}

}  // namespace basalt
