#include <algorithm>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/spec/AggregateBinding.h"
#include "operators/spec/DictionaryCodes.h"
#include "operators/spec/OperatorBinders.h"
#include "runtime/ExecutionError.h"
#include "runtime/hashtable/GroupTable.h"

namespace basalt {
namespace {

class AggregationBinder {
 public:
  AggregationBinder(SpecPointer input, std::string path) : path_(std::move(path)) {
    spec_->path = path_;
    spec_->children = {std::move(input)};
  }

  SpecPointer bind(const HashAggregationNode& node);

 private:
  const Schema& input() const { return spec_->children[0]->output; }
  void bindKeys(const std::vector<NamedExpr>& groupBy);
  void countKeyCodes();
  /// The expression, over the aggregation's raw columns, that yields what `call` asks for.
  Expr bindCall(const AggregateCall& call, const std::string& path);
  /// The raw column of one aggregate; added unless it is there. `column` is what it is called if it is new.
  Expr bindRaw(std::string function, const ExpressionPointer& argument, const std::string& path);

  std::string path_;
  std::shared_ptr<HashAggregationSpec> spec_ = std::make_shared<HashAggregationSpec>();
};

void AggregationBinder::bindKeys(const std::vector<NamedExpr>& groupBy) {
  for (std::size_t index = 0; index < groupBy.size(); ++index) {
    const ExpressionPointer key =
        bindExpression(groupBy[index].expression, input(), fmt::format("{}.groupBy[{}]", path_, index));
    spec_->keys.push_back(key);
    spec_->output.append({fmt::format("$key{}", index), key->type, key->nullable});
  }
}

void AggregationBinder::countKeyCodes() {
  std::vector<std::uint32_t> counts;
  std::uint64_t combinations = 1;
  for (const ExpressionPointer& key : spec_->keys) {
    if (key->kind != Expression::Kind::Column) return;
    const std::optional<std::uint32_t> count = dictionaryCodeCount(*spec_->children[0], key->column);
    if (!count) return;
    counts.push_back(*count);
    combinations *= *count;
    if (combinations > HashAggregationSpec::kMaxCodeCombinations) return;
  }
  spec_->keyCodeCounts = std::move(counts);
}

Expr AggregationBinder::bindRaw(std::string function, const ExpressionPointer& argument, const std::string& path) {
  ExpressionPointer bound = argument;
  // Every group has at least one row, so what cannot be NULL needs no flag that says whether there was a value.
  if (bound && !bound->nullable && !spec_->keys.empty() && function == "sum") function = "sum_not_null";
  // COUNT of what cannot be NULL counts rows.
  if (bound && !bound->nullable && function == "count") {
    function = "count_star";
    bound = nullptr;
  }
  const AggregateInfo& info = chooseAggregate(function, bound, path + ".function", path + ".argument");
  const std::string text = bound ? fmt::format("{}({})", function, bound->text) : function;
  for (std::size_t index = 0; index < spec_->aggregates.size(); ++index) {
    if (spec_->aggregates[index].text == text) return col(spec_->output[spec_->keys.size() + index].name);
  }
  const bool countsOrNeverEmpty =
      isCount(info) || function == "sum_not_null" || (bound && !bound->nullable && !spec_->keys.empty());
  const std::string column = fmt::format("${}", text);
  spec_->output.append({column, aggregateType(info, bound), !countsOrNeverEmpty});
  spec_->aggregates.push_back({&info, bound, text});
  return col(column);
}

Expr AggregationBinder::bindCall(const AggregateCall& call, const std::string& path) {
  ExpressionPointer argument;
  if (call.argument) argument = bindExpression(*call.argument, input(), path + ".argument");
  return composeAggregate(
      call.function, argument, path + ".argument",
      [&](const std::string& function, const ExpressionPointer& of) { return bindRaw(function, of, path); });
}

SpecPointer AggregationBinder::bind(const HashAggregationNode& node) {
  if (node.groupBy.empty() && node.aggregates.empty()) {
    throw ExecutionError(ErrorCode::InvalidPlan, path_, "expected at least one key in groupBy or one of aggregates");
  }
  bindKeys(node.groupBy);
  countKeyCodes();
  std::vector<NamedExpr> wanted;
  for (std::size_t index = 0; index < node.groupBy.size(); ++index) {
    wanted.push_back({node.groupBy[index].name, col(spec_->output[index].name)});
  }
  for (std::size_t index = 0; index < node.aggregates.size(); ++index) {
    const AggregateCall& call = node.aggregates[index];
    wanted.push_back({call.name, bindCall(call, fmt::format("{}.aggregates[{}]", path_, index))});
  }
  std::vector<RowLayout::ColumnType> keyTypes;
  for (const ExpressionPointer& key : spec_->keys) keyTypes.push_back({key->type.physical(), key->nullable});
  std::vector<std::uint32_t> states;
  for (const AggregateSpec& aggregate : spec_->aggregates) states.push_back(aggregate.function->stateSize);
  spec_->layout = RowLayout(sizeof(GroupRow), keyTypes, states);

  const bool onlyNames = wanted.size() == spec_->output.size() &&
                         std::ranges::equal(wanted, spec_->output, [](const NamedExpr& want, const Field& have) {
                           return want.expression.kind() == Expr::Kind::Column && want.expression.name() == have.name;
                         });
  auto projection = std::make_shared<ProjectionSpec>();
  Schema named;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    const ExpressionPointer expression = bindExpression(wanted[index].expression, spec_->output, path_);
    projection->expressions.push_back(expression);
    named.append({wanted[index].name, expression->type, expression->nullable});
  }
  if (onlyNames) {
    spec_->output = std::move(named);
    return spec_;
  }
  projection->path = path_;
  projection->output = std::move(named);
  projection->children = {spec_};
  return projection;
}

}  // namespace

SpecPointer bindAggregation(const HashAggregationNode& aggregation, SpecPointer input, const std::string& path) {
  return AggregationBinder(std::move(input), path).bind(aggregation);
}

}  // namespace basalt
