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

/// Which rows a join puts out. Left and right are its inputs.
enum class JoinType : std::uint8_t {
  Inner,
  Left,       ///< also every left row without a match, with NULLs in place of the right columns
  Right,      ///< the same for right rows
  Full,       ///< both
  LeftSemi,   ///< left rows with a match, once each; left columns only
  RightSemi,  ///< the same for right rows
  LeftAnti,   ///< left rows without a match; left columns only. NOT EXISTS, not NOT IN: see Mark
  RightAnti,  ///< the same for right rows
  Mark,    ///< every left row with a Boolean column: TRUE with a match, else NULL when some comparison was NULL, else
           ///< FALSE
  Single,  ///< Left, but a second match of a left row is an error: a scalar subquery
};
/// "inner", "left", "right", "full", "leftSemi", "rightSemi", "leftAnti", "rightAnti", "mark", "single".
std::string_view name(JoinType type) noexcept;

enum class JoinSide : std::uint8_t { Left, Right };

/// Rows match when left = right. A NULL matches nothing unless `nullSafe`, when it matches NULL.
struct JoinKey {
  Expr left;
  Expr right;
  bool nullSafe = false;
};

/// What all joins state. children[0] is left, children[1] is right. Output: the left columns, then the right ones (as
/// far as the type puts them out), then the mark; or those named in `output`.
struct JoinContent {
  JoinType type = JoinType::Inner;
  /// Further condition on the pair of rows. An outer join extends a row when no pair of it passes.
  std::optional<Expr> condition = {};
  /// The side that is materialised; chosen by estimate unless said. The right one for Mark and Single.
  std::optional<JoinSide> build = {};
  /// What Mark calls its column.
  std::string mark = "mark";
  std::vector<std::string> output = {};
};
struct HashJoinNode : JoinContent {
  std::vector<JoinKey> keys;
};
/// Compares every pair; for conditions without an equality.
struct NestedLoopJoinNode : JoinContent {};
/// Every pair.
struct CrossJoinNode {
  std::optional<JoinSide> build = {};
  std::vector<std::string> output = {};
};

struct AggregateCall {
  std::string name;
  std::string function;
  /// None for count(*).
  std::optional<Expr> argument;
  /// Of equal arguments, only the first counts.
  bool distinct = false;
  /// Only rows for which it is TRUE count.
  std::optional<Expr> filter = {};
  /// What string_agg puts between values.
  std::string separator = ",";
};
/// What all aggregations state. Output: the group keys, then the aggregates. Without keys: one row, also of empty
/// input.
struct AggregationContent {
  std::vector<NamedExpr> groupBy;
  std::vector<AggregateCall> aggregates;
};
struct HashAggregationNode : AggregationContent {
  /// GROUPING SETS: per set, the indexes into groupBy that it groups by; all other keys are NULL in its groups. None:
  /// one set of all keys. An empty set has a group even without input.
  std::vector<std::vector<std::uint32_t>> groupingSets;
  /// With a name: a further key of that name, the index of the group's set.
  std::string groupingSet;
};
/// Aggregates in one pass and constant memory. Rows of a group must be adjacent in the input, as after a sort by the
/// keys; the rows of a group that are not come out as several groups.
struct SortAggregationNode : AggregationContent {};

