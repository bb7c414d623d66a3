#include "tests/fuzz/PlanGenerator.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "operators/pipeline/Pipeline.h"
#include "operators/spec/PlanBinder.h"
#include "runtime/ExecutionError.h"

namespace basalt::fuzz {

namespace {

constexpr int kDeepestExpression = 3;
/// Joins of more pairs than this get smaller inputs.
constexpr double kMostPairs = 100'000;

Exactness worse(Exactness left, Exactness right) { return std::max(left, right); }

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

std::vector<NamedExpr> PlanGenerator::groupKeys(const Relation& input, std::int64_t most) {
  std::vector<NamedExpr> keys;
  ExpressionGenerator expressions(random_, input.columns);
  const std::int64_t count = random_.integer(random_.chance(15) ? 0 : 1, most);
  for (std::int64_t index = 0; index < count; ++index) {
    const Type type = expressions.anyType();
    std::optional<Expr> column = expressions.column(type);
    keys.push_back({newName(), column && random_.chance(80) ? *column : expressions.make(type, 2)});
  }
  return keys;
}

std::optional<AggregateCall> PlanGenerator::aggregate(const Relation& input, Exactnesses& exactnesses) {
  static const std::vector<std::string> kFunctions = [] {
    std::set<std::string> names{"count", "avg"};
    // any_value may be any, and the rest the binder uses by itself.
    static const std::set<std::string, std::less<>> kElsewhere = {
        "any_value", "sum_not_null", "sum_bounded", "sum_not_null_bounded", "count_star", "string_agg", "concat_agg"};
    for (const AggregateInfo& known : aggregateCatalog()) {
      if (!kElsewhere.contains(known.name)) names.emplace(known.name);
    }
    std::vector<std::string> list(names.begin(), names.end());
    for (const char* often : {"sum", "sum", "min", "max", "count"}) list.emplace_back(often);
    return list;
  }();
  AggregateCall call;
  call.name = newName();
  call.function = random_.pick(kFunctions);
  exactnesses[call.name] = Exactness::Exact;
  if (random_.chance(15)) call.filter = ExpressionGenerator(random_, input.columns).condition(2);
  if (call.function == "count" && random_.chance(40)) return call;
  const bool takesAny = call.function == "count" || call.function == "min" || call.function == "max";
  if (random_.chance(15)) call.distinct = true;
  if (takesAny) {
    ExpressionGenerator expressions(random_, input.columns);
    const Type type = expressions.anyType();
    std::optional<Expr> column = expressions.column(type);
    call.argument = column && random_.chance(70) ? *column : expressions.make(type, 2);
    return call;
  }
  // Sums of numbers: those of floating ones must not depend on the order.
  std::vector<RelationColumn> dyadic;
  std::vector<RelationColumn> exact;
  for (const RelationColumn& column : input.columns) {
    if (!column.type.isFloating()) exact.push_back(column);
    if (column.type.isFloating() && column.exactness == Exactness::Dyadic) dyadic.push_back(column);
  }
  static const std::vector<Type> kTypes = {Type::tinyInt(),     Type::smallInt(),     Type::integer(),
                                           Type::bigInt(),      Type::decimal(15, 2), Type::decimal(38, 10),
                                           Type::decimal(18, 0)};
  const bool isOfNumbers = !call.function.starts_with("b") && call.function != "count_if";
  if (isOfNumbers && !dyadic.empty() && random_.chance(30)) {
    call.argument = col(random_.pick(dyadic).name);
  } else {
    ExpressionGenerator expressions(random_, exact);
    const bool isOfBooleans = call.function.starts_with("bool") || call.function == "count_if";
    const Type type = isOfBooleans                        ? Type::boolean()
                      : call.function.starts_with("bit_") ? kTypes[random_.index(4)]
                                                          : random_.pick(kTypes);
    std::optional<Expr> column = expressions.column(type);
    call.argument = column && random_.chance(70) ? *column : expressions.make(type, 2);
  }
  const bool isSum = call.function == "sum" || call.function == "bool_and" || call.function == "bool_or" ||
                     call.function.starts_with("bit_") || call.function.starts_with("count");
  if (!isSum) exactnesses[call.name] = Exactness::Inexact;
  return call;
}

std::vector<AggregateCall> PlanGenerator::aggregates(const Relation& input, Exactnesses& exactnesses) {
  std::vector<AggregateCall> calls;
  const std::int64_t count = random_.integer(random_.chance(10) ? 0 : 1, 4);
  for (std::int64_t index = 0; index < count; ++index) {
    if (std::optional<AggregateCall> call = aggregate(input, exactnesses)) calls.push_back(std::move(*call));
  }
  return calls;
}

Relation PlanGenerator::aggregation(Relation input) {
  HashAggregationNode node;
  Exactnesses exactnesses;
  node.groupBy = groupKeys(input, 3);
  for (const NamedExpr& key : node.groupBy) exactnesses[key.name] = Exactness::Exact;
  node.aggregates = aggregates(input, exactnesses);
  if (node.groupBy.empty() && node.aggregates.empty()) return input;
  double rows = node.groupBy.empty() ? 1 : input.rows;
  if (!node.groupBy.empty() && random_.chance(12)) {
    const std::int64_t sets = random_.integer(1, 3);
    for (std::int64_t set = 0; set < sets; ++set) {
      node.groupingSets.emplace_back();
      for (std::uint32_t key = 0; key < node.groupBy.size(); ++key) {
        if (random_.chance(50)) node.groupingSets.back().push_back(key);
      }
    }
    rows *= static_cast<double>(sets);
    if (random_.chance(50)) node.groupingSet = newName();
  }
  const PlanBuilder plan = input.plan.aggregate(std::move(node));
  return bindOr(std::move(input), plan, exactnesses, rows);
}

/// Over what is sorted by the keys, so that the rows of a group are adjacent.
Relation PlanGenerator::sortAggregation(Relation input) {
  Exactnesses exactnesses;
  std::vector<NamedExpr> keys;
  std::vector<SortKey> order = sortKeys(input, false);
  for (const SortKey& key : order) {
    keys.push_back({newName(), key.expression});
    exactnesses[keys.back().name] = Exactness::Exact;
  }
  std::vector<AggregateCall> calls = aggregates(input, exactnesses);
  if (keys.empty() || calls.empty()) return input;
  const double rows = input.rows;
  const PlanBuilder plan = input.plan.sort(order).sortAggregate(std::move(keys), std::move(calls));
  return bindOr(std::move(input), plan, exactnesses, rows);
}

Relation PlanGenerator::distinct(Relation input) {
  if (!isExact(input)) return input;
  const PlanBuilder plan = input.plan.distinct();
  const double rows = input.rows;
  return bindOr(std::move(input), plan, {}, rows);
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

WindowFrame PlanGenerator::frame(bool isTotal) {
  using Kind = FrameBound::Kind;
  WindowFrame result;
  if (random_.chance(40)) return result;
  // A number of rows means something only where every row has its place.
  result.unit = isTotal && random_.chance(70) ? WindowFrame::Unit::Rows : WindowFrame::Unit::Groups;
  const auto offset = [&] { return Expr(lit(random_.integer(0, 3))); };
  switch (random_.integer(0, 3)) {
    case 0:
      break;
    case 1:
      result.start = {Kind::Preceding, offset()};
      break;
    case 2:
      result.start = {Kind::CurrentRow, {}};
      result.end = {Kind::UnboundedFollowing, {}};
      break;
    default:
      result.start = {Kind::Preceding, offset()};
      result.end = {Kind::Following, offset()};
      break;
  }
  if (result.unit == WindowFrame::Unit::Groups && random_.chance(30) && result.start.kind != Kind::Preceding) {
    result.unit = WindowFrame::Unit::Range;
  }
  return result;
}

WindowCall PlanGenerator::windowCall(const Relation& input, bool isTotal, Exactnesses& exactnesses) {
  static const std::vector<std::string> kRanks = {"rank", "dense_rank", "percent_rank", "cume_dist"};
  static const std::vector<std::string> kByRow = {"row_number",  "ntile",      "lag",      "lead",
                                                  "first_value", "last_value", "nth_value"};
  WindowCall call;
  call.name = newName();
  exactnesses[call.name] = Exactness::Exact;
  const std::int64_t choice = random_.integer(0, 99);
  ExpressionGenerator expressions(random_, input.columns);
  if (choice < 25) {
    call.function = random_.pick(kRanks);
    return call;
  }
  if (choice < 65 && isTotal) {
    call.function = random_.pick(kByRow);
    if (call.function == "row_number") return call;
    if (call.function == "ntile") {
      call.arguments = {lit(random_.integer(1, 5))};
      return call;
    }
    call.arguments = {expressions.make(expressions.anyType(), 1)};
    call.ignoreNulls = random_.chance(20);
    if (call.function == "nth_value") call.arguments.push_back(lit(random_.integer(1, 3)));
    if (call.function == "lag" || call.function == "lead") {
      if (random_.chance(60)) call.arguments.push_back(lit(random_.integer(0, 3)));
    } else {
      call.frame = frame(isTotal);
    }
    return call;
  }
  std::optional<AggregateCall> aggregated = aggregate(input, exactnesses);
  exactnesses[call.name] = exactnesses[aggregated->name];
  call.function = aggregated->function;
  if (aggregated->argument) call.arguments = {*aggregated->argument};
  call.filter = aggregated->filter;
  call.frame = frame(isTotal);
  return call;
}

Relation PlanGenerator::window(Relation input) {
  const bool isTotal = isExact(input) && random_.chance(60);
  WindowNode node;
  Exactnesses exactnesses;
  for (NamedExpr& key : groupKeys(input, 2)) node.partitionBy.push_back(std::move(key.expression));
  node.orderBy = sortKeys(input, isTotal);
  const std::int64_t count = random_.integer(1, 3);
  for (std::int64_t index = 0; index < count; ++index) {
    node.functions.push_back(windowCall(input, isTotal, exactnesses));
  }
  const PlanBuilder plan = input.plan.window(std::move(node));
  const double rows = input.rows;
  return bindOr(std::move(input), plan, exactnesses, rows);
}

Relation PlanGenerator::renamed(Relation input) {
  std::vector<NamedExpr> expressions;
  Exactnesses exactnesses;
  for (const RelationColumn& column : input.columns) {
    expressions.push_back({newName(), col(column.name)});
    exactnesses[expressions.back().name] = column.exactness;
  }
  const PlanBuilder plan = input.plan.project(std::move(expressions));
  const double rows = input.rows;
  return bindOr(std::move(input), plan, exactnesses, rows);
}

Relation PlanGenerator::shrunk(Relation input, double rows) {
  if (input.rows <= rows) return input;
  if (!isExact(input)) {
    std::vector<NamedExpr> kept;
    for (const RelationColumn& column : input.columns) {
      if (column.exactness != Exactness::Inexact) kept.push_back({column.name, col(column.name)});
    }
    if (kept.empty()) kept.push_back({newName(), lit(std::int64_t{1})});
    const PlanBuilder plan = input.plan.project(std::move(kept));
    input = bindOr(input, plan, {}, input.rows);
  }
  const PlanBuilder plan = input.plan.topN(sortKeys(input, true), static_cast<std::uint64_t>(rows));
  return bindOr(std::move(input), plan, {}, rows);
}

std::vector<JoinKey> PlanGenerator::joinKeys(const Relation& left, const Relation& right) {
  ExpressionGenerator leftSide(random_, left.columns);
  ExpressionGenerator rightSide(random_, right.columns);
  std::vector<JoinKey> keys;
  const std::int64_t count = random_.chance(70) ? 1 : 2;
  for (std::int64_t index = 0; index < count; ++index) {
    Type type = leftSide.anyType();
    for (int attempt = 0; attempt < 6 && !(leftSide.column(type) && rightSide.column(type)); ++attempt) {
      type = attempt % 2 == 0 ? rightSide.anyType() : leftSide.anyType();
    }
    const auto side = [&](ExpressionGenerator& expressions) {
      std::optional<Expr> column = expressions.column(type);
      return column && random_.chance(85) ? *column : expressions.make(type, 1);
    };
    Expr leftKey = side(leftSide);
    Expr rightKey = side(rightSide);
    keys.push_back({std::move(leftKey), std::move(rightKey), random_.chance(12)});
  }
  return keys;
}

Relation PlanGenerator::join(Relation left, Relation right) {
  if (left.rows * right.rows > kMostPairs) {
    left = shrunk(std::move(left), std::sqrt(kMostPairs));
    right = shrunk(std::move(right), std::sqrt(kMostPairs));
  }
  right = renamed(std::move(right));
  static const std::vector<JoinType> kTypes = {
      JoinType::Inner,     JoinType::Inner, JoinType::Inner,    JoinType::Left,      JoinType::Left,
      JoinType::Right,     JoinType::Full,  JoinType::LeftSemi, JoinType::RightSemi, JoinType::LeftAnti,
      JoinType::RightAnti, JoinType::Mark,  JoinType::Mark,     JoinType::Single};
  JoinContent content;
  content.type = random_.pick(kTypes);
  content.mark = newName();
  const bool needsRight = content.type == JoinType::Mark || content.type == JoinType::Single;
  if (random_.chance(50)) content.build = needsRight || random_.chance(50) ? JoinSide::Right : JoinSide::Left;
  std::vector<RelationColumn> pair = left.columns;
  pair.insert(pair.end(), right.columns.begin(), right.columns.end());
  const std::int64_t choice = random_.integer(0, 99);
  if (random_.chance(choice < 80 ? 30 : 90)) content.condition = ExpressionGenerator(random_, pair).condition(2);
  double rows = left.rows * right.rows / 3;
  if (content.type != JoinType::Inner) rows = std::max({rows, left.rows, right.rows});
  std::optional<Relation> result;
  if (choice < 80) {
    HashJoinNode node;
    static_cast<JoinContent&>(node) = content;
    node.keys = joinKeys(left, right);
    result = bind(left.plan.join(right.plan, node), {&left, &right}, {}, rows);
  } else if (choice < 94) {
    NestedLoopJoinNode node;
    static_cast<JoinContent&>(node) = content;
    result = bind(left.plan.join(right.plan, node), {&left, &right}, {}, rows);
  } else {
    result = bind(left.plan.crossJoin(right.plan, {content.build, {}}), {&left, &right}, {}, rows * 3);
  }
  if (!result) {
    // An inner join of the same keys is better than none.
    HashJoinNode node;
    node.keys = joinKeys(left, right);
    result = bind(left.plan.join(right.plan, node), {&left, &right}, {}, rows);
  }
  if (!result) return left;
  return result->rows > 5000 && random_.chance(70) ? aggregation(std::move(*result)) : std::move(*result);
}

Relation PlanGenerator::setOperation(Relation left, Relation right) {
  using Kind = SetOperationNode::Kind;
  static const std::vector<Kind> kKinds = {Kind::Union, Kind::Union, Kind::Union, Kind::Intersect, Kind::Except};
  SetOperationNode operation{random_.pick(kKinds), random_.chance(60)};
  if (!(operation.kind == Kind::Union && operation.all) && !isExact(left)) operation = {Kind::Union, true};
  // The columns of the others follow the first's types, or come close.
  std::vector<PlanBuilder> others;
  Exactnesses exactnesses;
  for (const RelationColumn& column : left.columns)
    exactnesses[column.name] = worse(column.exactness, Exactness::Exact);
  const std::int64_t count = random_.chance(85) ? 1 : 2;
  double rows = left.rows;
  for (std::int64_t index = 0; index < count; ++index) {
    ExpressionGenerator expressions(random_, right.columns);
    std::vector<NamedExpr> list;
    for (const RelationColumn& column : left.columns) {
      std::optional<Expr> same = expressions.column(column.type);
      list.push_back({newName(), same && random_.chance(80) ? *same : expressions.make(column.type, 1)});
    }
    others.push_back(right.plan.project(std::move(list)));
    rows += right.rows;
  }
  std::optional<Relation> result = bind(left.plan.combine(others, operation), {&left}, exactnesses, rows);
  if (!result) result = bind(left.plan.combine(others, {Kind::Union, true}), {&left}, exactnesses, rows);
  return result ? std::move(*result) : std::move(left);
}

}  // namespace basalt::fuzz
