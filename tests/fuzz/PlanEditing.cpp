#include "tests/fuzz/PlanEditing.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "operators/spec/PlanBinder.h"
#include "runtime/ExecutionError.h"

namespace basalt::fuzz {

namespace {

/// Calls a function for every expression of an operator's content, which may be const or not.
template <typename Visit>
class ExpressionWalk {
 public:
  explicit ExpressionWalk(Visit visit) : visit_(std::move(visit)) {}

  template <typename Content>
  void operator()(Content& content) {
    using Node = std::remove_const_t<Content>;
    if constexpr (std::is_same_v<Node, ScanNode>) {
      maybe(content.filter);
    } else if constexpr (std::is_same_v<Node, SelectionNode>) {
      visit_(content.predicate);
    } else if constexpr (std::is_same_v<Node, ProjectionNode>) {
      named(content.expressions);
    } else if constexpr (std::is_base_of_v<JoinContent, Node>) {
      maybe(content.condition);
      if constexpr (std::is_same_v<Node, HashJoinNode>) {
        for (auto& key : content.keys) visit_(key.left), visit_(key.right);
      }
    } else if constexpr (std::is_base_of_v<AggregationContent, Node>) {
      named(content.groupBy);
      for (auto& call : content.aggregates) maybe(call.argument), maybe(call.filter);
    } else if constexpr (std::is_same_v<Node, SortNode> || std::is_same_v<Node, TopNNode>) {
      for (auto& key : content.keys) visit_(key.expression);
    } else if constexpr (std::is_same_v<Node, ValuesNode>) {
      for (auto& row : content.rows) {
        for (auto& cell : row) visit_(cell);
      }
    } else if constexpr (std::is_same_v<Node, ExpandNode>) {
      for (auto& list : content.projections) named(list);
    } else if constexpr (std::is_same_v<Node, WindowNode>) {
      for (auto& key : content.partitionBy) visit_(key);
      for (auto& key : content.orderBy) visit_(key.expression);
      for (auto& call : content.functions) {
        for (auto& argument : call.arguments) visit_(argument);
        maybe(call.filter);
      }
    }
  }

 private:
  template <typename List>
  void named(List& list) {
    for (auto& element : list) visit_(element.expression);
  }
  template <typename Optional>
  void maybe(Optional& expression) {
    if (expression) visit_(*expression);
  }

  Visit visit_;
};

template <typename Content, typename Visit>
void walkExpressions(Content& content, const Visit& visit) {
  ExpressionWalk<Visit> walk(visit);
  walk(content);
}

bool isLeaf(const Expr& expression) { return expression.arguments().empty(); }

Expr withArguments(const Expr& expression, std::vector<Expr> arguments) {
  switch (expression.kind()) {
    case Expr::Kind::Cast:
      return Expr::makeCast(std::move(arguments.front()), expression.targetType());
    case Expr::Kind::TryCast:
      return Expr::makeTryCast(std::move(arguments.front()), expression.targetType());
    case Expr::Kind::Call:
    case Expr::Kind::Column:
    case Expr::Kind::Literal:
      break;
  }
  return Expr::makeCall(expression.name(), std::move(arguments));
}

/// The expression with one call in it replaced by an argument or a constant, or with an argument less.
std::vector<Expr> simplerExpressions(const Expr& expression) {
  std::vector<Expr> simpler;
  if (isLeaf(expression)) return simpler;
  simpler.push_back(lit(Value::boolean(true)));
  simpler.push_back(lit(std::int64_t{1}));
  simpler.push_back(lit(Value::null(Type::boolean())));
  const std::vector<Expr>& arguments = expression.arguments();
  simpler.insert(simpler.end(), arguments.begin(), arguments.end());
  if (arguments.size() > 2) {
    for (std::size_t index = 0; index < arguments.size(); ++index) {
      std::vector<Expr> fewer = arguments;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(index));
      simpler.push_back(withArguments(expression, std::move(fewer)));
    }
  }
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    for (Expr& argument : simplerExpressions(arguments[index])) {
      std::vector<Expr> changed = arguments;
      changed[index] = std::move(argument);
      simpler.push_back(withArguments(expression, std::move(changed)));
    }
  }
  return simpler;
}

/// What an operator's content becomes when something is taken from it.
class ContentSimplifier {
 public:
  explicit ContentSimplifier(const PlanNode::Content& content) : content_(content) {}

  std::vector<PlanNode::Content> simplify() {
    std::visit([this](const auto& content) { dropParts(content); }, content_);
    simplifyExpressions();
    return std::move(simpler_);
  }

