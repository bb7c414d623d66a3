#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "operators/plan/Expr.h"

namespace basalt {

/// A named expression: an output column.
struct NamedExpr {
  std::string name;
  Expr expression;
};

struct SortKey {
  Expr expression;
  bool descending = false;
  /// NULLs come last ascending and first descending unless said otherwise (PostgreSQL's rule).
  std::optional<bool> nullsFirst;
};

/// Rows of a table that pass `filter`; `columns` of them in that order (empty list: all). `ranges` restricts the scan
/// to rows [begin, end) by position in the table (empty list: all).
struct ScanNode {
  std::string table;
  std::vector<std::string> columns;
  std::optional<Expr> filter;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
};
struct SelectionNode {
  Expr predicate;
};
struct ProjectionNode {
  std::vector<NamedExpr> expressions;
};
enum class JoinType : std::uint8_t { Inner };
/// children[0] is the build side, children[1] the probe side. Output: the probe side's columns, then the build side's,
/// or those named in `output`.
struct HashJoinNode {
  JoinType type = JoinType::Inner;
  std::vector<Expr> buildKeys;
  std::vector<Expr> probeKeys;
  /// Further condition on the joined row.
  std::optional<Expr> condition;
  std::vector<std::string> output;
};
struct AggregateCall {
  std::string name;
  std::string function;
  /// None for count(*).
  std::optional<Expr> argument;
};
/// Output: the group keys, then the aggregates. Without keys: one row, also of empty input.
struct HashAggregationNode {
  std::vector<NamedExpr> groupBy;
  std::vector<AggregateCall> aggregates;
};
struct SortNode {
  std::vector<SortKey> keys;
};
struct TopNNode {
  std::vector<SortKey> keys;
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
};
struct LimitNode {
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
};

/// An operator of a physical plan, as the host states it: names unresolved, types unchecked. Immutable once built.
struct PlanNode {
  /// How deep operators may nest. Everything that walks plans recurses, so their depth bounds the stack it needs.
  static constexpr std::uint32_t kMaxDepth = 2000;

  using Content = std::variant<ScanNode, SelectionNode, ProjectionNode, HashJoinNode, HashAggregationNode, SortNode,
                               TopNNode, LimitNode>;
  Content content;
  std::vector<std::shared_ptr<const PlanNode>> children;
};
using PlanPointer = std::shared_ptr<const PlanNode>;

/// "Scan", "Selection", "Projection", "HashJoin", "HashAggregation", "Sort", "TopN", "Limit": the name in JSON and in
/// EXPLAIN.
std::string_view operatorName(const PlanNode& node);

/// A plan with its format version.
struct PhysicalPlan {
  static constexpr int kVersion = 1;
  PlanPointer root;
};

/// Reads the JSON form; throws ExecutionError(InvalidPlan) whose place is the path ("$.root.input.keys[0]") or, for
/// text that is not JSON, line and column.
PhysicalPlan parsePlan(std::string_view json);
/// Prints the JSON form; expressions as SQL text. parsePlan(printPlan(p)) equals p.
std::string printPlan(const PhysicalPlan& plan);

/// Builds a plan from the leaf up:
///   PlanBuilder::scan("orders", {"o_orderkey"}).filter(sql("o_orderkey > 7")).limit(10).build()
/// Throws ExecutionError(InvalidPlan) beyond PlanNode::kMaxDepth.
class PlanBuilder {
 public:
  static PlanBuilder scan(std::string table, std::vector<std::string> columns = {}, std::optional<Expr> filter = {},
                          std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges = {});
  PlanBuilder filter(Expr predicate) const;
  PlanBuilder project(std::vector<NamedExpr> expressions) const;
  /// Joins with this plan as the probe side.
  PlanBuilder hashJoin(const PlanBuilder& build, std::vector<Expr> probeKeys, std::vector<Expr> buildKeys,
                       std::optional<Expr> condition = {}, std::vector<std::string> output = {}) const;
  PlanBuilder aggregate(std::vector<NamedExpr> groupBy, std::vector<AggregateCall> aggregates) const;
  PlanBuilder sort(std::vector<SortKey> keys) const;
  PlanBuilder topN(std::vector<SortKey> keys, std::uint64_t limit, std::uint64_t offset = 0) const;
  PlanBuilder limit(std::uint64_t limit, std::uint64_t offset = 0) const;
  PhysicalPlan build() const { return PhysicalPlan{root_}; }

 private:
  PlanBuilder(PlanNode::Content content, std::vector<PlanPointer> children, std::uint32_t depth);
  PlanBuilder append(PlanNode::Content content) const;

  PlanPointer root_;
  std::uint32_t depth_;
};

}  // namespace basalt
