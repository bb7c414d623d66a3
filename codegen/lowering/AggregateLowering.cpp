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

Val<bool> AggregateLowering::consumeBlock(const RowBlock& block) { return blocks_.consume(block, states_); }

void AggregateLowering::consume(const Row& row) {
  const std::vector<SqlValue> keys = groups_.keys(row);
  std::vector<std::optional<SqlValue>> arguments;
  for (const std::size_t index : updated_) {
    const ExpressionPointer& argument = spec_.aggregates[index].argument;
    arguments.push_back(argument ? std::optional(expressions_.value(*argument, row)) : std::nullopt);
  }
  // group = find or insert
  std::optional<Val<std::byte*>> group;
  if (spec_.keyCount() != 0) {
    group = groups_.find(keys);
  }
  // update(group->state, argument) for each aggregate
  for (std::size_t each = 0; each < updated_.size(); ++each) {
    const std::size_t index = updated_[each];
    Val<std::byte*> state =
        group ? p.offset<std::byte>(*group, spec_.layout.blockOffset(index), groups_.stateName(index)) : states_[each];
    update(index, state, arguments[each]);
  }
}

void AggregateLowering::update(std::size_t aggregate, Val<std::byte*> state, const std::optional<SqlValue>& argument) {
  updateAggregate(p, *spec_.aggregates[aggregate].function, state, argument, groups_.strings(),
                  p.pipeline().aggregateSites[step()][aggregate], groups_.stateName(aggregate));
}

}  // namespace basalt::codegen
