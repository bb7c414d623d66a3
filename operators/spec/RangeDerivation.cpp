#include "operators/spec/RangeDerivation.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "operators/expression/RangeAnalysis.h"
#include "operators/spec/AggregateBinding.h"
#include "operators/spec/RowEstimate.h"
#include "runtime/types/Dictionary.h"

namespace basalt {
namespace {

/// With something for each of the operator's columns.
ColumnRanges rangesOf(const OperatorSpec& spec) {
  ColumnRanges ranges = spec.valueRanges;
  ranges.resize(spec.output.size());
  return ranges;
}

/// Rewrites the expression; what is known of its values.
KnownRange derive(ExpressionPointer& expression, const ColumnRanges& columns) {
  auto [rewritten, range] = useRanges(expression, columns);
  expression = std::move(rewritten);
  return range;
}

ColumnRanges derive(std::vector<ExpressionPointer>& expressions, const ColumnRanges& columns) {
  ColumnRanges ranges;
  for (ExpressionPointer& expression : expressions) ranges.push_back(derive(expression, columns));
  return ranges;
}

/// The bound of a zone map as a number of the column's type.
std::optional<Int128> boundOf(const std::optional<Value>& bound, Type type) {
  if (!bound || bound->isNull() || bound->type() != type) return std::nullopt;
  return bound->asInt128();
}

/// Nothing where a chunk does not say: without chunks, too, as there is nothing to gain.
KnownRange rangeOfColumn(const Table& table, std::uint32_t column) {
  const Type type = table.schema()[column].type;
  if (!rangeOfType(type.physical())) return std::nullopt;
  const ZoneMap zone = table.columnZone(column);
  const std::optional<Int128> minimum = boundOf(zone.minimum, type);
  const std::optional<Int128> maximum = boundOf(zone.maximum, type);
  if (!minimum || !maximum) return std::nullopt;
  return ValueRange{*minimum, *maximum};
}

KnownRange rangeOfCodes(const Dictionary& dictionary) {
  if (dictionary.strings.empty()) return std::nullopt;
  return ValueRange{0, static_cast<Int128>(dictionary.strings.size()) - 1};
}

void deriveScan(ScanSpec& scan) {
  for (std::size_t index = 0; index < scan.readColumns.size(); ++index) {
    const auto& dictionary = scan.readSchema[index].dictionary;
    scan.readRanges.push_back(dictionary ? rangeOfCodes(*dictionary)
                                         : rangeOfColumn(*scan.table, scan.readColumns[index]));
  }
  if (scan.filter) derive(scan.filter, scan.readRanges);
  for (const std::uint32_t column : scan.outputColumns) scan.valueRanges.push_back(scan.readRanges[column]);
}

void deriveJoin(JoinSpec& join) {
  const ColumnRanges joined = joinedRanges(join);
  if (!join.isNestedLoop()) {
    join.firstBuildKeyRange = useRanges(join.buildKeys.front(), join.build().valueRanges).range;
    const std::optional<KeyBounds> bounds = join.firstKeyBounds();
    // Of several keys the first one may repeat so often that hashes of all are better.
    join.isSurelyRanked =
        join.keyCount() == 1 && bounds && KeyRanksBuilder::isSurelyDense(*bounds, join.probe().estimatedRows);
    const std::span<const RowLayout::Column> columns = join.layout.columns();
    join.layOut(std::vector<RowLayout::ColumnType>(columns.begin(), columns.end()));
  }
  if (join.condition) derive(join.condition, joined);
  const bool hasMark = join.probeOutput == JoinSpec::ProbeOutput::Marked;
  for (const std::uint32_t column : join.outputColumns) {
    join.valueRanges.push_back(hasMark && column >= join.probeColumnCount() ? std::nullopt : joined[column]);
  }
}

/// Where the results of an aggregate lie whose argument does, in groups of at most `rows` rows.
KnownRange rangeOfAggregate(const AggregateInfo& function, const KnownRange& argument,
                            std::optional<std::uint64_t> rows) {
  if (isCount(function)) return rows ? KnownRange({0, Int128{*rows}}) : std::nullopt;
  if (function.name == "min" || function.name == "max" || function.name == "any_value") return argument;
  return function.name.starts_with("sum") ? rangeOfSum(argument, rows) : std::nullopt;
}

/// An array over more combinations takes more memory than it saves time, and over few none worth speaking of. Large
/// ones have to be in proportion to the rows: each worker has one.
constexpr std::uint64_t kMaxCombinations = std::uint64_t{1} << 27;
static_assert(kMaxCombinations < std::numeric_limits<decltype(NumberedGroup::number)>::max());
constexpr std::uint64_t kManyCombinations = std::uint64_t{1} << 24;
constexpr double kFewCombinations = 65536;
constexpr double kMaxCombinationsPerRow = 8;
constexpr double kMaxOfManyPerRow = 2;

/// An array of groups has room for all combinations, and each worker has one. A small one costs nothing; a large one
/// takes so many rows for each combination that few have no group, and must not become too large for a guess.
constexpr std::uint64_t kSmallPlaceBytes = std::uint64_t{1} << 15;
constexpr std::uint64_t kMaxPlaceBytes = std::uint64_t{1} << 26;
constexpr double kRowsPerPlace = 2;

/// Whether all that comes between a table and these rows are filters: how many pass a join is known far less.
bool areRowsOfTable(const OperatorSpec& rows) {
  if (rows.kind == OperatorKind::Scan) return true;
  return (rows.kind == OperatorKind::Selection || rows.kind == OperatorKind::Projection) &&
         areRowsOfTable(*rows.children[0]);
}

bool groupsLieByNumber(const AggregationSpec& aggregation, const OperatorSpec& rows) {
  // Groups without rows have no numbers.
  if (aggregation.keyIntervals.empty() || !aggregation.standingGroups.empty()) return false;
  const std::uint64_t combinations = aggregation.combinationCount();
  const std::uint64_t bytes = combinations * aggregation.layout.rowBytes();
  return bytes <= kSmallPlaceBytes || (bytes <= kMaxPlaceBytes && areRowsOfTable(rows) &&
                                       static_cast<double>(combinations) * kRowsPerPlace <= rows.estimatedRows);
}

/// The intervals of an aggregation's keys; empty where it has to tell groups apart by hash.
std::vector<KeyInterval> intervalsOf(const AggregationSpec& aggregation, const ColumnRanges& keys, double rows) {
  if (aggregation.kind != OperatorKind::HashAggregation || aggregation.inputs.size() != 1) return {};
  const double limit = std::max(rows * kMaxCombinationsPerRow, kFewCombinations);
  std::vector<KeyInterval> intervals;
  std::uint64_t combinations = 1;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    const RowLayout::Column& column = aggregation.layout.column(key);
    if (!keys[key] || column.nullable || column.type == PhysicalType::Bool || byteSize(column.type) > 8) return {};
    const Int128 count = keys[key]->maximum - keys[key]->minimum + 1;
    if (count > Int128{kMaxCombinations}) return {};
    combinations *= static_cast<std::uint64_t>(count);
    if (combinations > kMaxCombinations || static_cast<double>(combinations) > limit) return {};
    if (combinations > kManyCombinations && static_cast<double>(combinations) > rows * kMaxOfManyPerRow) return {};
    intervals.push_back({static_cast<std::int64_t>(keys[key]->minimum), static_cast<std::uint64_t>(count)});
  }
  return intervals;
}

void deriveAggregation(AggregationSpec& aggregation) {
  const OperatorSpec& rows = rowsOf(aggregation);
  aggregation.valueRanges = derive(aggregation.inputs.front().keys, rows.valueRanges);
  if (aggregation.keyCount() != 0) {
    aggregation.keyIntervals = intervalsOf(aggregation, aggregation.valueRanges, rows.estimatedRows);
    const std::span<const RowLayout::Column> keys = aggregation.layout.columns();
    aggregation.layOut(std::vector<RowLayout::ColumnType>(keys.begin(), keys.end()));
    aggregation.groupsLieByNumber = groupsLieByNumber(aggregation, rows);
  }
  // Those have other keys than rows.
  if (!aggregation.standingGroups.empty()) std::ranges::fill(aggregation.valueRanges, std::nullopt);
  for (AggregateSpec& aggregate : aggregation.aggregates) {
    const bool takesRows = aggregate.input == 0 && aggregate.argument;
    const KnownRange argument = takesRows ? derive(aggregate.argument, rows.valueRanges) : std::nullopt;
    aggregation.valueRanges.push_back(rangeOfAggregate(*aggregate.function, argument, mostRows(rows)));
  }
}

void deriveExpand(ExpandSpec& expand) {
  for (std::vector<ExpressionPointer>& list : expand.projections) {
    const ColumnRanges ranges = derive(list, expand.children[0]->valueRanges);
    if (expand.valueRanges.empty()) {
      expand.valueRanges = ranges;
    } else {
      std::ranges::transform(expand.valueRanges, ranges, expand.valueRanges.begin(), unite);
    }
  }
}

ColumnRanges uniteChildren(const OperatorSpec& spec) {
  ColumnRanges united = rangesOf(*spec.children.front());
  for (const SpecPointer& child : spec.children) {
    std::ranges::transform(united, rangesOf(*child), united.begin(), unite);
  }
  return united;
}

}  // namespace

