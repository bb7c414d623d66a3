#include <array>
#include <deque>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/plan/JsonReading.h"
#include "operators/plan/PlanNode.h"

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

/// {"name", "expression"}, or a string: the column of that name under its own name.
std::vector<NamedExpr> readNamedExpressions(const Json& object, const Place& place, std::string_view field) {
  const Place listPlace = place.field(field);
  std::vector<NamedExpr> result;
  for (const Json& element : readArray(requiredField(object, place, field), listPlace)) {
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

std::vector<SortKey> readSortKeys(const Json& object, const Place& place) {
  const Place listPlace = place.field("keys");
  std::vector<SortKey> keys;
  for (const Json& element : readArray(requiredField(object, place, "keys"), listPlace)) {
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
  return ProjectionNode{readNamedExpressions(object, place, "expressions")};
}

PlanNode::Content readHashJoin(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "type", "build", "probe", "buildKeys", "probeKeys", "condition", "output"});
  HashJoinNode join;
  if (const Json* type = optionalField(object, "type")) {
    const Place typePlace = place.field("type");
    if (const std::string text = readString(*type, typePlace); text != "inner") {
      throw errorAt(typePlace, fmt::format("unknown join type; known are inner; found: \"{}\"", text));
    }
  }
  join.buildKeys = readExpressions(requiredField(object, place, "buildKeys"), place.field("buildKeys"));
  join.probeKeys = readExpressions(requiredField(object, place, "probeKeys"), place.field("probeKeys"));
  if (join.buildKeys.size() != join.probeKeys.size()) {
    throw errorAt(place, fmt::format("buildKeys and probeKeys must pair up; found: {} and {}", join.buildKeys.size(),
                                     join.probeKeys.size()));
  }
  join.condition = readOptionalExpression(object, place, "condition");
  join.output = readOptionalStrings(object, place, "output");
  return join;
}

PlanNode::Content readHashAggregation(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "groupBy", "aggregates", "input"});
  HashAggregationNode aggregation;
  if (object.contains("groupBy")) {
    aggregation.groupBy = readNamedExpressions(object, place, "groupBy");
  }
  if (const Json* aggregates = optionalField(object, "aggregates")) {
    const Place listPlace = place.field("aggregates");
    for (const Json& element : readArray(*aggregates, listPlace)) {
      const Place elementPlace = listPlace.element(aggregation.aggregates.size());
      checkObject(element, elementPlace, {"name", "function", "argument"});
      AggregateCall aggregate;
      aggregate.name = readString(requiredField(element, elementPlace, "name"), elementPlace.field("name"));
      aggregate.function = readString(requiredField(element, elementPlace, "function"), elementPlace.field("function"));
      aggregate.argument = readOptionalExpression(element, elementPlace, "argument");
      aggregation.aggregates.push_back(std::move(aggregate));
    }
  }
  if (aggregation.groupBy.empty() && aggregation.aggregates.empty()) {
    throw errorAt(place, "an aggregation needs \"groupBy\" or \"aggregates\"");
  }
  return aggregation;
}

PlanNode::Content readSort(const Json& object, const Place& place) {
  checkObject(object, place, {"operator", "keys", "input"});
  return SortNode{readSortKeys(object, place)};
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

struct OperatorReader {
  std::string_view name;
  PlanNode::Content (*read)(const Json& object, const Place& place);
  std::vector<std::string_view> inputs;
};

const std::vector<OperatorReader>& operatorReaders() {
  static const std::vector<OperatorReader> kReaders = {
      {"Scan", readScan, {}},
      {"Selection", readSelection, {"input"}},
      {"Projection", readProjection, {"input"}},
      {"HashJoin", readHashJoin, {"build", "probe"}},
      {"HashAggregation", readHashAggregation, {"input"}},
      {"Sort", readSort, {"input"}},
      {"TopN", readTopN, {"input"}},
      {"Limit", readLimit, {"input"}},
  };
  return kReaders;
}

const OperatorReader& findReader(const Json& object, const Place& place) {
  if (!object.is_object()) {
    throw wrongType(object, place, "an operator (an object)");
  }
  const std::string name = readString(requiredField(object, place, "operator"), place.field("operator"));
  std::vector<std::string_view> known;
  for (const OperatorReader& reader : operatorReaders()) {
    if (reader.name == name) {
      return reader;
    }
    known.push_back(reader.name);
  }
  throw errorAt(place.field("operator"),
                fmt::format("unknown operator; known are {}; found: \"{}\"", fmt::join(known, ", "), name));
}

/// Reads the tree below `root` level by level, so that its depth costs no stack.
PlanPointer readTree(const Json& root, const Place& rootPlace) {
  struct Pending {
    const Json* object;
    Place place;
    std::size_t parent;
    std::uint32_t depth;
  };
  std::deque<Pending> pending;  // keeps its elements where they are: places refer to their parents
  pending.push_back({&root, rootPlace, 0, 1});
  std::vector<std::shared_ptr<PlanNode>> nodes;
  for (std::size_t index = 0; index < pending.size(); ++index) {
    const Pending& current = pending[index];
    if (current.depth > PlanNode::kMaxDepth) {
      throw errorAt(rootPlace, fmt::format("operators nest deeper than the limit of {}", PlanNode::kMaxDepth));
    }
    const OperatorReader& reader = findReader(*current.object, current.place);
    nodes.push_back(
        std::make_shared<PlanNode>(reader.read(*current.object, current.place), std::vector<PlanPointer>()));
    if (index > 0) {
      nodes[current.parent]->children.push_back(nodes[index]);
    }
    for (const std::string_view input : reader.inputs) {
      pending.push_back({&requiredField(*current.object, current.place, input), current.place.field(input), index,
                         current.depth + 1});
    }
  }
  return nodes.front();
}

}  // namespace

PhysicalPlan parsePlan(std::string_view json) {
  const Json document = parseDocument(json);
  const Place top = Place::root();
  checkObject(document, top, {"version", "root"});
  if (const std::uint64_t version = readUnsigned(requiredField(document, top, "version"), top.field("version"));
      version != PhysicalPlan::kVersion) {
    throw errorAt(top.field("version"),
                  fmt::format("expected version {} but found {}", PhysicalPlan::kVersion, version));
  }
  return PhysicalPlan{readTree(requiredField(document, top, "root"), top.field("root"))};
}

}  // namespace basalt
