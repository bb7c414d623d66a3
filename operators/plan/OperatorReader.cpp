#include "operators/plan/OperatorReader.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace basalt {

namespace {

using namespace jsonreading;

std::vector<Expr> readExpressions(const Json& value, const Place& place) {
  std::vector<Expr> expressions;
  for (const Json& element : readArray(value, place)) {
    expressions.push_back(readExpression(element, place.element(expressions.size())));
  }
  return expressions;
}

std::optional<Expr> readOptionalExpression(const Json& object, const Place& place, std::string_view field) {
  if (const Json* value = optionalField(object, field)) {
    return readExpression(*value, place.field(field));
  }
  return std::nullopt;
}

std::vector<std::string> readOptionalStrings(const Json& object, const Place& place, std::string_view field) {
  const Json* value = optionalField(object, field);
  return value == nullptr ? std::vector<std::string>() : readStrings(*value, place.field(field));
}

std::uint64_t readOptionalUnsigned(const Json& object, const Place& place, std::string_view field) {
  const Json* value = optionalField(object, field);
  return value == nullptr ? 0 : readUnsigned(*value, place.field(field));
}

bool readOptionalBoolean(const Json& object, const Place& place, std::string_view field) {
  const Json* value = optionalField(object, field);
  return value != nullptr && readBoolean(*value, place.field(field));
}

/// One of the names that `values` have.
template <typename Enum, std::size_t Count>
Enum readName(const Json& value, const Place& place, std::string_view what,
              const std::array<std::pair<std::string_view, Enum>, Count>& values) {
  const std::string text = readString(value, place);
  std::vector<std::string_view> known;
  for (const auto& [word, meaning] : values) {
    if (word == text) {
      return meaning;
    }
    known.push_back(word);
  }
  throw errorAt(place, fmt::format("unknown {}; known are {}; found: \"{}\"", what, fmt::join(known, ", "), text));
}

/// {"name", "expression"}, or a string: the column of that name under its own name.
std::vector<NamedExpr> readNamedExpressions(const Json& list, const Place& listPlace) {
  std::vector<NamedExpr> result;
  for (const Json& element : readArray(list, listPlace)) {
    const Place elementPlace = listPlace.element(result.size());
    if (element.is_string()) {
      const auto name = element.get<std::string>();
      result.push_back({name, col(name)});
      continue;
    }
    checkObject(element, elementPlace, {"name", "expression"});
    std::string name = readString(requiredField(element, elementPlace, "name"), elementPlace.field("name"));
    result.push_back({std::move(name), readExpression(requiredField(element, elementPlace, "expression"),
                                                      elementPlace.field("expression"))});
  }
  return result;
}

std::vector<SortKey> readSortKeys(const Json& object, const Place& place, std::string_view field = "keys") {
  const Place listPlace = place.field(field);
  std::vector<SortKey> keys;
  for (const Json& element : readArray(requiredField(object, place, field), listPlace)) {
    const Place elementPlace = listPlace.element(keys.size());
    if (element.is_string()) {
      keys.push_back({readExpression(element, elementPlace), false, std::nullopt});
      continue;
    }
    checkObject(element, elementPlace, {"expression", "descending", "nullsFirst"});
    SortKey key{readExpression(requiredField(element, elementPlace, "expression"), elementPlace.field("expression")),
                false, std::nullopt};
    if (const Json* descending = optionalField(element, "descending")) {
      key.descending = readBoolean(*descending, elementPlace.field("descending"));
    }
    if (const Json* nullsFirst = optionalField(element, "nullsFirst")) {
      key.nullsFirst = readBoolean(*nullsFirst, elementPlace.field("nullsFirst"));
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

PlanNode::Content readScan(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "table", "columns", "filter", "ranges"});
  ScanNode scan;
  scan.table = readString(requiredField(object, place, "table"), place.field("table"));
  scan.columns = readOptionalStrings(object, place, "columns");
  scan.filter = readOptionalExpression(object, place, "filter");
  if (const Json* ranges = optionalField(object, "ranges")) {
    const Place rangesPlace = place.field("ranges");
    for (const Json& range : readArray(*ranges, rangesPlace)) {
      const Place rangePlace = rangesPlace.element(scan.ranges.size());
      if (readArray(range, rangePlace).size() != 2) {
        throw errorAt(rangePlace, fmt::format("expected [begin, end] but found {} elements", range.size()));
      }
      const std::uint64_t begin = readUnsigned(range[0], rangePlace.element(0));
      const std::uint64_t end = readUnsigned(range[1], rangePlace.element(1));
      if (begin > end) {
        throw errorAt(rangePlace, fmt::format("a range must not end before it begins: [{}, {}]", begin, end));
      }
      scan.ranges.emplace_back(begin, end);
    }
  }
  return scan;
}

PlanNode::Content readSelection(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "predicate", "input"});
  return SelectionNode{readExpression(requiredField(object, place, "predicate"), place.field("predicate"))};
}

