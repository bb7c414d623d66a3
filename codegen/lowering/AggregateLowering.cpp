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
  // states = copy of group->states
  for (const std::size_t index : updated_) {
    const AggregateInfo& function = *spec_.aggregates[index].function;
    Val<std::byte*> state = p.stackBytes(function.stateSize, function.stateAlignment, groups_.stateName(index));
    Val<std::byte*> stored = p.offset<std::byte>(*single_, spec_.layout.blockOffset(index));
    p.ir().CreateMemCpy(state.value(), llvm::Align(function.stateAlignment), stored.value(),
                        llvm::Align(function.stateAlignment), function.stateSize);
    states_.push_back(state);
  }
}

void AggregateLowering::finish() {
  // group->states = states
  for (std::size_t each = 0; each < states_.size(); ++each) {
    const AggregateInfo& function = *spec_.aggregates[updated_[each]].function;
    Val<std::byte*> stored = p.offset<std::byte>(*single_, spec_.layout.blockOffset(updated_[each]));
    p.ir().CreateMemCpy(stored.value(), llvm::Align(function.stateAlignment), states_[each].value(),
                        llvm::Align(function.stateAlignment), function.stateSize);
  }
}

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
    group = groups_.find(row, keys);
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
