#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operators/plan/PlanNode.h"

namespace basalt {

namespace {

std::string jsonText(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string jsonText(const Expr& expression) { return jsonText(expression.toSql()); }

template <typename Elements, typename Print>
std::string list(const Elements& elements, Print print) {
  std::string text = "[";
  for (const auto& element : elements) {
    text += (text.size() == 1 ? "" : ", ") + print(element);
  }
  return text + "]";
}

std::string list(const std::vector<std::string>& names) {
  return list(names, [](const std::string& name) { return jsonText(name); });
}
std::string list(const std::vector<Expr>& expressions) {
  return list(expressions, [](const Expr& expression) { return jsonText(expression); });
}
std::string list(const std::vector<NamedExpr>& expressions) {
  return list(expressions, [](const NamedExpr& named) {
    return fmt::format(R"({{"name": {}, "expression": {}}})", jsonText(named.name), jsonText(named.expression));
  });
}
std::string list(const std::vector<SortKey>& keys) {
  return list(keys, [](const SortKey& key) {
    return fmt::format(R"({{"expression": {}, "descending": {}{}}})", jsonText(key.expression), key.descending,
                       key.nullsFirst ? fmt::format(R"(, "nullsFirst": {})", *key.nullsFirst) : "");
  });
}
/// `, "name": value` where there is a value to state.
std::string optional(std::string_view field, const std::optional<Expr>& expression) {
  return expression ? fmt::format(R"(, "{}": {})", field, jsonText(*expression)) : "";
}
std::string optional(std::string_view field, bool value) { return value ? fmt::format(R"(, "{}": true)", field) : ""; }

std::string list(const std::vector<AggregateCall>& aggregates) {
  return list(aggregates, [](const AggregateCall& call) {
    return fmt::format(R"({{"name": {}, "function": {}{}{}{}{}}})", jsonText(call.name), jsonText(call.function),
                       optional("argument", call.argument), optional("distinct", call.distinct),
                       optional("filter", call.filter),
                       call.separator == "," ? "" : fmt::format(R"(, "separator": {})", jsonText(call.separator)));
  });
}
std::string list(const std::vector<JoinKey>& keys) {
  return list(keys, [](const JoinKey& key) {
    return fmt::format(R"({{"left": {}, "right": {}{}}})", jsonText(key.left), jsonText(key.right),
                       optional("nullSafe", key.nullSafe));
  });
}

std::string frameBoundText(const FrameBound& bound) {
  using Kind = FrameBound::Kind;
  switch (bound.kind) {
    case Kind::UnboundedPreceding:
      return R"("unboundedPreceding")";
    case Kind::CurrentRow:
      return R"("currentRow")";
    case Kind::UnboundedFollowing:
      return R"("unboundedFollowing")";
    case Kind::Preceding:
    case Kind::Following:
      break;
  }
  return fmt::format(R"({{"{}": {}}})", bound.kind == Kind::Preceding ? "preceding" : "following",
                     bound.offset ? jsonText(*bound.offset) : "null");
}

std::string frameText(const WindowFrame& frame) {
  static constexpr std::array<std::string_view, 3> kUnits = {"rows", "range", "groups"};
  return fmt::format(R"({{"unit": "{}", "start": {}, "end": {}}})", kUnits[static_cast<std::size_t>(frame.unit)],
                     frameBoundText(frame.start), frameBoundText(frame.end));
}

std::string list(const std::vector<WindowCall>& calls) {
  return list(calls, [](const WindowCall& call) {
    return fmt::format(R"({{"name": {}, "function": {}, "arguments": {}, "frame": {}{}{}}})", jsonText(call.name),
                       jsonText(call.function), list(call.arguments), frameText(call.frame),
                       optional("ignoreNulls", call.ignoreNulls), optional("filter", call.filter));
  });
}

/// Name and printed value.
using Fields = std::vector<std::pair<std::string_view, std::string>>;

struct FieldPrinter {
  Fields operator()(const ScanNode& scan) const {
    Fields fields{{"table", jsonText(scan.table)}};
    if (!scan.columns.empty()) {
      fields.emplace_back("columns", list(scan.columns));
    }
    if (scan.filter) {
      fields.emplace_back("filter", jsonText(*scan.filter));
    }
    if (!scan.ranges.empty()) {
      fields.emplace_back("ranges", list(scan.ranges, [](const auto& range) {
                            return fmt::format("[{}, {}]", range.first, range.second);
                          }));
    }
    return fields;
  }
  Fields operator()(const SelectionNode& selection) const { return {{"predicate", jsonText(selection.predicate)}}; }
  Fields operator()(const ProjectionNode& projection) const { return {{"expressions", list(projection.expressions)}}; }
  Fields operator()(const HashJoinNode& join) const {
    Fields fields = joinFields(join);
    fields.insert(fields.begin() + 1, {"keys", list(join.keys)});
    return fields;
  }
  Fields operator()(const NestedLoopJoinNode& join) const { return joinFields(join); }
  Fields operator()(const CrossJoinNode& join) const {
    Fields fields;
    addBuildSide(join.build, fields);
    if (!join.output.empty()) {
      fields.emplace_back("output", list(join.output));
    }
    return fields;
  }
  Fields operator()(const HashAggregationNode& aggregation) const {
    Fields fields = aggregationFields(aggregation);
    if (!aggregation.groupingSets.empty()) {
      fields.emplace_back("groupingSets", list(aggregation.groupingSets, [&](const std::vector<std::uint32_t>& set) {
                            return list(set,
                                        [&](std::uint32_t key) { return jsonText(aggregation.groupBy.at(key).name); });
                          }));
    }
    if (!aggregation.groupingSet.empty()) {
      fields.emplace_back("groupingSet", jsonText(aggregation.groupingSet));
    }
    return fields;
  }
  Fields operator()(const SortAggregationNode& aggregation) const { return aggregationFields(aggregation); }
  Fields operator()(const DistinctNode&) const { return {}; }
  Fields operator()(const SetOperationNode& operation) const { return {{"all", operation.all ? "true" : "false"}}; }
  Fields operator()(const ValuesNode& values) const {
    return {{"columns", list(values.columns,
                             [](const ValuesNode::Column& column) {
                               return column.type ? fmt::format(R"({{"name": {}, "type": "{}"}})",
                                                                jsonText(column.name), toString(*column.type))
                                                  : jsonText(column.name);
                             })},
            {"rows", list(values.rows, [](const std::vector<Expr>& row) { return list(row); })}};
  }
  Fields operator()(const ExpandNode& expand) const {
    return {{"projections", list(expand.projections, [](const std::vector<NamedExpr>& each) { return list(each); })}};
  }
  Fields operator()(const WindowNode& window) const {
    return {{"partitionBy", list(window.partitionBy)},
            {"orderBy", list(window.orderBy)},
            {"functions", list(window.functions)}};
  }
  Fields operator()(const SortNode& sort) const {
    Fields fields{{"keys", list(sort.keys)}};
    if (sort.stable) {
      fields.emplace_back("stable", "true");
    }
    return fields;
  }
  Fields operator()(const TopNNode& topN) const {
    return {{"keys", list(topN.keys)}, {"limit", fmt::to_string(topN.limit)}, {"offset", fmt::to_string(topN.offset)}};
  }
  Fields operator()(const LimitNode& limit) const {
    return {{"limit", fmt::to_string(limit.limit)}, {"offset", fmt::to_string(limit.offset)}};
  }

 private:
  static void addBuildSide(const std::optional<JoinSide>& build, Fields& fields) {
    if (build) {
      fields.emplace_back("build", jsonText(*build == JoinSide::Left ? "left" : "right"));
    }
  }
  static Fields joinFields(const JoinContent& join) {
    Fields fields{{"type", jsonText(name(join.type))}};
    if (join.condition) {
      fields.emplace_back("condition", jsonText(*join.condition));
    }
    addBuildSide(join.build, fields);
    if (join.type == JoinType::Mark) {
      fields.emplace_back("mark", jsonText(join.mark));
    }
    if (!join.output.empty()) {
      fields.emplace_back("output", list(join.output));
    }
    return fields;
  }
  static Fields aggregationFields(const AggregationContent& aggregation) {
    return {{"groupBy", list(aggregation.groupBy)}, {"aggregates", list(aggregation.aggregates)}};
  }
};

bool isJoin(const PlanNode& node) {
  return std::holds_alternative<HashJoinNode>(node.content) ||
         std::holds_alternative<NestedLoopJoinNode>(node.content) ||
         std::holds_alternative<CrossJoinNode>(node.content);
}

/// What stands before an input: the name of its field, or what separates it from the one before in a list of inputs.
std::string childPrefix(const PlanNode& node, std::size_t child, std::string_view separator) {
  if (std::holds_alternative<SetOperationNode>(node.content)) {
    return child == 0 ? fmt::format(",{}\"inputs\": [", separator) : ", ";
  }
  const std::string_view field = !isJoin(node) ? "input" : child == 0 ? "left" : "right";
  return fmt::format(",{}\"{}\": ", separator, field);
}

/// A new line; beyond a depth that anyone reads, more indentation would only make the text quadratic in the depth.
std::string lineBreak(std::size_t depth) {
  constexpr std::size_t kDeepest = 40;
  return "\n" + std::string(2 * std::min(depth, kDeepest), ' ');
}

}  // namespace

std::string printPlan(const PhysicalPlan& plan) {
  /// Either an operator yet to be printed, or text.
  struct Pending {
    const PlanNode* node;
    std::size_t depth;
    std::string text;
  };
  std::string output =
      fmt::format("{{{}\"version\": {},{}\"root\": ", lineBreak(1), PhysicalPlan::kVersion, lineBreak(1));
  std::vector<Pending> stack{{nullptr, 0, lineBreak(0) + "}\n"}, {plan.root.get(), 1, {}}};
  while (!stack.empty()) {
    const Pending current = std::move(stack.back());
    stack.pop_back();
    output += current.text;
    if (current.node == nullptr) {
      continue;
    }
    const std::string separator = lineBreak(current.depth + 1);
    output += fmt::format("{{{}\"operator\": {}", separator, jsonText(operatorName(*current.node)));
    for (const auto& [name, value] : std::visit(FieldPrinter(), current.node->content)) {
      output += fmt::format(",{}\"{}\": {}", separator, name, value);
    }
    const bool hasList = std::holds_alternative<SetOperationNode>(current.node->content);
    stack.push_back({nullptr, 0, (hasList ? "]" : "") + lineBreak(current.depth) + "}"});
    const auto& children = current.node->children;
    for (std::size_t child = children.size(); child-- > 0;) {
      stack.push_back({children[child].get(), current.depth + 1, {}});
      stack.push_back({nullptr, 0, childPrefix(*current.node, child, separator)});
    }
  }
  return output;
}

}  // namespace basalt
