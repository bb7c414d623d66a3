#include "operators/spec/OperatorSpec.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/spec/WindowSpec.h"

namespace basalt {

std::string_view name(OperatorKind kind) noexcept {
  switch (kind) {
    case OperatorKind::Scan:
      return "Scan";
    case OperatorKind::Values:
      return "Values";
    case OperatorKind::Selection:
      return "Selection";
    case OperatorKind::Projection:
      return "Projection";
    case OperatorKind::HashJoin:
      return "HashJoin";
    case OperatorKind::NestedLoopJoin:
      return "NestedLoopJoin";
    case OperatorKind::CrossJoin:
      return "CrossJoin";
    case OperatorKind::HashAggregation:
      return "HashAggregation";
    case OperatorKind::SortAggregation:
      return "SortAggregation";
    case OperatorKind::Sort:
      return "Sort";
    case OperatorKind::TopN:
      return "TopN";
    case OperatorKind::Limit:
      return "Limit";
    case OperatorKind::UnionAll:
      return "Union";
    case OperatorKind::Expand:
      return "Expand";
    case OperatorKind::Repeat:
      return "Repeat";
    case OperatorKind::Window:
      return "Window";
  }
  return "?";
}

const SortedRowsSpec& sortedRowsOf(const OperatorSpec& spec) {
  switch (spec.kind) {
    case OperatorKind::Sort:
      return static_cast<const SortSpec&>(spec).rows;
    case OperatorKind::TopN:
      return static_cast<const TopNSpec&>(spec).rows;
    case OperatorKind::Window:
      return static_cast<const WindowSpec&>(spec).rows;
    default:
      std::unreachable();
  }
}

const RowLayout& rowLayoutOf(const OperatorSpec& breaker) {
  if (const AggregationSpec* const aggregation = asAggregation(breaker)) return aggregation->layout;
  switch (breaker.kind) {
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      return static_cast<const JoinSpec&>(breaker).layout;
    default:
      return sortedRowsOf(breaker).layout;
  }
}

ColumnEncoding ScanSpec::encoding(std::size_t index) const {
  ColumnEncoding encoding = table->encoding(readColumns[index]);
  if (readSchema[index].dictionary) encoding.kind = ColumnEncoding::Kind::Codes;
  return encoding;
}

std::uint64_t AggregationSpec::combinationCount() const noexcept {
  if (keyCount() != 0 && keyIntervals.empty()) return 0;
  std::uint64_t combinations = 1;
  for (const KeyInterval& interval : keyIntervals) combinations *= interval.count;
  return combinations;
}

void AggregationSpec::layOut(std::span<const RowLayout::ColumnType> keys) {
  std::vector<std::uint32_t> states;
  for (const AggregateSpec& aggregate : aggregates) states.push_back(aggregate.function->stateSize);
  const std::size_t header = keyIntervals.empty() ? sizeof(GroupRow) : sizeof(NumberedGroup);
  layout = RowLayout(kind == OperatorKind::HashAggregation ? header : 0, keys, states);
}

bool AggregationSpec::holdsStrings() const {
  return std::ranges::any_of(layout.columns(), [](const auto& key) { return key.holdsText(); }) ||
         std::ranges::any_of(aggregates, [](const auto& aggregate) { return aggregate.function->updateUsesArena; });
}

const AggregationSpec* asAggregation(const OperatorSpec& spec) noexcept {
  const bool isAggregation = spec.kind == OperatorKind::HashAggregation || spec.kind == OperatorKind::SortAggregation;
  return isAggregation ? static_cast<const AggregationSpec*>(&spec) : nullptr;
}

std::string OperatorSpec::label() const { return fmt::format("{}#{}", name(kind), id); }

bool JoinSpec::firstKeyCanRank() const noexcept {
  if (isNestedLoop() || nullSafe.front()) return false;
  switch (layout.column(0).type) {
    case PhysicalType::Int8:
    case PhysicalType::Int16:
    case PhysicalType::Int32:
    case PhysicalType::Int64:
      return true;
    default:
      return false;
  }
}

JoinRowHeader JoinSpec::rowHeader() const noexcept {
  const bool marksRows = buildOutput != BuildOutput::Nothing && !(isSurelyRanked && marksKeys());
  if (marksRows || storesNullKeys()) return JoinRowHeader::Tracked;
  if (!isSurelyRanked) return JoinRowHeader::Hashed;
  return testsKeys() || marksKeys() ? JoinRowHeader::None : JoinRowHeader::Linked;
}

void JoinSpec::layOut(std::span<const RowLayout::ColumnType> columns) {
  layout = RowLayout(byteSize(rowHeader()), columns);
}

std::optional<KeyBounds> JoinSpec::firstKeyBounds() const noexcept {
  if (!firstKeyCanRank() || !firstBuildKeyRange) return std::nullopt;
  const ValueRange range = *clip(firstBuildKeyRange, rangeOfType(layout.column(0).type));
  return KeyBounds{static_cast<std::int64_t>(range.minimum), static_cast<std::int64_t>(range.maximum)};
}

std::string JoinSpec::keysText() const {
  std::string text;
  for (std::size_t key = 0; key < keyCount(); ++key) {
    text += fmt::format("{}{} {} {}", key == 0 ? "" : " and ", probeKeys[key]->text,
                        nullSafe[key] ? "is not distinct from" : "=", buildKeys[key]->text);
  }
  return text;
}

}  // namespace basalt
