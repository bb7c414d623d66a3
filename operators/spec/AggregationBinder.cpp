#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/DictionaryCodes.h"
#include "operators/expression/RangeAnalysis.h"
#include "operators/spec/AggregateBinding.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/GroupingSets.h"
#include "operators/spec/OperatorBinders.h"
#include "operators/spec/RangeDerivation.h"
#include "operators/spec/RowEstimate.h"
#include "runtime/hashtable/GroupTable.h"

namespace basalt {
namespace {

/// The column that holds the number of a group's grouping set.
constexpr std::string_view kGroupingSet = "$set";

/// MIN, MAX and the like see no difference between distinct values and all.
bool ignoresRepetition(std::string_view function) {
  static constexpr std::array<std::string_view, 7> kNames = {"min",     "max",     "any_value", "bool_and",
                                                             "bool_or", "bit_and", "bit_or"};
  return std::ranges::find(kNames, function) != kNames.end();
}

class AggregationBinder {
 public:
  AggregationBinder(OperatorKind kind, SpecPointer input, std::string path)
      : path_(std::move(path)), input_(std::move(input)), spec_(std::make_shared<AggregationSpec>(kind)) {
    spec_->path = path_;
    spec_->inputs.emplace_back();
  }

  /// Before the rest.
  void bindSets(const HashAggregationNode& node);
  SpecPointer bind(const AggregationContent& content);

 private:
  void bindKeys(const std::vector<NamedExpr>& groupBy);
  /// Of a grouping set: as many groups as it has, even without input.
  void addStandingGroup(std::size_t set);
  /// The expression, over the aggregation's raw columns, that yields what `call` asks for.
  Expr bindCall(const AggregateCall& call, const std::string& path);
  /// The raw column of one aggregate; added unless it is there. `argument` is over the input's columns.
  Expr bindRaw(std::string function, const ExpressionPointer& argument, bool isDistinct, const std::string& path);
  /// The number, from 0, of a distinct argument.
  std::uint32_t numberDistinct(const ExpressionPointer& argument);
  std::shared_ptr<AggregationSpec> makeDeduplication(const ExpressionPointer& argument, SpecPointer below) const;
  /// Puts the expansion of the input to all grouping sets below the aggregation, which has all its aggregates.
  void placeExpansion();
  /// Puts the deduplications below the aggregation, which has all its aggregates.
  void placeInputs();

  std::string path_;
  SpecPointer input_;
  std::shared_ptr<AggregationSpec> spec_;
  /// Empty unless the aggregation has grouping sets; then what keys are over the input, before sets make them NULL.
  GroupingSets sets_;
  /// What the number of the set is called; empty when it is not asked for.
  std::string setName_;
  std::vector<ExpressionPointer> ungrouped_;
  /// Arguments of which each value counts once in a group, over the input's columns.
  std::vector<ExpressionPointer> distinct_;
};

/// What follows from keys, aggregates and what is below.
void completeAggregation(AggregationSpec& spec, SpecPointer below) {
  spec.children = {std::move(below)};
  std::vector<RowLayout::ColumnType> keys = columnTypes(spec.inputs.front().keys, rowsOf(spec));
  if (spec.inputs.size() > 1) {
    // Others bring keys that lie in rows of the operators below.
    for (RowLayout::ColumnType& key : keys) key.sharesText = false;
  }
  spec.layOut(keys);
}

void AggregationBinder::bindSets(const HashAggregationNode& node) {
  sets_ = node.groupingSets;
  setName_ = node.groupingSet;
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    for (std::size_t index = 0; index < sets_[set].size(); ++index) {
      if (sets_[set][index] < node.groupBy.size()) continue;
      failPlan(fmt::format("{}.groupingSets[{}][{}]", path_, set, index),
               fmt::format("expected an index into groupBy, which has {} keys, got {}", node.groupBy.size(),
                           sets_[set][index]));
    }
  }
  if (!sets_.empty() || node.groupingSet.empty()) return;
  std::vector<std::uint32_t>& all = sets_.emplace_back();
  for (std::uint32_t key = 0; key < node.groupBy.size(); ++key) all.push_back(key);
}

void AggregationBinder::bindKeys(const std::vector<NamedExpr>& groupBy) {
  std::vector<ExpressionPointer>& keys = spec_->inputs.front().keys;
  const auto add = [&](const ExpressionPointer& key, std::string name) {
    const PassedValue passed = passOn(key);
    spec_->output.append(passed.field(std::move(name)));
    keys.push_back(passed.value);
  };
  for (std::size_t index = 0; index < groupBy.size(); ++index) {
    ExpressionPointer key =
        bindExpression(groupBy[index].expression, input_->output, fmt::format("{}.groupBy[{}]", path_, index));
    if (!sets_.empty()) {
      ungrouped_.push_back(key);
      const bool nullable =
          key->nullable || !std::ranges::all_of(sets_, [&](const auto& set) { return groupsBy(set, index); });
      key = referTo(*key, index, nullable);
    }
    add(key, fmt::format("$key{}", index));
  }
  if (sets_.empty() && groupBy.empty()) spec_->standingGroups.emplace_back();
  if (sets_.empty()) return;
  Expression number;
  number.type = Type::integer();
  number.text = "grouping set";
  add(referTo(number, groupBy.size()), std::string(kGroupingSet));
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    if (sets_[set].empty()) addStandingGroup(set);
  }
}