ColumnRanges joinedRanges(const JoinSpec& join) {
  // A value that a join makes NULL has no range to leave.
  ColumnRanges joined = rangesOf(join.probe());
  const ColumnRanges build = rangesOf(join.build());
  joined.insert(joined.end(), build.begin(), build.end());
  return joined;
}

const OperatorSpec& rowsOf(const AggregationSpec& aggregation) {
  const OperatorSpec* rows = aggregation.children[0].get();
  for (const AggregationSpec* below = asAggregation(*rows); below != nullptr && below->passesRows;
       below = asAggregation(*rows)) {
    rows = below->children[0].get();
  }
  return *rows;
}

void deriveRanges(OperatorSpec& spec) {
  switch (spec.kind) {
    case OperatorKind::Scan:
    case OperatorKind::Values:
      deriveScan(static_cast<ScanSpec&>(spec));
      break;
    case OperatorKind::Selection:
      derive(static_cast<SelectionSpec&>(spec).predicate, spec.children[0]->valueRanges);
      spec.valueRanges = spec.children[0]->valueRanges;
      break;
    case OperatorKind::Projection:
      spec.valueRanges = derive(static_cast<ProjectionSpec&>(spec).expressions, spec.children[0]->valueRanges);
      break;
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      deriveJoin(static_cast<JoinSpec&>(spec));
      break;
    case OperatorKind::HashAggregation:
    case OperatorKind::SortAggregation:
      deriveAggregation(static_cast<AggregationSpec&>(spec));
      break;
    case OperatorKind::Expand:
      deriveExpand(static_cast<ExpandSpec&>(spec));
      break;
    case OperatorKind::UnionAll:
      spec.valueRanges = uniteChildren(spec);
      break;
    case OperatorKind::Sort:
    case OperatorKind::TopN:
    case OperatorKind::Limit:
      spec.valueRanges = spec.children[0]->valueRanges;
      break;
    case OperatorKind::Repeat:
      // The leading columns of the child.
      spec.valueRanges = rangesOf(*spec.children[0]);
      spec.valueRanges.resize(spec.output.size());
      break;
    case OperatorKind::Window:
      // The child's columns come first; of the functions' results nothing is known.
      spec.valueRanges = rangesOf(*spec.children[0]);
      break;
  }
}

}  // namespace basalt
