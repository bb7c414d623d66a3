#include <deque>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/plan/JsonReading.h"
#include "operators/plan/OperatorReader.h"
#include "operators/plan/PlanNode.h"

namespace basalt {

namespace {

using namespace jsonreading;

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
  std::deque<Place> places;
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
    if (reader.inputList.empty()) continue;
    places.push_back(current.place.field(reader.inputList));
    const Json& inputs = readArray(requiredField(*current.object, current.place, reader.inputList), places.back());
    if (inputs.size() < 2) {
      throw errorAt(places.back(), fmt::format("expected at least two inputs but found {}", inputs.size()));
    }
    for (std::size_t input = 0; input < inputs.size(); ++input) {
      pending.push_back({&inputs[input], places.back().element(input), index, current.depth + 1});
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
