#include <algorithm>
#include <set>
#include <utility>

#include "operators/KernelCatalog.h"
#include "tests/fuzz/PlanGenerator.h"

namespace basalt::fuzz {

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

}  // namespace basalt::fuzz