PlanNode::Content readProjection(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "expressions", "input"});
  return ProjectionNode{readNamedExpressions(requiredField(object, place, "expressions"), place.field("expressions"))};
}

/// All join types by name.
std::array<std::pair<std::string_view, JoinType>, 10> joinTypes() {
  std::array<std::pair<std::string_view, JoinType>, 10> names;
  for (std::size_t type = 0; type < names.size(); ++type) {
    names[type] = {name(static_cast<JoinType>(type)), static_cast<JoinType>(type)};
  }
  return names;
}

std::optional<JoinSide> readBuildSide(const Json& object, const Place& place) {
  static constexpr std::array<std::pair<std::string_view, JoinSide>, 2> kSides = {
      {{"left", JoinSide::Left}, {"right", JoinSide::Right}}};
  const Json* value = optionalField(object, "build");
  return value == nullptr ? std::nullopt
                          : std::optional(readName(*value, place.field("build"), "side of a join", kSides));
}

void readJoinContent(const Json& object, const Place& place, JoinContent& join) {
  if (const Json* type = optionalField(object, "type")) {
    join.type = readName(*type, place.field("type"), "join type", joinTypes());
  }
  join.condition = readOptionalExpression(object, place, "condition");
  join.build = readBuildSide(object, place);
  if (const Json* mark = optionalField(object, "mark")) {
    join.mark = readString(*mark, place.field("mark"));
  }
  join.output = readOptionalStrings(object, place, "output");
}

PlanNode::Content readHashJoin(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "type", "keys", "condition", "build", "mark", "output", "left", "right"});
  HashJoinNode join;
  readJoinContent(object, place, join);
  const Place listPlace = place.field("keys");
  for (const Json& element : readArray(requiredField(object, place, "keys"), listPlace)) {
    const Place keyPlace = listPlace.element(join.keys.size());
    checkObject(element, keyPlace, {"left", "right", "nullSafe"});
    join.keys.push_back({readExpression(requiredField(element, keyPlace, "left"), keyPlace.field("left")),
                         readExpression(requiredField(element, keyPlace, "right"), keyPlace.field("right")),
                         readOptionalBoolean(element, keyPlace, "nullSafe")});
  }
  return join;
}

PlanNode::Content readNestedLoopJoin(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "type", "condition", "build", "mark", "output", "left", "right"});
  NestedLoopJoinNode join;
  readJoinContent(object, place, join);
  return join;
}

PlanNode::Content readCrossJoin(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "build", "output", "left", "right"});
  return CrossJoinNode{readBuildSide(object, place), readOptionalStrings(object, place, "output")};
}

AggregateCall readAggregateCall(const Json& object, const Place& place) {
  checkObject(object, place, {"name", "function", "argument", "distinct", "filter", "separator"});
  AggregateCall call;
  call.name = readString(requiredField(object, place, "name"), place.field("name"));
  call.function = readString(requiredField(object, place, "function"), place.field("function"));
  call.argument = readOptionalExpression(object, place, "argument");
  call.distinct = readOptionalBoolean(object, place, "distinct");
  call.filter = readOptionalExpression(object, place, "filter");
  if (const Json* separator = optionalField(object, "separator")) {
    call.separator = readString(*separator, place.field("separator"));
  }
  return call;
}

void readAggregationContent(const Json& object, const Place& place, AggregationContent& aggregation) {
  if (const Json* keys = optionalField(object, "groupBy")) {
    aggregation.groupBy = readNamedExpressions(*keys, place.field("groupBy"));
  }
  if (const Json* aggregates = optionalField(object, "aggregates")) {
    const Place listPlace = place.field("aggregates");
    for (const Json& element : readArray(*aggregates, listPlace)) {
      aggregation.aggregates.push_back(readAggregateCall(element, listPlace.element(aggregation.aggregates.size())));
    }
  }
  if (aggregation.groupBy.empty() && aggregation.aggregates.empty()) {
    throw errorAt(place, "an aggregation needs \"groupBy\" or \"aggregates\"");
  }
}

