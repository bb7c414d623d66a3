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
      partition_(context),
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

AggregateUpdateCall AggregateSink::callOf(const Update& update, const RowSelection& rows, Failure& failure) const {
  const bool hasArgument = spec_.aggregates[update.aggregate].argument != nullptr;
  return {.arguments = std::span(&update.argument, hasArgument ? 1 : 0),
          .stateOffset = spec_.layout.blockOffset(update.aggregate),
          .selection = rows.positions,
          .rowCount = rows.count,
          .error = &failure.code,
          .errorRow = &failure.row,
          .arena = strings_};
}

AggregateSink::Failure AggregateSink::updateRows(const Update& update, const RowSelection& rows) {
  Failure failure;
  AggregateUpdateCall call = callOf(update, rows, failure);
  call.rows = groups_.as<std::byte*>();
  update.loops->update(call);
  return failure;
}

AggregateSink::Failure AggregateSink::updateGroup(const Update& update, std::byte* group, const RowSelection& rows) {
  Failure failure;
  AggregateUpdateCall call = callOf(update, rows, failure);
  call.single = group + call.stateOffset;
  update.loops->update(call);
  return failure;
}

AggregateSink::Failure AggregateSink::updateParts(const Update& update) {
  Failure first;
  for (const GroupPartition::Part& part : partition_.parts()) {
    const Failure failure = updateGroup(update, part.group, part.rows);
    if (failure.code == ErrorCode::None) continue;
    if (first.code == ErrorCode::None || failure.row < first.row) first = failure;
  }
  return first;
}

void AggregateSink::update(const RowSelection& rows) {
  std::byte* single = nullptr;
  bool isDivided = false;
  if (keys_.empty()) {
    single = lookup_.single();
  } else {
    auto** const groups = groups_.as<std::byte*>();
    lookup_.find(keys_, rows, groups);
    isDivided = updates_.size() > 1 && partition_.divide(rows, groups);
  }
  RowSelection remaining = rows;
  Failure first;
  std::size_t failed = 0;
  for (const Update& update : updates_) {
    const Failure failure = single != nullptr ? updateGroup(update, single, remaining)
                            : isDivided       ? updateParts(update)
                                              : updateRows(update, remaining);
    if (failure.code == ErrorCode::None) continue;
    // A further aggregate may fail in an earlier row. States mean nothing any more, so that parts do not matter.
    first = failure;
    failed = update.aggregate;
    isDivided = false;
    std::uint32_t before = 0;
    while (remaining.position(before) < failure.row) ++before;
    remaining.count = before;
    if (before == 0) break;
  }
  if (first.code != ErrorCode::None) raise(first.code, failed);
}

void AggregateSink::raise(ErrorCode error, std::size_t aggregate) const {
  throw RowError(error, sites_[aggregate], label(), spec_.aggregates[aggregate].text);
}

}  // namespace basalt::interpreter