/// Bounds of a window frame, relative to the current row.
struct FrameBound {
  enum class Kind : std::uint8_t { UnboundedPreceding, Preceding, CurrentRow, Following, UnboundedFollowing };
  Kind kind = Kind::CurrentRow;
  /// Of Preceding and Following: a constant. Rows, peer groups, or a distance in the order key's terms, by the unit.
  std::optional<Expr> offset;
};
struct WindowFrame {
  enum class Unit : std::uint8_t { Rows, Range, Groups };
  Unit unit = Unit::Range;
  FrameBound start{FrameBound::Kind::UnboundedPreceding, {}};
  FrameBound end{FrameBound::Kind::CurrentRow, {}};
};
struct WindowCall {
  std::string name;
  /// row_number, rank, dense_rank, percent_rank, cume_dist, ntile, lag, lead, first_value, last_value, nth_value, or an
  /// aggregate.
  std::string function;
  /// The separator of string_agg, a constant, is one.
  std::vector<Expr> arguments = {};
  /// Unless said, the SQL standard's: from the partition's start through the current row's last peer.
  WindowFrame frame = {};
  bool ignoreNulls = false;
  std::optional<Expr> filter = {};
};
struct SortNode {
  std::vector<SortKey> keys;
  /// Rows with equal keys keep the order of the input, which then runs on one worker: rows of a table by their
  /// position, those of a sort in its order, those of a union input by input; the matches of a row and groups are in no
  /// order.
  bool stable = false;
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
/// Each row once; NULLs are not distinct.
struct DistinctNode {};
/// Combines the rows of two or more inputs with equally many columns, whose types have a common one; names are those of
/// the first. Union ALL has all rows of all inputs; Intersect ALL a row as often as the input that has it least often;
/// Except ALL as often as the first input has it more than the others together. Without ALL: each row once.
struct SetOperationNode {
  enum class Kind : std::uint8_t { Union, Intersect, Except };
  Kind kind = Kind::Union;
  bool all = false;
};
/// Rows of constants.
struct ValuesNode {
  struct Column {
    std::string name;
    /// Unless said, the values' common type.
    std::optional<Type> type;
  };
  std::vector<Column> columns;
  std::vector<std::vector<Expr>> rows;
};
/// Puts out a row per list for every input row: what grouping sets and unpivots are made of. The lists agree in names,
/// and their types have common ones.
struct ExpandNode {
  std::vector<std::vector<NamedExpr>> projections;
};
/// Adds a column per function to every row, computed over the rows of its partition. Output: the input's columns, then
/// the functions.
struct WindowNode {
  std::vector<Expr> partitionBy;
  std::vector<SortKey> orderBy;
  std::vector<WindowCall> functions;
};

/// An operator of a physical plan, as the host states it: names unresolved, types unchecked. Immutable once built.
struct PlanNode {
  /// How deep operators may nest. Everything that walks plans recurses, so their depth bounds the stack it needs.
  static constexpr std::uint32_t kMaxDepth = 2000;

  using Content = std::variant<ScanNode, SelectionNode, ProjectionNode, HashJoinNode, NestedLoopJoinNode, CrossJoinNode,
                               HashAggregationNode, SortAggregationNode, SortNode, TopNNode, LimitNode, DistinctNode,
                               SetOperationNode, ValuesNode, ExpandNode, WindowNode>;
  Content content;
  std::vector<std::shared_ptr<const PlanNode>> children;
};
using PlanPointer = std::shared_ptr<const PlanNode>;

/// "Scan", "HashJoin", "Union": the name in JSON.
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
  static PlanBuilder values(ValuesNode values);
  /// Inner hash join with this plan as the left side.
  PlanBuilder hashJoin(const PlanBuilder& right, std::vector<Expr> leftKeys, std::vector<Expr> rightKeys,
                       std::optional<Expr> condition = {}, std::vector<std::string> output = {}) const;
  /// Joins with this plan as the left side.
  PlanBuilder join(const PlanBuilder& right, HashJoinNode join) const;
  PlanBuilder join(const PlanBuilder& right, NestedLoopJoinNode join) const;
  PlanBuilder crossJoin(const PlanBuilder& right, CrossJoinNode join = {}) const;
  PlanBuilder aggregate(std::vector<NamedExpr> groupBy, std::vector<AggregateCall> aggregates) const;
  PlanBuilder aggregate(HashAggregationNode aggregation) const;
  PlanBuilder sortAggregate(std::vector<NamedExpr> groupBy, std::vector<AggregateCall> aggregates) const;
  PlanBuilder window(WindowNode window) const;
  PlanBuilder sort(std::vector<SortKey> keys, bool stable = false) const;
  PlanBuilder topN(std::vector<SortKey> keys, std::uint64_t limit, std::uint64_t offset = 0) const;
  PlanBuilder limit(std::uint64_t limit, std::uint64_t offset = 0) const;
  PlanBuilder distinct() const;
  /// A set operation whose first input is this plan.
  PlanBuilder combine(const std::vector<PlanBuilder>& others, SetOperationNode operation) const;
  PlanBuilder expand(std::vector<std::vector<NamedExpr>> projections) const;
  PhysicalPlan build() const { return PhysicalPlan{root_}; }

 private:
  PlanBuilder(PlanNode::Content content, std::vector<PlanPointer> children, std::uint32_t depth);
  PlanBuilder append(PlanNode::Content content) const;
  PlanBuilder combine(PlanNode::Content content, const std::vector<PlanBuilder>& others) const;

  PlanPointer root_;
  std::uint32_t depth_;
};

}  // namespace basalt
