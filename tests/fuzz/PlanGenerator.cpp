#include "tests/fuzz/PlanGenerator.h"

#include <algorithm>
#include <utility>

#include "operators/pipeline/Pipeline.h"
#include "operators/spec/PlanBinder.h"
#include "runtime/ExecutionError.h"

namespace basalt::fuzz {

namespace {

constexpr int kDeepestExpression = 3;

template <typename T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t index = items.size(); index > 1; --index) std::swap(items[index - 1], items[random.index(index)]);
}

}  // namespace

bool PlanGenerator::isExact(const Relation& relation) {
  return std::ranges::none_of(relation.columns,
                              [](const RelationColumn& column) { return column.exactness == Exactness::Inexact; });
}

std::optional<Relation> PlanGenerator::bind(const PlanBuilder& plan, const std::vector<const Relation*>& inputs,
                                            const Exactnesses& exactnesses, double rows) {
  Relation result{plan, {}, std::max(rows, 0.0)};
  try {
    const BoundPlan bound = bindPlan(plan.build(), world_);
    for (const Field& field : bound.output()) {
      RelationColumn column{field.name, field.type, Exactness::Exact};
      for (const Relation* input : inputs) {
        for (const RelationColumn& known : input->columns) {
          if (known.name == field.name) column.exactness = known.exactness;
        }
      }
      if (const auto found = exactnesses.find(field.name); found != exactnesses.end()) column.exactness = found->second;
      result.columns.push_back(column);
    }
    (void)buildPipelines(bound);
  } catch (const ExecutionError& error) {
    // The same complaint about other columns is the same complaint.
    std::string message = error.message().substr(0, error.message().find_first_of(":'\"("));
    ++refusals_[std::string(operatorName(*plan.build().root)) + ": " + message];
    return std::nullopt;
  }
  return result;
}

Relation PlanGenerator::bindOr(Relation input, const PlanBuilder& plan, const Exactnesses& exactnesses, double rows) {
  std::optional<Relation> result = bind(plan, {&input}, exactnesses, rows);
  return result ? std::move(*result) : std::move(input);
}

Case PlanGenerator::make() {
  Relation result = relation(static_cast<int>(random_.integer(1, 5)));
  Case made;
  finish(result, made);
  return made;
}

void PlanGenerator::finish(Relation& relation, Case& result) {
  const std::int64_t choice = random_.integer(0, 99);
  result.complete = relation.plan.build();
  result.plan = result.complete;
  if (choice < 25) {
    std::vector<SortKey> keys = sortKeys(relation, false);
    if (keys.empty()) return;
    for (const SortKey& key : keys) {
      const auto named = std::ranges::find(relation.columns, key.expression.name(), &RelationColumn::name);
      result.agreement.keyColumns.push_back(static_cast<std::size_t>(named - relation.columns.begin()));
    }
    result.agreement.order = Agreement::Order::ByKeys;
    result.plan = result.complete = relation.plan.sort(std::move(keys), random_.chance(20)).build();
  } else if (choice < 45 && isExact(relation)) {
    const auto limit = static_cast<std::uint64_t>(random_.integer(0, 30));
    const auto offset = static_cast<std::uint64_t>(random_.chance(60) ? 0 : random_.integer(0, 20));
    std::vector<SortKey> keys = sortKeys(relation, true);
    result.plan = result.complete = random_.chance(70)
                                        ? relation.plan.topN(std::move(keys), limit, offset).build()
                                        : relation.plan.sort(std::move(keys)).limit(limit, offset).build();
    result.agreement.order = Agreement::Order::Total;
  } else if (choice < 52) {
    const auto limit = static_cast<std::uint64_t>(random_.chance(10) ? -1 : random_.integer(0, 40));
    const auto offset = static_cast<std::uint64_t>(random_.chance(60) ? 0 : random_.integer(0, 20));
    result.plan = relation.plan.limit(limit, offset).build();
    result.agreement.limitAndOffset = {limit, offset};
  }
}