 private:
  /// The content without one element of a list, which keeps at least `fewest`.
  template <typename Node, typename Part, typename List>
  void dropElements(const Node& node, List Part::* list, std::size_t fewest) {
    for (std::size_t index = (node.*list).size(); index-- > 0 && (node.*list).size() > fewest;) {
      Node copy = node;
      (copy.*list).erase((copy.*list).begin() + static_cast<std::ptrdiff_t>(index));
      simpler_.emplace_back(std::move(copy));
    }
  }
  template <typename Node>
  void change(const Node& node, const std::function<void(Node&)>& edit) {
    Node copy = node;
    edit(copy);
    simpler_.emplace_back(std::move(copy));
  }

  void dropParts(const ScanNode& scan) {
    if (scan.filter) change<ScanNode>(scan, [](ScanNode& node) { node.filter.reset(); });
    if (!scan.ranges.empty()) change<ScanNode>(scan, [](ScanNode& node) { node.ranges.clear(); });
    dropElements(scan, &ScanNode::columns, 1);
  }
  void dropParts(const ProjectionNode& node) { dropElements(node, &ProjectionNode::expressions, 1); }
  void dropParts(const HashJoinNode& node) {
    if (node.condition) change<HashJoinNode>(node, [](HashJoinNode& join) { join.condition.reset(); });
    dropElements(node, &HashJoinNode::keys, 1);
    for (std::size_t key = 0; key < node.keys.size(); ++key) {
      if (node.keys[key].nullSafe) {
        change<HashJoinNode>(node, [key](HashJoinNode& join) { join.keys[key].nullSafe = false; });
      }
    }
  }
  void dropParts(const NestedLoopJoinNode& node) {
    if (node.condition) change<NestedLoopJoinNode>(node, [](NestedLoopJoinNode& join) { join.condition.reset(); });
  }
  template <typename Node>
  void dropAggregates(const Node& node) {
    dropElements(node, &AggregationContent::aggregates, 0);
    for (std::size_t index = 0; index < node.aggregates.size(); ++index) {
      if (node.aggregates[index].filter) {
        change<Node>(node, [index](Node& copy) { copy.aggregates[index].filter.reset(); });
      }
      if (node.aggregates[index].distinct) {
        change<Node>(node, [index](Node& copy) { copy.aggregates[index].distinct = false; });
      }
    }
  }
  void dropParts(const HashAggregationNode& node) {
    if (!node.groupingSets.empty()) {
      change<HashAggregationNode>(node, [](HashAggregationNode& copy) {
        copy.groupingSets.clear();
        copy.groupingSet.clear();
      });
      dropElements(node, &HashAggregationNode::groupingSets, 1);
    } else {
      dropElements(node, &AggregationContent::groupBy, 0);
    }
    dropAggregates(node);
  }
  void dropParts(const SortAggregationNode& node) {
    dropElements(node, &AggregationContent::groupBy, 1);
    dropAggregates(node);
  }
  void dropParts(const SortNode& node) { dropElements(node, &SortNode::keys, 1); }
  void dropParts(const TopNNode& node) { dropElements(node, &TopNNode::keys, 1); }
  void dropParts(const ValuesNode& node) { dropElements(node, &ValuesNode::rows, 0); }
  void dropParts(const ExpandNode& node) {
    dropElements(node, &ExpandNode::projections, 1);
    for (std::size_t column = node.projections.front().size(); column-- > 0 && node.projections.front().size() > 1;) {
      change<ExpandNode>(node, [column](ExpandNode& copy) {
        for (auto& list : copy.projections) list.erase(list.begin() + static_cast<std::ptrdiff_t>(column));
      });
    }
  }
  void dropParts(const WindowNode& node) {
    dropElements(node, &WindowNode::functions, 1);
    dropElements(node, &WindowNode::partitionBy, 0);
    dropElements(node, &WindowNode::orderBy, 0);
    for (std::size_t index = 0; index < node.functions.size(); ++index) {
      if (node.functions[index].filter) {
        change<WindowNode>(node, [index](WindowNode& copy) { copy.functions[index].filter.reset(); });
      }
    }
  }
  template <typename Other>
  void dropParts(const Other&) {}

  void simplifyExpressions() {
    std::vector<Expr> expressions;
    const auto collect = [&](const Expr& expression) { expressions.push_back(expression); };
    std::visit([&](const auto& node) { walkExpressions(node, collect); }, content_);
    for (std::size_t chosen = 0; chosen < expressions.size(); ++chosen) {
      for (const Expr& simpler : simplerExpressions(expressions[chosen])) {
        PlanNode::Content copy = content_;
        std::size_t position = 0;
        const auto replace = [&](Expr& expression) {
          if (position++ == chosen) expression = simpler;
        };
        std::visit([&](auto& node) { walkExpressions(node, replace); }, copy);
        simpler_.push_back(std::move(copy));
      }
    }
  }

