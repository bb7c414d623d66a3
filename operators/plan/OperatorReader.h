#pragma once

#include <string_view>
#include <vector>

#include "operators/plan/JsonReading.h"
#include "operators/plan/PlanNode.h"

namespace basalt {

/// How an operator is read from JSON, its inputs apart.
struct OperatorReader {
  std::string_view name;
  PlanNode::Content (*read)(const jsonreading::Json& object, const jsonreading::Place& place);
  /// The fields that hold its inputs.
  std::vector<std::string_view> inputs;
  /// The field that holds any number of inputs, or nothing.
  std::string_view inputList = {};
};

const std::vector<OperatorReader>& operatorReaders();

}  // namespace basalt
