#include "codegen/lowering/AggregateLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"

namespace basalt::codegen {

std::string AggregateLowering::stateName(std::size_t aggregate) const {
  return named(spec_.output[spec_.keys.size() + aggregate].name) + ".state";
}

void AggregateLowering::setup() {
  table_ = p.workerState<GroupTable>(step(), named("table"));
  strings_ = bind::GroupTable(*table_).strings(p);
  if (spec_.keys.empty()) {
    loadSingleGroup();
  }
  if (!spec_.keyCodeCounts.empty()) {
    byCodes_ = bind::GroupTable(*table_).byCodes(p);
    Val<const std::uint64_t*> strides = bind::GroupTable(*table_).codeStrides(p);
    for (std::size_t key = 0; key < spec_.keys.size(); ++key) {
      codeStrides_.push_back(p.load<std::uint64_t>(strides, key * sizeof(std::uint64_t), named("codeStride")));
    }
  }
}

void AggregateLowering::loadSingleGroup() {
  Var<GroupRow*> group = p.local(bind::groupTableSingleRow(p, *table_), named("group"));
  // if (group == null) { group = groupTableInsert(table, 0); initialise the states }
  p.ifThen(
      unlikely(p.isNull(group.get())),
      [&] {
        Val<std::byte*> row = insertGroup(p.constant<std::uint64_t>(0), {});
        group = p.pointerCast<GroupRow*>(row);
      },
      named("firstGroup"));
  single_ = p.pointerCast<std::byte*>(group.get());
  // states = copy of group->states
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    const AggregateInfo& function = *spec_.aggregates[index].function;
    Val<std::byte*> state = p.stackBytes(function.stateSize, function.stateAlignment, stateName(index));
    Val<std::byte*> stored = p.offset<std::byte>(*single_, spec_.layout.blockOffset(index));
    p.ir().CreateMemCpy(state.value(), llvm::Align(function.stateAlignment), stored.value(),
                        llvm::Align(function.stateAlignment), function.stateSize);
    states_.push_back(state);
  }
}

void AggregateLowering::finish() {
  // group->states = states
  for (std::size_t index = 0; index < states_.size(); ++index) {
    const AggregateInfo& function = *spec_.aggregates[index].function;
    Val<std::byte*> stored = p.offset<std::byte>(*single_, spec_.layout.blockOffset(index));
    p.ir().CreateMemCpy(stored.value(), llvm::Align(function.stateAlignment), states_[index].value(),
                        llvm::Align(function.stateAlignment), function.stateSize);
  }
}

void AggregateLowering::consume(const Row& row) {
  std::vector<SqlValue> keys;
  if (!byCodes_) {
    keys = expressions_.values(spec_.keys, row);
  }
  std::vector<std::optional<SqlValue>> arguments;
  for (const AggregateSpec& aggregate : spec_.aggregates) {
    arguments.push_back(aggregate.argument ? std::optional(expressions_.value(*aggregate.argument, row))
                                           : std::nullopt);
  }
  // group = find or insert
  std::optional<Val<std::byte*>> group;
  if (byCodes_) {
    group = findGroupByCodes(row);
  } else if (!keys.empty()) {
    group = findGroup(keys);
  }
  // update(group->state, argument) for each aggregate
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    Val<std::byte*> state =
        group ? p.offset<std::byte>(*group, spec_.layout.blockOffset(index), stateName(index)) : states_[index];
    update(index, state, arguments[index]);
  }
}

