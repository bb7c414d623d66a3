#include "tests/fuzz/Coverage.h"

#include <numeric>

#include <fmt/format.h>

#include "tests/fuzz/PlanEditing.h"

namespace basalt::fuzz {

namespace {

using Counts = std::map<std::string, std::size_t>;

void count(const Expr& expression, Counts& functions) {
  if (expression.kind() == Expr::Kind::Call) ++functions[expression.name()];
  const bool isTry = expression.kind() == Expr::Kind::TryCast;
  if (isTry || expression.kind() == Expr::Kind::Cast) {
    // Whatever its digits.
    const std::string type = toString(expression.targetType());
    ++functions[fmt::format("{} to {}", isTry ? "try_cast" : "cast", type.substr(0, type.find('(')))];
  }
  for (const Expr& argument : expression.arguments()) count(argument, functions);
}

void count(const PlanNode& node, Counts& operators, Counts& functions) {
  std::string kind(operatorName(node));
  const JoinContent* join = std::get_if<HashJoinNode>(&node.content);
  if (join == nullptr) join = std::get_if<NestedLoopJoinNode>(&node.content);
  if (join != nullptr) kind += fmt::format(" {}", name(join->type));
  if (const auto* operation = std::get_if<SetOperationNode>(&node.content)) kind += operation->all ? " all" : "";
  ++operators[kind];
  const auto addAggregates = [&](const AggregationContent& content) {
    for (const AggregateCall& call : content.aggregates) {
      ++functions[fmt::format("{}(){}{}", call.function, call.distinct ? " distinct" : "",
                              call.filter ? " filter" : "")];
    }
  };
  if (const auto* hashed = std::get_if<HashAggregationNode>(&node.content)) {
    addAggregates(*hashed);
    if (!hashed->groupingSets.empty()) ++operators["HashAggregation of grouping sets"];
  }
  if (const auto* sorted = std::get_if<SortAggregationNode>(&node.content)) addAggregates(*sorted);
  if (const auto* window = std::get_if<WindowNode>(&node.content)) {
    for (const WindowCall& call : window->functions) ++functions[call.function + "() over"];
  }
  visitExpressions(node, [&](const Expr& expression) { count(expression, functions); });
}

std::string list(const Counts& counts) {
  std::string text;
  for (const auto& [name, number] : counts) text += fmt::format("{}{} {}", text.empty() ? "  " : ", ", name, number);
  return text;
}

}  // namespace

void Coverage::add(const PhysicalPlan& plan, Verdict verdict) {
  ++verdicts_[static_cast<std::size_t>(verdict)];
  if (verdict == Verdict::Abandoned) return;
  visitOperators(*plan.root, [&](const PlanNode& node) { count(node, operators_, functions_); });
}

std::size_t Coverage::cases() const { return std::accumulate(verdicts_.begin(), verdicts_.end(), findings_); }

std::string Coverage::progress() const {
  return fmt::format(
      "{} cases: {} agreed, {} failed everywhere, {} failed on one side, {} in Basalt's engines only, {} too "
      "large; {} findings",
      cases(), verdicts_[0], verdicts_[1], verdicts_[3], verdicts_[2], verdicts_[4], findings_);
}

std::string Coverage::summary(const Refusals& refusals) const {
  std::string text =
      fmt::format("{}\noperators:\n{}\nfunctions:\n{}\n", progress(), list(operators_), list(functions_));
  if (!refusals.empty()) text += fmt::format("generated, but refused:\n{}\n", list(refusals));
  return text;
}

}  // namespace basalt::fuzz
