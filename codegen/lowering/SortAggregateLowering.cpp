#include "codegen/lowering/SortAggregateLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/AggregateUpdate.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"

namespace basalt::codegen {

void SortAggregateLowering::setup() {
  p.addCounter(countIndex());
  group_ = p.workerState<SortedGroup>(step(), named("group"));
  if (spec_.holdsStrings()) {
    p.failUnless(bind::sortedGroupCompact(p, *group_));
  }
  bytes_ = bind::SortedGroup(*group_).row(p);
  keys_ = bind::SortedGroup(*group_).keys(p);
  strings_ = bind::SortedGroup(*group_).strings(p);
}

void SortAggregateLowering::consume(const Row& row) {
  const std::vector<SqlValue> keys = expressions_.values(spec_.inputs.front().keys, row);
  std::vector<std::optional<SqlValue>> arguments;
  for (const AggregateSpec& aggregate : spec_.aggregates) {
    arguments.push_back(aggregate.argument ? std::optional(expressions_.value(*aggregate.argument, row))
                                           : std::nullopt);
  }
  // if (!(group->isOpen && keysEqual(group, row))) {
  Var<bool> goesOn = p.local(p.constant(false), named("goesOn"));
  Val<bool> isOpen = p.notEqual(bind::SortedGroup(*group_).isOpen(p), 0, named("isOpen"));
  p.ifThen(
      isOpen,
      [&] { ifKeysEqual(p, *bytes_, spec_.layout.columns(), keys, label(), [&] { goesOn = p.constant(true); }); },
      named("isOpen"));
  p.ifThen(
      p.logicalNot(goesOn.get()),
      [&] {
        //   if (group->isOpen) { the group goes on to the rest of the pipeline }
        p.ifThen(
            isOpen,
            [&] {
              const Row::Conditional groupStaysHere(p.trail());
              emitNext(reader_.row(*bytes_));
            },
            named("groupIsOver"));
        beginGroup(keys);
      },
      named("newGroup"));
  // }
  // update(group->state, argument) for each aggregate
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    update(index, arguments[index]);
  }
}

void SortAggregateLowering::beginGroup(std::span<const SqlValue> keys) {
  // group->keys = keys; initialise(group->states); group->isOpen = 1
  if (spec_.holdsStrings()) {
    bind::sortedGroupClear(p, *group_);
  }
  for (std::size_t column = 0; column < keys.size(); ++column) {
    storeColumn(p, *keys_, *bytes_, spec_.layout.column(column), keys[column]);
  }
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    callInitialise(p, *spec_.aggregates[index].function, state(index));
  }
  bind::SortedGroup(*group_).setIsOpen(p, p.constant<std::uint64_t>(1));
}

Val<std::byte*> SortAggregateLowering::state(std::size_t aggregate) {
  return p.offset<std::byte>(*bytes_, spec_.layout.blockOffset(aggregate),
                             named(spec_.output[spec_.keyCount() + aggregate].name) + ".state");
}

void SortAggregateLowering::update(std::size_t aggregate, const std::optional<SqlValue>& argument) {
  updateAggregate(p, *spec_.aggregates[aggregate].function, state(aggregate), argument, *strings_, sites_[aggregate],
                  named(spec_.output[spec_.keyCount() + aggregate].name) + ".state");
}

}  // namespace basalt::codegen
