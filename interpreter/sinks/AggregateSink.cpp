#include "interpreter/sinks/AggregateSink.h"

#include <span>

#include "interpreter/RowError.h"

namespace basalt::interpreter {

namespace {

/// The keys, then the arguments of those aggregates that the input updates and that have one.
std::vector<ExpressionPointer> expressionsOf(const AggregationSpec& spec, std::uint32_t input) {
  std::vector<ExpressionPointer> expressions = spec.inputs[input].keys;
  for (const AggregateSpec& aggregate : spec.aggregates) {
    if (aggregate.input == input && aggregate.argument) expressions.push_back(aggregate.argument);
  }
  return expressions;
}

}  // namespace

AggregateSink::AggregateSink(const WorkerContext& context, const AggregationSpec& spec, std::uint32_t input,
                             const std::vector<std::uint32_t>& sites, GroupTable* table)
    : BatchSink(spec.label()),
      spec_(spec),
      sites_(sites),
      expressions_(context, label(), expressionsOf(spec, input)),
      lookup_(context, spec, table),
      strings_(table->strings),
      keys_(spec.keyCount()),
      groups_(context.budget, context.batchRows * sizeof(std::byte*)) {
  for (std::size_t i = 0; i < spec.aggregates.size(); ++i) {
    const AggregateSpec& aggregate = spec.aggregates[i];
    if (aggregate.input == input) updates_.push_back({i, &aggregateLoops(*aggregate.function), {}});
  }
}

void AggregateSink::doConsume(const Batch& batch) {
  expressions_.begin(batch);
  RowSelection rows = RowSelection::of(batch);
  std::size_t root = 0;
  for (Vector& key : keys_) {
    if (rows.count != 0) key = expressions_.value(root++, rows);
  }
  for (Update& update : updates_) {
    if (spec_.aggregates[update.aggregate].argument && rows.count != 0) {
      update.argument = expressions_.value(root++, rows);
    }
  }
  if (rows.count != 0) update(rows);
  expressions_.throwPending();
}

void AggregateSink::update(const RowSelection& rows) {
  auto** const groups = groups_.as<std::byte*>();
  std::byte* single = nullptr;
  if (keys_.empty()) {
    single = lookup_.single();
  } else {
    lookup_.find(keys_, rows, groups);
  }
  RowSelection remaining = rows;
  ErrorCode firstError = ErrorCode::None;
  std::size_t firstAggregate = 0;
  for (const Update& update : updates_) {
    const bool hasArgument = spec_.aggregates[update.aggregate].argument != nullptr;
    const std::uint32_t offset = spec_.layout.blockOffset(update.aggregate);
    ErrorCode error = ErrorCode::None;
    std::uint32_t errorRow = 0;
    update.loops->update({.arguments = std::span(&update.argument, hasArgument ? 1 : 0),
                          .rows = single != nullptr ? nullptr : groups,
                          .stateOffset = offset,
                          .single = single != nullptr ? single + offset : nullptr,
                          .selection = remaining.positions,
                          .rowCount = remaining.count,
                          .error = &error,
                          .errorRow = &errorRow,
                          .arena = strings_});
    if (error == ErrorCode::None) continue;
    // A further aggregate may fail in an earlier row.
    firstError = error;
    firstAggregate = update.aggregate;
    std::uint32_t before = 0;
    while (remaining.position(before) < errorRow) ++before;
    remaining.count = before;
    if (before == 0) break;
  }
  if (firstError != ErrorCode::None) raise(firstError, firstAggregate);
}

void AggregateSink::raise(ErrorCode error, std::size_t aggregate) const {
  throw RowError(error, sites_[aggregate], label(), spec_.aggregates[aggregate].text);
}

}  // namespace basalt::interpreter
