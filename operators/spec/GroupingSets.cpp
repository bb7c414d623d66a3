#include "operators/spec/GroupingSets.h"

#include <algorithm>
#include <utility>

#include "operators/expression/ExpressionFactory.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"

namespace basalt {

bool groupsBy(const std::vector<std::uint32_t>& set, std::size_t key) {
  return std::ranges::find(set, key) != set.end();
}

SpecPointer expandGroupingSets(const GroupingSets& sets, const std::vector<ExpressionPointer>& keys,
                               const std::vector<std::uint32_t>& passed, SpecPointer input, const std::string& path) {
  std::vector<ExpressionPointer> columns = keys;
  for (const std::uint32_t column : passed) columns.push_back(makeColumnReference(input->output, column));
  // What is computed is computed once, for all sets.
  if (std::ranges::any_of(keys, [](const auto& key) { return key->kind != Expression::Kind::Column; })) {
    auto projection = std::make_shared<ProjectionSpec>();
    projection->path = path;
    projection->expressions = columns;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      projection->output.append({columns[column]->text, columns[column]->type, columns[column]->nullable});
      columns[column] = referTo(*columns[column], column);
    }
    projection->children = {std::move(input)};
    input = std::move(projection);
  }
  std::vector<std::string> names;
  for (const ExpressionPointer& column : columns) names.push_back(column->text);
  names.insert(names.begin() + static_cast<std::ptrdiff_t>(keys.size()), "grouping set");
  std::vector<std::vector<ExpressionPointer>> projections;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    std::vector<ExpressionPointer>& list = projections.emplace_back();
    for (std::size_t key = 0; key < keys.size(); ++key) {
      list.push_back(groupsBy(sets[set], key) ? copyExpression(columns[key])
                                              : makeLiteral(Value::null(columns[key]->type)));
    }
    list.push_back(makeLiteral(Value::integer(Type::integer(), static_cast<Int128>(set))));
    for (std::size_t column = keys.size(); column < columns.size(); ++column) {
      list.push_back(copyExpression(columns[column]));
    }
  }
  return makeExpand(std::move(projections), names, std::move(input), path);
}

}  // namespace basalt