Val<std::byte*> AggregateLowering::findGroupByCodes(const Row& row) {
  // group = byCodes[code0 * stride0 + code1 * stride1 + ...]
  Val<std::uint64_t> combination = p.constant<std::uint64_t>(0);
  for (std::size_t key = 0; key < spec_.keys.size(); ++key) {
    combination = p.add(combination, p.multiply(row.code(spec_.keys[key]->column), codeStrides_[key]), named("codes"));
  }
  Var<GroupRow*> group = p.local(p.loadElement(*byCodes_, combination, named("groupByCodes")), named("group"));
  // if (group == null) { group = byCodes[...] = find or insert }
  p.ifThen(
      unlikely(p.isNull(group.get())),
      [&] {
        const Row::Conditional keysStayHere(p.trail());
        group = p.pointerCast<GroupRow*>(findGroup(expressions_.values(spec_.keys, row)));
        p.storeElement(*byCodes_, combination, group.get());
      },
      named("newCodes"));
  return p.pointerCast<std::byte*>(group.get());
}

Val<std::byte*> AggregateLowering::findGroup(std::span<const SqlValue> keys) {
  Val<std::uint64_t> hash = hashKeys(p, keys, label());
  Var<std::byte*> group = p.local<std::byte*>(named("group"));
  // for (slot = groupTableSlot(table, hash);; slot = groupTableNextSlot(table, slot)) {
  Var<std::uint64_t> slot = p.local(bind::groupTableSlot(p, *table_, hash), named("slot"));
  p.loopForever(
      [&](FunctionBuilder::Loop& probe) {
        Val<std::uint64_t> entry = bind::groupTableEntry(p, *table_, slot.get());
        //   if (entry == 0) { group = insert; break; }
        p.ifThen(
            unlikely(p.equal(entry, 0)),
            [&] {
              group = insertGroup(hash, keys);
              probe.breakLoop();
            },
            named("newGroup"));
        //   if (mayMatch(entry, hash) && keysEqual(row(entry), keys)) { group = row(entry); break; }
        p.ifThen(
            bind::groupEntryMayMatch(p, entry, hash),
            [&] {
              Val<std::byte*> candidate = p.pointerCast<std::byte*>(bind::groupEntryRow(p, entry));
              ifKeysEqual(p, candidate, spec_.layout, keys, label(), [&] {
                group = candidate;
                probe.breakLoop();
              });
            },
            named("mayMatch"));
        slot = bind::groupTableNextSlot(p, *table_, slot.get());
      },
      named("find"));
  // }
  return group.get();
}

Val<std::byte*> AggregateLowering::insertGroup(Val<std::uint64_t> hash, std::span<const SqlValue> keys) {
  // row = groupTableInsert(table, hash); row->keys = keys; initialise(row->states)
  Val<GroupRow*> inserted = bind::groupTableInsert(p, *table_, hash);
  p.failUnless(p.isNotNull(inserted));
  Val<std::byte*> row = p.pointerCast<std::byte*>(inserted);
  for (std::size_t column = 0; column < keys.size(); ++column) {
    storeColumn(p, bind::GroupTable(*table_).rows(p), row, spec_.layout.column(column), keys[column]);
  }
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    callInitialise(p, *spec_.aggregates[index].function,
                   p.offset<std::byte>(row, spec_.layout.blockOffset(index), stateName(index)));
  }
  return row;
}

void AggregateLowering::update(std::size_t aggregate, Val<std::byte*> state, const std::optional<SqlValue>& argument) {
  const AggregateInfo& function = *spec_.aggregates[aggregate].function;
  const auto updateNotNull = [&] {
    const KernelValue value = argument ? argument->value : KernelValue{};
    Val<ErrorCode*> error = function.updateMayFail ? p.clearedError() : p.zero<ErrorCode*>();
    callUpdate(p, function, state, std::span(&value, argument ? 1 : 0), error, *strings_);
    if (function.updateMayFail) {
      p.failOnError(p.pipeline().sinkAggregateSites[aggregate]);
    }
  };
  if (argument && argument->isNull) {
    // if (!isNull) { update }: aggregates see no NULLs.
    p.ifThen(p.logicalNot(*argument->isNull), updateNotNull, stateName(aggregate));
  } else {
    updateNotNull();
  }
}

}  // namespace basalt::codegen
