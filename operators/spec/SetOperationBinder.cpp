#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/ExpressionFactory.h"
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

SpecPointer makeUnionAll(std::vector<SpecPointer> inputs, const std::string& path) {
  auto spec = std::make_shared<UnionAllSpec>();
  spec->path = path;
  spec->children = std::move(inputs);
  for (std::size_t column = 0; column < spec->children.front()->output.size(); ++column) {
    Field field = spec->children.front()->output[column];
    for (const SpecPointer& child : spec->children) field.nullable = field.nullable || child->output[column].nullable;
    spec->output.append(std::move(field));
  }
  return spec;
}

/// The input's columns, then one per counter: TRUE in that of `counter`, NULL in the others.
SpecPointer markRows(SpecPointer input, std::size_t counter, std::size_t counters, const std::string& path) {
  auto projection = std::make_shared<ProjectionSpec>();
  projection->path = path;
  projection->output = input->output;
  for (std::uint32_t column = 0; column < input->output.size(); ++column) {
    projection->expressions.push_back(makeColumnReference(input->output, column));
  }
  for (std::size_t each = 0; each < counters; ++each) {
    const Value mark = each == counter ? Value::boolean(true) : Value::null(Type::boolean());
    projection->expressions.push_back(makeLiteral(mark));
    projection->output.append({fmt::format("$in{}", each), Type::boolean(), mark.isNull()});
  }
  projection->children = {std::move(input)};
  return projection;
}

/// Each different row, then how often each counter's inputs have it.
SpecPointer countRows(std::vector<SpecPointer> inputs, std::size_t counters, const std::string& path) {
  const auto columns = static_cast<std::uint32_t>(inputs.front()->output.size());
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    inputs[input] = markRows(std::move(inputs[input]), std::min(input, counters - 1), counters, path);
  }
  const SpecPointer all = makeUnionAll(std::move(inputs), path);
  std::vector<std::uint32_t> keys;
  std::vector<std::uint32_t> counted;
  for (std::uint32_t column = 0; column < all->output.size(); ++column) {
    (column < columns ? keys : counted).push_back(column);
  }
  return makeCounts(all, keys, counted, path);
}

/// Conditions and numbers over the counts that countRows() puts behind `columns` columns.
class Counts {
 public:
  Counts(const OperatorSpec& counted, std::size_t columns, std::string path)
      : schema_(counted.output), columns_(columns), path_(std::move(path)) {}

  std::size_t size() const { return schema_.size() - columns_; }
  ExpressionPointer count(std::size_t counter) const {
    return makeColumnReference(schema_, static_cast<std::uint32_t>(columns_ + counter));
  }
  ExpressionPointer compare(std::string_view comparison, std::size_t counter, ExpressionPointer other) const {
    const std::string text = fmt::format("{}({}, {})", comparison, count(counter)->text, other->text);
    return makeCall(comparison, Type::boolean(), {count(counter), std::move(other)}, text, path_);
  }
  ExpressionPointer compareWithZero(std::string_view comparison, std::size_t counter) const {
    return compare(comparison, counter, makeLiteral(Value::integer(Type::bigInt(), 0)));
  }
  static ExpressionPointer allOf(const std::vector<ExpressionPointer>& conditions) {
    std::string text;
    for (const ExpressionPointer& condition : conditions) text += (text.empty() ? "" : " and ") + condition->text;
    return makeJunction(Expression::Kind::And, conditions, text);
  }
  /// case when count0 <= count1 and count0 <= count2 ... then count0 when count1 <= ... then count1 ... end
  ExpressionPointer smallest() const {
    std::vector<ExpressionPointer> branches;
    for (std::size_t counter = 0; counter + 1 < size(); ++counter) {
      std::vector<ExpressionPointer> conditions;
      for (std::size_t other = counter + 1; other < size(); ++other) {
        conditions.push_back(compare("less_equal", counter, count(other)));
      }
      branches.push_back(allOf(conditions));
      branches.push_back(count(counter));
    }
    branches.push_back(count(size() - 1));
    return makeCase(Type::bigInt(), branches, "the least count");
  }
  /// count0 - count1
  ExpressionPointer difference() const {
    return makeCall("subtract", Type::bigInt(), {count(0), count(1)}, "the first count less the others", path_);
  }

 private:
  const Schema& schema_;
  std::size_t columns_;
  std::string path_;
};

/// The first columns of `input`, under their names in `output`.
template <typename Spec>
SpecPointer cutColumns(std::shared_ptr<Spec> spec, SpecPointer input, const Schema& output, const std::string& path) {
  spec->path = path;
  for (std::size_t column = 0; column < output.size(); ++column) spec->output.append(input->output[column]);
  spec->children = {std::move(input)};
  return spec;
}

}  // namespace

SpecPointer bindSetOperation(const SetOperationNode& operation, std::vector<SpecPointer> inputs,
                             const std::string& path) {
  using Kind = SetOperationNode::Kind;
  if (inputs.size() < 2) failPlan(path + ".inputs", "expected at least two inputs");
  // Each input has dictionaries of its own.
  for (SpecPointer& input : inputs) input = withStrings(std::move(input), path);
  inputs = unifyInputs(std::move(inputs), path);
  if (operation.kind == Kind::Union) {
    SpecPointer all = makeUnionAll(std::move(inputs), path);
    return operation.all ? all : bindDistinct(std::move(all), path);
  }
  // EXCEPT wants to know how often the first input has a row, and the others together.
  const Schema columns = inputs.front()->output;
  const std::size_t counters = operation.kind == Kind::Except ? 2 : inputs.size();
  SpecPointer counted = countRows(std::move(inputs), counters, path);
  const Counts counts(*counted, columns.size(), path);
  if (operation.all) {
    auto repeat = std::make_shared<RepeatSpec>();
    repeat->count = operation.kind == Kind::Except ? counts.difference() : counts.smallest();
    return cutColumns(std::move(repeat), std::move(counted), columns, path);
  }
  std::vector<ExpressionPointer> conditions;
  for (std::size_t counter = 0; counter < counts.size(); ++counter) {
    const bool isWanted = operation.kind == Kind::Intersect || counter == 0;
    conditions.push_back(counts.compareWithZero(isWanted ? "greater" : "equal", counter));
  }
  auto selection = std::make_shared<SelectionSpec>();
  selection->path = path;
  selection->predicate = Counts::allOf(conditions);
  selection->output = counted->output;
  selection->children = {std::move(counted)};
  auto projection = std::make_shared<ProjectionSpec>();
  for (std::uint32_t column = 0; column < columns.size(); ++column) {
    projection->expressions.push_back(makeColumnReference(selection->output, column));
  }
  return cutColumns(std::move(projection), std::move(selection), columns, path);
}

}  // namespace basalt