Relation PlanGenerator::relation(int depth) {
  if (depth <= 0) return random_.chance(90) ? scan() : values();
  if (depth >= 2 && random_.chance(40)) return binary(depth);
  return unary(relation(depth - 1), depth);
}

Relation PlanGenerator::unary(Relation input, int) {
  const std::int64_t choice = random_.integer(0, 99);
  if (choice < 18) return selection(std::move(input));
  if (choice < 38) return projection(std::move(input));
  if (choice < 62) return aggregation(std::move(input));
  if (choice < 67) return sortAggregation(std::move(input));
  if (choice < 73) return distinct(std::move(input));
  if (choice < 78) return top(std::move(input));
  if (choice < 81) return sort(std::move(input));
  if (choice < 87) return expand(std::move(input));
  return window(std::move(input));
}

Relation PlanGenerator::binary(int depth) {
  Relation left = relation(static_cast<int>(random_.integer(0, depth - 1)));
  Relation right = relation(static_cast<int>(random_.integer(0, depth - 2)));
  return random_.chance(70) ? join(std::move(left), std::move(right)) : setOperation(std::move(left), std::move(right));
}

Relation PlanGenerator::scan() {
  const WorldTable& table = random_.pick(world_.tables());
  std::vector<std::string> columns;
  Exactnesses exactnesses;
  std::vector<RelationColumn> all;
  for (const TableColumn& column : table.columns) {
    const Exactness exactness = column.isDyadic ? Exactness::Dyadic : Exactness::Exact;
    exactnesses[column.field.name] = exactness;
    all.push_back({column.field.name, column.field.type, exactness});
    if (random_.chance(80)) columns.push_back(column.field.name);
  }
  shuffle(columns, random_);
  if (random_.chance(20)) columns.clear();
  std::optional<Expr> filter;
  if (random_.chance(40)) filter = ExpressionGenerator(random_, all).condition(2);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  auto size = static_cast<std::int64_t>(table.rows.size());
  if (size > 0 && random_.chance(8)) {
    const std::int64_t begin = random_.integer(0, size - 1);
    const std::int64_t end = random_.integer(begin, size);
    ranges.emplace_back(begin, end);
    if (end < size && random_.chance(50)) ranges.emplace_back(end, random_.integer(end, size));
    std::erase_if(ranges, [](const auto& range) { return range.first == range.second; });
  }
  const PlanBuilder plan = PlanBuilder::scan(table.name, columns, filter, ranges);
  const auto rows = static_cast<double>(size);
  if (std::optional<Relation> result = bind(plan, {}, exactnesses, rows)) return *result;
  return *bind(PlanBuilder::scan(table.name), {}, exactnesses, rows);
}

Relation PlanGenerator::values() {
  ValuesNode node;
  ExpressionGenerator expressions(random_, {});
  std::vector<Type> types;
  const std::int64_t columns = random_.integer(1, 4);
  for (std::int64_t column = 0; column < columns; ++column) {
    types.push_back(expressions.anyType());
    const bool isTyped = random_.chance(50);
    node.columns.push_back({newName(), isTyped ? std::optional(types.back()) : std::nullopt});
  }
  const std::int64_t rows = random_.integer(random_.chance(10) ? 0 : 1, 8);
  for (std::int64_t row = 0; row < rows; ++row) {
    std::vector<Expr> cells;
    for (const Type type : types) cells.push_back(expressions.literal(type));
    node.rows.push_back(std::move(cells));
  }
  if (auto result = bind(PlanBuilder::values(std::move(node)), {}, {}, static_cast<double>(rows))) return *result;
  return scan();
}

Relation PlanGenerator::selection(Relation input) {
  const Expr predicate = ExpressionGenerator(random_, input.columns).condition(kDeepestExpression);
  const PlanBuilder plan = input.plan.filter(predicate);
  const double rows = input.rows / 2;
  return bindOr(std::move(input), plan, {}, rows);
}

