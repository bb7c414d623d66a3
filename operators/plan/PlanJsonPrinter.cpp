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
std::string list(const std::vector<AggregateCall>& aggregates) {
  return list(aggregates, [](const AggregateCall& aggregate) {
    return fmt::format(R"({{"name": {}, "function": {}{}}})", jsonText(aggregate.name), jsonText(aggregate.function),
                       aggregate.argument ? fmt::format(R"(, "argument": {})", jsonText(*aggregate.argument)) : "");
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
    Fields fields{
        {"type", jsonText("inner")}, {"buildKeys", list(join.buildKeys)}, {"probeKeys", list(join.probeKeys)}};
    if (join.condition) {
      fields.emplace_back("condition", jsonText(*join.condition));
    }
    if (!join.output.empty()) {
      fields.emplace_back("output", list(join.output));
    }
    return fields;
  }
  Fields operator()(const HashAggregationNode& aggregation) const {
    return {{"groupBy", list(aggregation.groupBy)}, {"aggregates", list(aggregation.aggregates)}};
  }
  Fields operator()(const SortNode& sort) const { return {{"keys", list(sort.keys)}}; }
  Fields operator()(const TopNNode& topN) const {
    return {{"keys", list(topN.keys)}, {"limit", fmt::to_string(topN.limit)}, {"offset", fmt::to_string(topN.offset)}};
  }
  Fields operator()(const LimitNode& limit) const {
    return {{"limit", fmt::to_string(limit.limit)}, {"offset", fmt::to_string(limit.offset)}};
  }
};

std::string_view childField(const PlanNode& node, std::size_t child) {
  if (std::holds_alternative<HashJoinNode>(node.content)) {
    return child == 0 ? "build" : "probe";
  }
  return "input";
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
    stack.push_back({nullptr, 0, lineBreak(current.depth) + "}"});
    const auto& children = current.node->children;
    for (std::size_t child = children.size(); child-- > 0;) {
      stack.push_back({children[child].get(), current.depth + 1, {}});
      stack.push_back({nullptr, 0, fmt::format(",{}\"{}\": ", separator, childField(*current.node, child))});
    }
  }
  return output;
}

}  // namespace basalt
