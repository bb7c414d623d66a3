#include "codegen/lowering/AggregateLowering.h"

#include "codegen/lowering/AggregateUpdate.h"

namespace basalt::codegen {

void AggregateLowering::setup() {
  groups_.setup(step());
  if (spec_.keyCount() == 0) {
    loadSingleGroup();
  }
}

void AggregateLowering::loadSingleGroup() {
  single_ = groups_.single();
  for (const std::size_t index : updated_) states_.push_back(groups_.copyState(*single_, index));
}

void AggregateLowering::finish() {
  for (std::size_t each = 0; each < states_.size(); ++each) {
    groups_.putBackState(*single_, updated_[each], states_[each]);
  }
}

std::vector<std::optional<SqlValue>> AggregateLowering::arguments(const Row& row) {
  std::vector<std::optional<SqlValue>> arguments;
  for (const std::size_t index : updated_) {
    const ExpressionPointer& argument = spec_.aggregates[index].argument;
    arguments.push_back(argument ? std::optional(expressions_.value(*argument, row)) : std::nullopt);
  }
  return arguments;
}

void AggregateLowering::updateGroup(Val<std::byte*> group, std::span<const std::optional<SqlValue>> arguments) {
  // update(group->state, argument) for each aggregate
  for (std::size_t each = 0; each < updated_.size(); ++each) {
    const std::size_t index = updated_[each];
    update(index, groups_.stateOf(group, index), arguments[each]);
  }
}

Val<bool> AggregateLowering::consumeBlock(const RowBlock& block) {
  return spec_.mayLieInRuns() ? consumeInRun(block) : blocks_.consume(block, states_);
}

Val<bool> AggregateLowering::consumeInRun(const RowBlock& block) {
  const GroupLowering::Rows rows = block.matches ? GroupLowering::Rows{block.matches->count, block.matches->rowAt}
                                                 : GroupLowering::Rows{block.count, block.rowAt};
  Val<bool> goOn = groups_.goOnWithRun(rows);
  p.ifThen(
      goOn,
      [&] {
        groups_.forEachInRun(rows, [&](const Row& row, Val<std::byte*> group) { updateGroup(group, arguments(row)); });
      },
      named("inRun"));
  return goOn;
}

void AggregateLowering::consume(const Row& row) {
  const std::vector<SqlValue> keys = groups_.keys(row);
  const std::vector<std::optional<SqlValue>> arguments = this->arguments(row);
  if (spec_.keyCount() != 0) {
    updateGroup(groups_.find(keys), arguments);
    return;
  }
  for (std::size_t each = 0; each < updated_.size(); ++each) update(updated_[each], states_[each], arguments[each]);
}

void AggregateLowering::update(std::size_t aggregate, Val<std::byte*> state, const std::optional<SqlValue>& argument) {
  updateAggregate(p, *spec_.aggregates[aggregate].function, state, argument, groups_.strings(),
                  p.pipeline().aggregateSites[step()][aggregate], groups_.stateName(aggregate));
}

}  // namespace basalt::codegen
