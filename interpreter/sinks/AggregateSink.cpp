#include "interpreter/sinks/AggregateSink.h"

#include <span>

#include "interpreter/RowError.h"

namespace basalt::interpreter {

namespace {

/// The keys, then the arguments of those aggregates that have one.
std::vector<ExpressionPointer> expressionsOf(const HashAggregationSpec& spec) {
  std::vector<ExpressionPointer> expressions = spec.keys;
  for (const AggregateSpec& aggregate : spec.aggregates) {
    if (aggregate.argument) expressions.push_back(aggregate.argument);
  }
  return expressions;
}

}  // namespace

AggregateSink::AggregateSink(const WorkerContext& context, const HashAggregationSpec& spec, GroupTable* table)
    : BatchSink(spec.label()),
      context_(context),
      spec_(spec),
      expressions_(context, label(), expressionsOf(spec)),
      lookup_(context, spec, table),
      strings_(table->strings),
      keys_(spec.keys.size()),
      arguments_(spec.aggregates.size()),
      groups_(context.budget, context.batchRows * sizeof(std::byte*)) {
  for (const AggregateSpec& aggregate : spec.aggregates) loops_.push_back(&aggregateLoops(*aggregate.function));
}

void AggregateSink::doConsume(const Batch& batch) {
  expressions_.begin(batch);
  RowSelection rows = RowSelection::of(batch);
  std::size_t root = 0;
  for (Vector& key : keys_) {
    if (rows.count != 0) key = expressions_.value(root++, rows);
  }
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    if (spec_.aggregates[i].argument && rows.count != 0) arguments_[i] = expressions_.value(root++, rows);
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
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    const bool hasArgument = spec_.aggregates[i].argument != nullptr;
    ErrorCode error = ErrorCode::None;
    std::uint32_t errorRow = 0;
    loops_[i]->update({.arguments = std::span(&arguments_[i], hasArgument ? 1 : 0),
                       .rows = single != nullptr ? nullptr : groups,
                       .stateOffset = spec_.layout.blockOffset(i),
                       .single = single != nullptr ? single + spec_.layout.blockOffset(i) : nullptr,
                       .selection = remaining.positions,
                       .rowCount = remaining.count,
                       .error = &error,
                       .errorRow = &errorRow,
                       .arena = strings_});
    if (error == ErrorCode::None) continue;
    // A further aggregate may fail in an earlier row.
    firstError = error;
    firstAggregate = i;
    std::uint32_t before = 0;
    while (remaining.position(before) < errorRow) ++before;
    remaining.count = before;
    if (before == 0) break;
  }
  if (firstError != ErrorCode::None) raise(firstError, firstAggregate);
}

void AggregateSink::raise(ErrorCode error, std::size_t aggregate) const {
  throw RowError(error, context_.pipeline->sinkAggregateSites[aggregate], label(), spec_.aggregates[aggregate].text);
}

}  // namespace basalt::interpreter