/// The index in `keys` of the one with a name.
std::uint32_t readKeyName(const Json& value, const Place& place, const std::vector<NamedExpr>& keys) {
  const std::string keyName = readString(value, place);
  for (std::uint32_t key = 0; key < keys.size(); ++key) {
    if (keys[key].name == keyName) {
      return key;
    }
  }
  throw errorAt(place, fmt::format("expected the name of a key in groupBy but found \"{}\"", keyName));
}

PlanNode::Content readHashAggregation(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "groupBy", "aggregates", "groupingSets", "groupingSet", "input"});
  HashAggregationNode aggregation;
  readAggregationContent(object, place, aggregation);
  if (const Json* sets = optionalField(object, "groupingSets")) {
    const Place setsPlace = place.field("groupingSets");
    for (const Json& set : readArray(*sets, setsPlace)) {
      const Place setPlace = setsPlace.element(aggregation.groupingSets.size());
      std::vector<std::uint32_t> keys;
      for (const Json& key : readArray(set, setPlace)) {
        keys.push_back(readKeyName(key, setPlace.element(keys.size()), aggregation.groupBy));
      }
      aggregation.groupingSets.push_back(std::move(keys));
    }
  }
  if (const Json* setName = optionalField(object, "groupingSet")) {
    aggregation.groupingSet = readString(*setName, place.field("groupingSet"));
  }
  return aggregation;
}

PlanNode::Content readSortAggregation(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "groupBy", "aggregates", "input"});
  SortAggregationNode aggregation;
  readAggregationContent(object, place, aggregation);
  return aggregation;
}

PlanNode::Content readSort(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "keys", "stable", "input"});
  return SortNode{readSortKeys(object, place), readOptionalBoolean(object, place, "stable")};
}

PlanNode::Content readTopN(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "keys", "limit", "offset", "input"});
  return TopNNode{readSortKeys(object, place),
                  readUnsigned(requiredField(object, place, "limit"), place.field("limit")),
                  readOptionalUnsigned(object, place, "offset")};
}

PlanNode::Content readLimit(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "limit", "offset", "input"});
  return LimitNode{readUnsigned(requiredField(object, place, "limit"), place.field("limit")),
                   readOptionalUnsigned(object, place, "offset")};
}

PlanNode::Content readDistinct(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "input"});
  return DistinctNode{};
}

template <SetOperationNode::Kind kKind>
PlanNode::Content readSetOperation(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "all", "inputs"});
  return SetOperationNode{kKind, readOptionalBoolean(object, place, "all")};
}

PlanNode::Content readValues(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "columns", "rows"});
  ValuesNode values;
  const Place columnsPlace = place.field("columns");
  for (const Json& element : readArray(requiredField(object, place, "columns"), columnsPlace)) {
    const Place columnPlace = columnsPlace.element(values.columns.size());
    if (element.is_string()) {
      values.columns.push_back({element.get<std::string>(), {}});
      continue;
    }
    checkObject(element, columnPlace, {"name", "type"});
    ValuesNode::Column column{readString(requiredField(element, columnPlace, "name"), columnPlace.field("name")), {}};
    if (const Json* type = optionalField(element, "type")) {
      column.type = readType(*type, columnPlace.field("type"));
    }
    values.columns.push_back(std::move(column));
  }
  const Place rowsPlace = place.field("rows");
  for (const Json& row : readArray(requiredField(object, place, "rows"), rowsPlace)) {
    const Place rowPlace = rowsPlace.element(values.rows.size());
    values.rows.push_back(readExpressions(row, rowPlace));
  }
  return values;
}

PlanNode::Content readExpand(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "projections", "input"});
  ExpandNode expand;
  const Place listPlace = place.field("projections");
  for (const Json& element : readArray(requiredField(object, place, "projections"), listPlace)) {
    expand.projections.push_back(readNamedExpressions(element, listPlace.element(expand.projections.size())));
  }
  return expand;
}