void AggregationBinder::addStandingGroup(std::size_t set) {
  std::vector<Value>& group = spec_->standingGroups.emplace_back();
  for (const ExpressionPointer& key : ungrouped_) group.push_back(Value::null(key->type));
  group.push_back(Value::integer(Type::integer(), static_cast<Int128>(set)));
}

void AggregationBinder::placeExpansion() {
  // Arguments are over the input; of its columns the expansion passes on what they look at.
  std::set<std::uint32_t> used;
  for (const ExpressionPointer& argument : distinct_) collectColumns(*argument, used);
  for (const AggregateSpec& aggregate : spec_->aggregates) {
    if (aggregate.input == 0 && aggregate.argument) collectColumns(*aggregate.argument, used);
  }
  std::vector<std::uint32_t> mapping(input_->output.size());
  auto next = static_cast<std::uint32_t>(spec_->keyCount());
  for (const std::uint32_t column : used) mapping[column] = next++;
  input_ = expandGroupingSets(sets_, ungrouped_, {used.begin(), used.end()}, input_, path_);
  for (ExpressionPointer& argument : distinct_) argument = remapColumns(argument, mapping);
  for (AggregateSpec& aggregate : spec_->aggregates) {
    if (aggregate.input == 0 && aggregate.argument) aggregate.argument = remapColumns(aggregate.argument, mapping);
  }
}

Expr AggregationBinder::bindRaw(std::string function, const ExpressionPointer& argument, bool isDistinct,
                                const std::string& path) {
  ExpressionPointer bound = argument;
  std::uint32_t input = 0;
  if (isDistinct && bound && !ignoresRepetition(function)) {
    const PassedValue passed = passOn(bound);
    input = 1 + numberDistinct(passed.value);
    bound = referTo(*passed.value, spec_->keyCount());
    if (passed.dictionary && function != "count") bound = decode(std::move(bound), passed.dictionary);
  }
  // Unless groups may be empty, what cannot be NULL needs no flag that says whether there was a value.
  const bool hasValues = bound && !bound->nullable && spec_->standingGroups.empty();
  if (hasValues && function == "sum") function = "sum_not_null";
  // COUNT of what cannot be NULL counts rows.
  if (bound && !bound->nullable && function == "count") {
    function = "count_star";
    bound = nullptr;
  }
  const AggregateInfo& chosen = chooseAggregate(function, bound, path + ".function", path + ".argument");
  // A group has each row of the input once at most.
  const AggregateInfo& info =
      bound ? boundedSum(chosen, useRanges(argument, input_->valueRanges).range, mostRows(*input_)) : chosen;
  std::string text = bound ? fmt::format("{}({}{})", function, input != 0 ? "distinct " : "", bound->text) : function;
  if (input != 0 && !bound) text = fmt::format("count(distinct {})", argument->text);
  for (std::size_t index = 0; index < spec_->aggregates.size(); ++index) {
    if (spec_->aggregates[index].text == text) return col(spec_->output[spec_->keyCount() + index].name);
  }
  const std::string column = fmt::format("${}", text);
  const bool nullable = !isCount(info) && (!hasValues || needsSeveralValues(info));
  spec_->output.append({column, aggregateType(info, bound), nullable});
  spec_->aggregates.push_back({&info, bound, text, input});
  return col(column);
}

Expr AggregationBinder::bindCall(const AggregateCall& call, const std::string& path) {
  ExpressionPointer argument;
  if (call.argument) argument = bindExpression(*call.argument, input_->output, path + ".argument");
  if (call.distinct && !argument) failPlan(path + ".distinct", "a distinct aggregate needs an argument");
  if (call.filter) {
    argument = filterArgument(argument, bindCondition(*call.filter, input_->output, path + ".filter"));
  }
  return composeAggregate(call.function, argument, call.separator, path + ".argument",
                          [&](const std::string& function, const ExpressionPointer& of) {
                            return bindRaw(function, of, call.distinct, path);
                          });
}

std::uint32_t AggregationBinder::numberDistinct(const ExpressionPointer& argument) {
  const auto known = std::ranges::find(distinct_, argument->text, [](const auto& each) { return each->text; });
  const auto number = static_cast<std::uint32_t>(known - distinct_.begin());
  if (known == distinct_.end()) distinct_.push_back(argument);
  return number;
}

std::shared_ptr<AggregationSpec> AggregationBinder::makeDeduplication(const ExpressionPointer& argument,
                                                                      SpecPointer below) const {
  auto deduplication = std::make_shared<AggregationSpec>();
  deduplication->path = path_;
  AggregationInput& input = deduplication->inputs.emplace_back();
  for (const ExpressionPointer& key : spec_->inputs.front().keys) input.keys.push_back(copyExpression(key));
  input.keys.push_back(copyExpression(argument));
  for (const ExpressionPointer& key : input.keys) deduplication->output.append({key->text, key->type, key->nullable});
  completeAggregation(*deduplication, std::move(below));
  return deduplication;
}

