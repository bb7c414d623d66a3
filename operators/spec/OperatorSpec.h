#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "operators/KernelCatalog.h"
#include "operators/expression/Expression.h"
#include "operators/expression/ValueRange.h"
#include "operators/plan/PlanNode.h"
#include "runtime/hashtable/GroupTable.h"
#include "runtime/hashtable/JoinTable.h"
#include "runtime/hashtable/KeyRanks.h"
#include "runtime/rows/RowLayout.h"
#include "runtime/sort/SortKeyLayout.h"
#include "runtime/storage/Table.h"
#include "runtime/types/Schema.h"

namespace basalt {

enum class OperatorKind : std::uint8_t {
  Scan,
  Values,
  Selection,
  Projection,
  HashJoin,
  NestedLoopJoin,
  CrossJoin,
  HashAggregation,
  SortAggregation,
  Sort,
  TopN,
  Limit,
  UnionAll,
  Expand,
  Repeat,
  Window,
};

/// "HashJoin": as plans and EXPLAIN write it.
std::string_view name(OperatorKind kind) noexcept;

struct OperatorSpec;
using SpecPointer = std::shared_ptr<const OperatorSpec>;

/// An operator of a bound plan: what both engines need to know of it, names resolved, types checked, layouts fixed.
/// Immutable; state lives elsewhere. The spec of an operator is the only place that decides what is materialised and
/// how it lies.
struct OperatorSpec {
  OperatorKind kind;
  /// Number in the plan, root first, depth first; names the operator in errors, statistics and IR.
  std::uint32_t id = 0;
  /// Where it stands in the plan: "$.root.input".
  std::string path;
  /// The columns it produces.
  Schema output;
  /// Where the values of these columns lie; columns behind the last one, and those with nothing, may hold any.
  ColumnRanges valueRanges;
  std::vector<SpecPointer> children;
  /// How many rows it is expected to produce; a guess that decides what is built and what probes.
  double estimatedRows = 0;

  explicit OperatorSpec(OperatorKind operatorKind) : kind(operatorKind) {}
  virtual ~OperatorSpec() = default;
  OperatorSpec(const OperatorSpec&) = delete;
  OperatorSpec& operator=(const OperatorSpec&) = delete;

  /// "HashJoin#3".
  std::string label() const;
};

/// A range condition that the filter implies for a column, used to skip whole chunks by their zone maps.
struct ZoneCondition {
  enum class Comparison : std::uint8_t { Equal, Less, LessEqual, Greater, GreaterEqual };
  std::uint32_t tableColumn = 0;
  Comparison comparison = Comparison::Equal;
  Value bound;

  /// Whether a chunk with this zone map may hold a row that satisfies the condition.
  bool mayMatch(const ZoneMap& zone) const;
};

/// A Scan of the catalog's table, or Values, a scan of a table of constants.
struct ScanSpec final : OperatorSpec {
  explicit ScanSpec(OperatorKind operatorKind = OperatorKind::Scan) : OperatorSpec(operatorKind) {}

  std::shared_ptr<const Table> table;
  /// The table's columns that are read, in the order of Morsel::columns; first those that the filter looks at.
  std::vector<std::uint32_t> readColumns;
  /// Types and names of what is read: codes, where there is a dictionary. The input of `filter`.
  Schema readSchema;
  /// Where the values of what is read lie, the codes of a dictionary included.
  ColumnRanges readRanges;
  /// Null pointer: every row passes.
  ExpressionPointer filter;
  /// Output column i is read column outputColumns[i].
  std::vector<std::uint32_t> outputColumns;
  /// Rows [begin, end) of the table to scan, ascending and disjoint; empty: all.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  std::vector<ZoneCondition> zoneConditions;

  /// How read column `index` lies in the table.
  ColumnEncoding encoding(std::size_t index) const;
};

struct SelectionSpec final : OperatorSpec {
  SelectionSpec() : OperatorSpec(OperatorKind::Selection) {}
  ExpressionPointer predicate;
};

struct ProjectionSpec final : OperatorSpec {
  ProjectionSpec() : OperatorSpec(OperatorKind::Projection) {}
  /// One per output column, over the child's columns.
  std::vector<ExpressionPointer> expressions;
};

/// A join of children[0], left, and children[1], right: a HashJoin, or a NestedLoopJoin or CrossJoin, which is a join
/// without keys, so that every row is a candidate. One side is built: its rows are stored; then the other one probes.
/// All that follows is in terms of probe and build side; a joined row is the probe side's columns followed by the build
/// side's. Keys of both sides have equal types, pairwise.
struct JoinSpec final : OperatorSpec {
  explicit JoinSpec(OperatorKind operatorKind) : OperatorSpec(operatorKind) {}