/// A column as it is, or an expression.
NamedExpr PlanGenerator::output(const Relation& input, Exactnesses& exactnesses) {
  NamedExpr result{newName(), lit(std::int64_t{0})};
  if (!input.columns.empty() && random_.chance(45)) {
    const RelationColumn& column = random_.pick(input.columns);
    result.expression = col(column.name);
    exactnesses[result.name] = column.exactness;
    return result;
  }
  ExpressionGenerator expressions(random_, input.columns);
  result.expression = expressions.make(expressions.anyType(), kDeepestExpression);
  exactnesses[result.name] = Exactness::Exact;
  return result;
}

Relation PlanGenerator::projection(Relation input) {
  std::vector<NamedExpr> expressions;
  Exactnesses exactnesses;
  const std::int64_t count = random_.integer(1, 6);
  for (std::int64_t index = 0; index < count; ++index) expressions.push_back(output(input, exactnesses));
  const PlanBuilder plan = input.plan.project(std::move(expressions));
  const double rows = input.rows;
  return bindOr(std::move(input), plan, exactnesses, rows);
}

std::vector<SortKey> PlanGenerator::sortKeys(const Relation& input, bool isTotal) {
  std::vector<SortKey> keys;
  for (const RelationColumn& column : input.columns) {
    if (column.exactness == Exactness::Inexact) continue;
    SortKey key{col(column.name), random_.chance(50), {}};
    if (random_.chance(30)) key.nullsFirst = random_.chance(50);
    keys.push_back(std::move(key));
  }
  shuffle(keys, random_);
  if (!isTotal && keys.size() > 1) keys.resize(static_cast<std::size_t>(random_.integer(1, 2)), keys.front());
  return keys;
}

Relation PlanGenerator::top(Relation input) {
  if (!isExact(input)) return input;
  const auto limit = static_cast<std::uint64_t>(random_.integer(0, 50));
  const auto offset = static_cast<std::uint64_t>(random_.chance(70) ? 0 : random_.integer(0, 10));
  std::vector<SortKey> keys = sortKeys(input, true);
  const PlanBuilder plan = random_.chance(70) ? input.plan.topN(std::move(keys), limit, offset)
                                              : input.plan.sort(std::move(keys)).limit(limit, offset);
  const double rows = std::min(input.rows, static_cast<double>(limit));
  return bindOr(std::move(input), plan, {}, rows);
}

Relation PlanGenerator::sort(Relation input) {
  std::vector<SortKey> keys = sortKeys(input, false);
  if (keys.empty()) return input;
  const PlanBuilder plan = input.plan.sort(std::move(keys));
  const double rows = input.rows;
  return bindOr(std::move(input), plan, {}, rows);
}

Relation PlanGenerator::expand(Relation input) {
  std::vector<std::vector<NamedExpr>> projections;
  Exactnesses exactnesses;
  std::vector<Type> types;
  const std::int64_t columns = random_.integer(1, 4);
  ExpressionGenerator expressions(random_, input.columns);
  std::vector<std::string> names;
  for (std::int64_t column = 0; column < columns; ++column) {
    types.push_back(expressions.anyType());
    names.push_back(newName());
    exactnesses[names.back()] = Exactness::Exact;
  }
  const std::int64_t lists = random_.integer(1, 3);
  for (std::int64_t list = 0; list < lists; ++list) {
    projections.emplace_back();
    for (std::size_t column = 0; column < types.size(); ++column) {
      projections.back().push_back({names[column], expressions.make(types[column], 2)});
    }
  }
  const PlanBuilder plan = input.plan.expand(std::move(projections));
  const double rows = input.rows * static_cast<double>(lists);
  return bindOr(std::move(input), plan, exactnesses, rows);
}

}  // namespace basalt::fuzz