void AggregationBinder::placeInputs() {
  AggregationInput groups;
  for (const ExpressionPointer& key : spec_->inputs.front().keys) {
    groups.keys.push_back(referTo(*key, groups.keys.size()));
  }
  const bool sharesOneArgument =
      distinct_.size() == 1 &&
      std::ranges::all_of(spec_->aggregates, [](const AggregateSpec& aggregate) { return aggregate.input == 1; });
  SpecPointer below = input_;
  if (sharesOneArgument) {
    below = makeDeduplication(distinct_.front(), std::move(below));
    spec_->inputs.front() = std::move(groups);
    for (AggregateSpec& aggregate : spec_->aggregates) aggregate.input = 0;
  } else {
    for (std::size_t index = distinct_.size(); index-- > 0;) {
      const std::shared_ptr<AggregationSpec> deduplication = makeDeduplication(distinct_[index], below);
      deduplication->passesRows = true;
      below = deduplication;
    }
    spec_->inputs.insert(spec_->inputs.end(), distinct_.size(), groups);
  }
  completeAggregation(*spec_, std::move(below));
}

SpecPointer AggregationBinder::bind(const AggregationContent& node) {
  if (node.groupBy.empty() && node.aggregates.empty()) {
    failPlan(path_, "expected at least one key in groupBy or one of aggregates");
  }
  bindKeys(node.groupBy);
  std::vector<NamedExpr> wanted;
  for (std::size_t index = 0; index < node.groupBy.size(); ++index) {
    wanted.push_back({node.groupBy[index].name, col(spec_->output[index].name)});
  }
  if (!setName_.empty()) wanted.push_back({setName_, col(std::string(kGroupingSet))});
  for (std::size_t index = 0; index < node.aggregates.size(); ++index) {
    const AggregateCall& call = node.aggregates[index];
    wanted.push_back({call.name, bindCall(call, fmt::format("{}.aggregates[{}]", path_, index))});
  }
  if (!sets_.empty()) placeExpansion();
  placeInputs();

  const bool onlyNames = wanted.size() == spec_->output.size() &&
                         std::ranges::equal(wanted, spec_->output, [](const NamedExpr& want, const Field& have) {
                           return want.expression.kind() == Expr::Kind::Column && want.expression.name() == have.name;
                         });
  auto projection = std::make_shared<ProjectionSpec>();
  Schema named;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    const ExpressionPointer expression = bindExpression(wanted[index].expression, spec_->output, path_);
    const PassedValue passed = passOn(expression);
    projection->expressions.push_back(passed.value);
    named.append(passed.field(wanted[index].name));
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
  AggregationBinder binder(OperatorKind::HashAggregation, std::move(input), path);
  binder.bindSets(aggregation);
  return binder.bind(aggregation);
}

SpecPointer bindAggregation(const SortAggregationNode& aggregation, SpecPointer input, const std::string& path) {
  for (std::size_t index = 0; index < aggregation.aggregates.size(); ++index) {
    if (!aggregation.aggregates[index].distinct) continue;
    failPlan(fmt::format("{}.aggregates[{}].distinct", path, index),
             "distinct values take memory that grows with the group; use a HashAggregation");
  }
  // Where all rows are one group, their order does not matter, and constant memory is no feat.
  const OperatorKind kind = aggregation.groupBy.empty() ? OperatorKind::HashAggregation : OperatorKind::SortAggregation;
  return AggregationBinder(kind, std::move(input), path).bind(aggregation);
}

SpecPointer bindDistinct(SpecPointer input, const std::string& path) {
  auto spec = std::make_shared<AggregationSpec>();
  spec->path = path;
  spec->output = input->output;
  AggregationInput& rows = spec->inputs.emplace_back();
  for (std::uint32_t column = 0; column < input->output.size(); ++column) {
    rows.keys.push_back(makeColumnReference(input->output, column));
  }
  completeAggregation(*spec, std::move(input));
  return spec;
}

SpecPointer makeCounts(SpecPointer input, const std::vector<std::uint32_t>& keys,
                       const std::vector<std::uint32_t>& counted, const std::string& path) {
  auto spec = std::make_shared<AggregationSpec>();
  spec->path = path;
  AggregationInput& rows = spec->inputs.emplace_back();
  for (const std::uint32_t column : keys) {
    rows.keys.push_back(makeColumnReference(input->output, column));
    spec->output.append(input->output[column]);
  }
  for (const std::uint32_t column : counted) {
    ExpressionPointer argument = makeColumnReference(input->output, column);
    const AggregateInfo& count = chooseAggregate("count", argument, path, path);
    const std::string text = fmt::format("count({})", argument->text);
    spec->output.append({text, aggregateType(count, argument), false});
    spec->aggregates.push_back({&count, argument, text});
  }
  completeAggregation(*spec, std::move(input));
  return spec;
}

}  // namespace basalt