  /// What a probe row becomes.
  enum class ProbeOutput : std::uint8_t {
    Pairs,      ///< a joined row per match
    Matched,    ///< itself if it has a match
    Unmatched,  ///< itself if it has none
    Marked,     ///< itself and the mark, which is column probeColumnCount() of the joined row
    Nothing,    ///< it only marks the build rows that it matches
  };
  /// Which build rows are put out when all probing is done, the probe columns NULL.
  enum class BuildOutput : std::uint8_t { Nothing, Matched, Unmatched };

  JoinType type = JoinType::Inner;
  JoinSide buildSide = JoinSide::Right;
  ProbeOutput probeOutput = ProbeOutput::Pairs;
  /// With Pairs: a probe row without match is put out with NULLs for the build columns.
  bool extendsProbeRows = false;
  BuildOutput buildOutput = BuildOutput::Nothing;
  /// With Marked: the one key may be NULL, and NULL in a comparison makes the mark NULL (unless there is a match or
  /// nothing to compare with).
  bool nullAwareMark = false;

  std::vector<ExpressionPointer> buildKeys;
  std::vector<ExpressionPointer> probeKeys;
  /// Per key: whether NULL matches NULL.
  std::vector<bool> nullSafe;
  /// Where the values of the first build key lie.
  KnownRange firstBuildKeyRange;
  /// What a build row stores, over the build side's columns: the keys first, then the columns that are needed later.
  std::vector<ExpressionPointer> stored;
  /// Build rows are found by the rank of their one key, however many there are.
  bool isSurelyRanked = false;
  /// The layout of a build row: rowHeader(), then `stored`.
  RowLayout layout;
  /// For column c of the build side: which stored column holds it; kNotStored when nothing above needs it.
  std::vector<std::uint32_t> storedColumnOf;
  static constexpr std::uint32_t kNotStored = UINT32_MAX;
  /// Further condition over the joined row, or null pointer. With Marked its value counts, else whether it is TRUE.
  ExpressionPointer condition;
  /// Output column i is column outputColumns[i] of the joined row.
  std::vector<std::uint32_t> outputColumns;

  std::size_t keyCount() const noexcept { return buildKeys.size(); }
  std::size_t buildChild() const noexcept { return buildSide == JoinSide::Left ? 0 : 1; }
  const OperatorSpec& build() const { return *children[buildChild()]; }
  const OperatorSpec& probe() const { return *children[1 - buildChild()]; }
  std::size_t probeColumnCount() const { return probe().output.size(); }
  /// A second match of a probe row is an error.
  bool isSingle() const noexcept { return type == JoinType::Single; }
  /// Build rows with a NULL in a key that is not null-safe are stored, though they match nothing.
  bool storesNullKeys() const noexcept { return buildOutput == BuildOutput::Unmatched || nullAwareMark; }
  JoinRowHeader rowHeader() const noexcept;
  /// Makes the layout of build rows with such columns.
  void layOut(std::span<const RowLayout::ColumnType> columns);
  /// The first key is an integer that is never NULL where it matches, so that build rows can be found by its rank.
  bool firstKeyCanRank() const noexcept;
  /// Between which numbers it lies then, if that is known.
  std::optional<KeyBounds> firstKeyBounds() const noexcept;
  /// Where the table is ranked, nobody asks for a build row: which keys there are tells what becomes of a probe row.
  bool testsKeys() const noexcept {
    return probeOutput != ProbeOutput::Pairs && probeOutput != ProbeOutput::Nothing &&
           buildOutput == BuildOutput::Nothing && keyAloneDecides();
  }
  /// A probe row only marks the rows that have its key: which ones have been marked is known by key.
  bool marksKeys() const noexcept { return probeOutput == ProbeOutput::Nothing && keyAloneDecides(); }
  /// Every build row is a candidate for every probe row.
  bool isNestedLoop() const noexcept { return buildKeys.empty(); }
  /// All rows with the rank of a key are matches.
  bool keyAloneDecides() const noexcept { return keyCount() == 1 && condition == nullptr && firstKeyCanRank(); }
  /// "o_custkey = c_custkey and a is not distinct from b": probe keys on the left; empty without keys.
  std::string keysText() const;
};

/// One aggregate of an AggregationSpec: state in the group's row, result as the aggregate's function yields it.
struct AggregateSpec {
  const AggregateInfo* function = nullptr;
  /// Over the columns of the input that updates it, of the function's parameter type; null pointer for count(*).
  ExpressionPointer argument;
  std::string text;
  /// Which of AggregationSpec::inputs updates it.
  std::uint32_t input = 0;
};

/// One of the streams of rows that an aggregation takes in.
struct AggregationInput {
  /// The group that a row belongs to, over the columns of this input; equally many and of the same types in all inputs.
  std::vector<ExpressionPointer> keys;
};

/// Hash or sort-based aggregation. Output: the keys, then one column per aggregate. (avg and the like are split into
/// these and a projection above by the plan binder.) A sort-based one has keys and one input, whose rows it takes in
/// order.
///
/// Aggregates over distinct arguments are computed in two levels. A deduplication is an aggregation without aggregates
/// whose keys are those of the groups and one distinct argument; its groups are the rows that count. Where it stands
/// below in `children`, and this aggregation takes in the rows as well, it `passesRows`: the rows it is filled with go
/// on unchanged. Input 0 of an aggregation are the rows of the first operator below that is no such deduplication;
/// input 1 the groups of the one directly below, and so on downwards.
struct AggregationSpec final : OperatorSpec {
  explicit AggregationSpec(OperatorKind operatorKind = OperatorKind::HashAggregation) : OperatorSpec(operatorKind) {}