/// "unboundedPreceding", "currentRow", "unboundedFollowing", {"preceding": offset} or {"following": offset}.
FrameBound readFrameBound(const Json& value, const Place& place) {
  using Kind = FrameBound::Kind;
  if (value.is_object()) {
    checkObject(value, place, {"preceding", "following"});
    if (value.size() != 1) {
      throw errorAt(place, "expected one of \"preceding\" and \"following\"");
    }
    const bool isPreceding = value.contains("preceding");
    const std::string_view field = isPreceding ? "preceding" : "following";
    return {isPreceding ? Kind::Preceding : Kind::Following,
            readExpression(requiredField(value, place, field), place.field(field))};
  }
  static constexpr std::array<std::pair<std::string_view, Kind>, 3> kBounds = {
      {{"unboundedPreceding", Kind::UnboundedPreceding},
       {"currentRow", Kind::CurrentRow},
       {"unboundedFollowing", Kind::UnboundedFollowing}}};
  return {readName(value, place, "frame bound", kBounds), {}};
}

WindowFrame readFrame(const Json& object, const Place& place) {
  static constexpr std::array<std::pair<std::string_view, WindowFrame::Unit>, 3> kUnits = {
      {{"rows", WindowFrame::Unit::Rows}, {"range", WindowFrame::Unit::Range}, {"groups", WindowFrame::Unit::Groups}}};
  checkObject(object, place, {"unit", "start", "end"});
  WindowFrame frame;
  frame.unit = readName(requiredField(object, place, "unit"), place.field("unit"), "frame unit", kUnits);
  frame.start = readFrameBound(requiredField(object, place, "start"), place.field("start"));
  frame.end = readFrameBound(requiredField(object, place, "end"), place.field("end"));
  return frame;
}

WindowCall readWindowCall(const Json& object, const Place& place) {
  checkObject(object, place, {"name", "function", "arguments", "frame", "ignoreNulls", "filter"});
  WindowCall call;
  call.name = readString(requiredField(object, place, "name"), place.field("name"));
  call.function = readString(requiredField(object, place, "function"), place.field("function"));
  if (const Json* arguments = optionalField(object, "arguments")) {
    call.arguments = readExpressions(*arguments, place.field("arguments"));
  }
  if (const Json* frame = optionalField(object, "frame")) {
    call.frame = readFrame(*frame, place.field("frame"));
  }
  call.ignoreNulls = readOptionalBoolean(object, place, "ignoreNulls");
  call.filter = readOptionalExpression(object, place, "filter");
  return call;
}

PlanNode::Content readWindow(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "partitionBy", "orderBy", "functions", "input"});
  WindowNode window;
  if (const Json* partition = optionalField(object, "partitionBy")) {
    window.partitionBy = readExpressions(*partition, place.field("partitionBy"));
  }
  if (object.contains("orderBy")) {
    window.orderBy = readSortKeys(object, place, "orderBy");
  }
  const Place listPlace = place.field("functions");
  for (const Json& element : readArray(requiredField(object, place, "functions"), listPlace)) {
    window.functions.push_back(readWindowCall(element, listPlace.element(window.functions.size())));
  }
  return window;
}

}  // namespace

const std::vector<OperatorReader>& operatorReaders() {
  using SetKind = SetOperationNode::Kind;
  static const std::vector<OperatorReader> kReaders = {
      {"Scan", readScan, {}},
      {"Selection", readSelection, {"input"}},
      {"Projection", readProjection, {"input"}},
      {"HashJoin", readHashJoin, {"left", "right"}},
      {"NestedLoopJoin", readNestedLoopJoin, {"left", "right"}},
      {"CrossJoin", readCrossJoin, {"left", "right"}},
      {"HashAggregation", readHashAggregation, {"input"}},
      {"SortAggregation", readSortAggregation, {"input"}},
      {"Sort", readSort, {"input"}},
      {"TopN", readTopN, {"input"}},
      {"Limit", readLimit, {"input"}},
      {"Distinct", readDistinct, {"input"}},
      {"Union", readSetOperation<SetKind::Union>, {}, "inputs"},
      {"Intersect", readSetOperation<SetKind::Intersect>, {}, "inputs"},
      {"Except", readSetOperation<SetKind::Except>, {}, "inputs"},
      {"Values", readValues, {}},
      {"Expand", readExpand, {"input"}},
      {"Window", readWindow, {"input"}},
  };
  return kReaders;
}

}  // namespace basalt