  const PlanNode::Content& content_;
  std::vector<PlanNode::Content> simpler_;
};

PlanPointer makeNode(PlanNode::Content content, std::vector<PlanPointer> children) {
  return std::make_shared<PlanNode>(std::move(content), std::move(children));
}

/// The plan with the operator at each place replaced by what `edit` makes of it.
void editEverywhere(const PlanPointer& node, const std::function<std::vector<PlanPointer>(const PlanPointer&)>& edit,
                    const std::function<void(PlanPointer)>& put) {
  for (PlanPointer& edited : edit(node)) put(std::move(edited));
  for (std::size_t child = 0; child < node->children.size(); ++child) {
    editEverywhere(node->children[child], edit, [&](PlanPointer changed) {
      std::vector<PlanPointer> children = node->children;
      children[child] = std::move(changed);
      put(makeNode(node->content, std::move(children)));
    });
  }
}

bool coversAll(const std::vector<SortKey>& keys, const Schema& schema) {
  std::set<std::string, std::less<>> names;
  for (const SortKey& key : keys) {
    if (key.expression.kind() == Expr::Kind::Column) names.insert(key.expression.name());
  }
  return std::ranges::all_of(schema, [&](const Field& field) { return names.contains(field.name); });
}

}  // namespace

void visitOperators(const PlanNode& node, const std::function<void(const PlanNode&)>& visit) {
  visit(node);
  for (const PlanPointer& child : node.children) visitOperators(*child, visit);
}

void visitExpressions(const PlanNode& node, const std::function<void(const Expr&)>& visit) {
  std::visit([&](const auto& content) { walkExpressions(content, visit); }, node.content);
}

std::vector<PlanPointer> simplerPlans(const PlanPointer& plan) {
  std::vector<PlanPointer> plans;
  const auto put = [&](PlanPointer simpler) { plans.push_back(std::move(simpler)); };
  // Whole branches first.
  std::vector<PlanPointer> parts;
  editEverywhere(
      plan,
      [](const PlanPointer& node) { return std::vector<PlanPointer>(node->children.begin(), node->children.end()); },
      put);
  editEverywhere(
      plan,
      [](const PlanPointer& node) {
        std::vector<PlanPointer> fewer;
        if (!std::holds_alternative<SetOperationNode>(node->content) || node->children.size() < 3) return fewer;
        for (std::size_t child = 0; child < node->children.size(); ++child) {
          std::vector<PlanPointer> children = node->children;
          children.erase(children.begin() + static_cast<std::ptrdiff_t>(child));
          fewer.push_back(makeNode(node->content, std::move(children)));
        }
        return fewer;
      },
      put);
  editEverywhere(
      plan,
      [](const PlanPointer& node) {
        std::vector<PlanPointer> simpler;
        for (PlanNode::Content& content : ContentSimplifier(node->content).simplify()) {
          simpler.push_back(makeNode(std::move(content), node->children));
        }
        return simpler;
      },
      put);
  return plans;
}

bool isDeterministic(const PhysicalPlan& plan, const Catalog& catalog) {
  static const std::set<std::string, std::less<>> kByPlace = {"row_number",  "ntile",      "lag",      "lead",
                                                              "first_value", "last_value", "nth_value"};
  bool result = true;
  visitOperators(*plan.root, [&](const PlanNode& node) {
    if (&node == plan.root.get() || !result) return;
    const auto schema = [&](const PlanPointer& child) { return bindPlan({child}, catalog).output(); };
    if (const auto* top = std::get_if<TopNNode>(&node.content)) {
      result = coversAll(top->keys, schema(node.children[0]));
    } else if (std::holds_alternative<LimitNode>(node.content)) {
      const auto* sort = std::get_if<SortNode>(&node.children[0]->content);
      result = sort != nullptr && coversAll(sort->keys, schema(node.children[0]));
    }
  });
  visitOperators(*plan.root, [&](const PlanNode& node) {
    if (const auto* window = std::get_if<WindowNode>(&node.content)) {
      const bool needsOrder = std::ranges::any_of(window->functions, [](const WindowCall& call) {
        return kByPlace.contains(call.function) || call.frame.unit == WindowFrame::Unit::Rows;
      });
      result = result && (!needsOrder || coversAll(window->orderBy, bindPlan({node.children[0]}, catalog).output()));
    } else if (const auto* aggregation = std::get_if<SortAggregationNode>(&node.content)) {
      const auto* sort = std::get_if<SortNode>(&node.children[0]->content);
      result = result && sort != nullptr &&
               std::ranges::equal(aggregation->groupBy, sort->keys, [](const NamedExpr& key, const SortKey& sorted) {
                 return key.expression.sameAs(sorted.expression);
               });
    }
  });
  return result;
}

}  // namespace basalt::fuzz