  /// Never empty.
  std::vector<AggregationInput> inputs;
  std::vector<AggregateSpec> aggregates;
  bool passesRows = false;
  /// The keys of groups that exist even without input: the one group of an aggregation without keys.
  std::vector<std::vector<Value>> standingGroups;
  /// A GroupRow header (with keyIntervals NumberedGroup; sort-based: none), the keys, then one block per aggregate's
  /// state.
  RowLayout layout;
  /// Where the values of each key lie, when all keys are integers, never NULL, and so few combinations are possible
  /// that groups are found by the combination's number; else empty. Only with one input.
  std::vector<KeyInterval> keyIntervals;
  /// Groups lie in an array, by number: there are many rows for each of these combinations, or the array is small.
  bool groupsLieByNumber = false;

  /// So many combinations of keys are few: each may cost a loop over a block of rows.
  static constexpr std::uint64_t kFewCombinations = 16;

  std::size_t keyCount() const noexcept { return inputs.front().keys.size(); }
  /// How many combinations of keys are possible by keyIntervals; 1 without keys, 0 where nothing is known.
  std::uint64_t combinationCount() const noexcept;
  bool hasFewCombinations() const noexcept { return combinationCount() != 0 && combinationCount() <= kFewCombinations; }
  /// Groups are found by number, and may lie in runs of those that came in order.
  bool mayLieInRuns() const noexcept {
    return !groupsLieByNumber && combinationCount() > LocalGroups::kMaxIndexedAtOnce;
  }
  /// Makes the layout of rows with such keys, which depends on how groups are found.
  void layOut(std::span<const RowLayout::ColumnType> keys);
  /// Keys or states have bytes outside their row.
  bool holdsStrings() const;
};

/// The spec of an aggregation; null pointer for other operators.
const AggregationSpec* asAggregation(const OperatorSpec& spec) noexcept;

/// Shared by Sort, TopN and Window: what a sorted row holds.
struct SortedRowsSpec {
  /// What a row stores, over the child's columns: the child's columns in order, then keys and others that are not
  /// plain columns.
  std::vector<ExpressionPointer> stored;
  SortKeyLayout keys;
  /// The normalised key as header, then `stored`.
  RowLayout layout;
};

/// What the rows of a Sort, TopN or Window hold.
const SortedRowsSpec& sortedRowsOf(const OperatorSpec& spec);
/// The layout of the rows that a breaker keeps.
const RowLayout& rowLayoutOf(const OperatorSpec& breaker);

struct SortSpec final : OperatorSpec {
  SortSpec() : OperatorSpec(OperatorKind::Sort) {}
  SortedRowsSpec rows;
  /// Rows with equal keys keep the order of the input. The header of a row ends in 8 bytes for its number.
  bool stable = false;
};

struct TopNSpec final : OperatorSpec {
  TopNSpec() : OperatorSpec(OperatorKind::TopN) {}
  SortedRowsSpec rows;
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
};

/// The rows of all children, which have equal types. It has no step of its own: the pipelines of all its children go on
/// where it stands.
struct UnionAllSpec final : OperatorSpec {
  UnionAllSpec() : OperatorSpec(OperatorKind::UnionAll) {}
};

/// Puts out a row per list of `projections` for every input row, in the order of the lists.
struct ExpandSpec final : OperatorSpec {
  ExpandSpec() : OperatorSpec(OperatorKind::Expand) {}
  /// Per list, one expression per output column over the child's columns; of equal types in all lists.
  std::vector<std::vector<ExpressionPointer>> projections;
  /// Per output column: the column of the child that it is in all lists, or kComputed.
  std::vector<std::uint32_t> passedColumns;
  static constexpr std::uint32_t kComputed = UINT32_MAX;
};

/// Puts out every input row as often as `count` says, never where it is negative. Output: the leading columns of the
/// child.
struct RepeatSpec final : OperatorSpec {
  RepeatSpec() : OperatorSpec(OperatorKind::Repeat) {}
  /// A bigint over the child's columns that is not NULL.
  ExpressionPointer count;
};

struct LimitSpec final : OperatorSpec {
  LimitSpec() : OperatorSpec(OperatorKind::Limit) {}
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
};

}  // namespace basalt
