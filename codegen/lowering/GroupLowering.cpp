#include "codegen/lowering/GroupLowering.h"

#include <algorithm>

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"
#include "codegen/lowering/VectorLoop.h"
#include "operators/expression/AggregateLoop.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

namespace {

bool isFloating(KernelType type) { return type == KernelType::Real || type == KernelType::Double; }

}  // namespace

std::string GroupLowering::stateName(std::size_t aggregate) const {
  return named(spec_.output[spec_.keyCount() + aggregate].name) + ".state";
}

void GroupLowering::setup(std::size_t step) {
  table_ = p.workerState<GroupTable>(step, named("table"));
  strings_ = bind::GroupTable(*table_).strings(p);
  if (hasIntervals()) {
    if (spec_.groupsLieByNumber) rowsByNumber_ = bind::GroupTable(*table_).rowsByNumber(p);
    Val<const KeyStride*> strides = bind::GroupTable(*table_).keyStrides(p);
    for (std::size_t key = 0; key < input_.keys.size(); ++key) {
      bind::KeyStride stride(p.element(strides, key));
      keyStrides_.push_back({stride.minimum(p), stride.stride(p)});
    }
  }
}

Val<std::byte*> GroupLowering::single() {
  Var<GroupRow*> group = p.local(bind::groupTableSingleRow(p, *table_), named("group"));
  // if (group == null) { group = groupTableInsert(table, 0); initialise the states }
  p.ifThen(
      unlikely(p.isNull(group.get())),
      [&] {
        Val<std::byte*> row = insert(p.constant<std::uint64_t>(0), {});
        group = p.pointerCast<GroupRow*>(row);
      },
      named("firstGroup"));
  return p.pointerCast<std::byte*>(group.get());
}

std::vector<SqlValue> GroupLowering::keys(const Row& row) { return expressions_.values(input_.keys, row); }

Val<std::byte*> GroupLowering::find(std::span<const SqlValue> keys) {
  return rowsByNumber_ ? findPlace(keys) : hasIntervals() ? findByNumber(keys) : findByHash(keys);
}

bool GroupLowering::numbersAreVectorizable(const VectorColumns& columns) const {
  return input_.keys.empty() || (hasIntervals() && std::ranges::all_of(input_.keys, [&](const auto& key) {
                                   return isVectorizable(*key, columns);
                                 }));
}

Val<std::uint64_t> GroupLowering::number(const Row& row) {
  return numberOfKeys<std::uint64_t>(expressions_.values(input_.keys, row));
}

Val<std::uint8_t> GroupLowering::smallNumber(const Row& row) {
  return numberOfKeys<std::uint8_t>(expressions_.values(input_.keys, row));
}

template <typename T>
Val<T> GroupLowering::numberOfKeys(std::span<const SqlValue> keys) {
  // number = (key0 - minimum0) + (key1 - minimum1) * stride1 + ...
  std::optional<Val<T>> sum;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    llvm::Type* const type = p.ir().getIntNTy(8 * sizeof(T));
    Val<T> value(p.ir().CreateSExtOrTrunc(keys[key].value.raw.first, type, named("key")));
    Val<T> offset = p.subtract(value, Operand(p.convert<T>(keyStrides_[key].minimum)));
    if (!sum) {
      sum = offset;
    } else {
      sum = p.add(*sum, Operand(p.multiply(offset, Operand(p.convert<T>(keyStrides_[key].stride)))), named("number"));
    }
  }
  return *sum;
}

bool GroupLowering::comparesKeys(const VectorColumns& columns) const {
  if (hasIntervals() || spec_.layout.rowBytes() > kMaxRowBytesOfFew) return false;
  return std::ranges::all_of(input_.keys, [&](const ExpressionPointer& key) {
    if (key->kind != Expression::Kind::Column || key->nullable || isFloating(kernelTypeOf(*key))) return false;
    const VectorColumn& column = columns[key->column];
    return column.form == VectorColumn::Form::Stored && column.hasFewValues;
  });
}

Val<std::uint64_t> GroupLowering::countFew() {
  return bind::groupTableCountFew(p, *table_, p.constant<std::uint64_t>(kFewGroups));
}

Val<std::byte*> GroupLowering::addedAs(Val<std::uint64_t> number) {
  Val<std::byte*> first = bind::GroupTable(*table_).firstRow(p);
  return p.offset<std::byte>(first, Operand(p.multiply(number, spec_.layout.rowBytes())), named("few"));
}

std::vector<SqlValue> GroupLowering::storedKeys(Val<std::byte*> group) {
  std::vector<SqlValue> keys;
  for (std::size_t key = 0; key < input_.keys.size(); ++key) {
    keys.push_back(loadColumn(p, group, spec_.layout.column(key), kernelTypeOf(*input_.keys[key]), named("storedKey")));
  }
  return keys;
}

Val<bool> GroupLowering::haveSameBytes(std::span<const SqlValue> keys, std::span<const SqlValue> others) {
  Val<bool> areSame = p.constant(true);
  const auto compare = [&](llvm::Value* word, llvm::Value* other) {
    if (word != nullptr) areSame = p.bitAnd(areSame, Operand(Val<bool>(p.ir().CreateICmpEQ(word, other))));
  };
  for (std::size_t key = 0; key < keys.size(); ++key) {
    compare(keys[key].value.raw.first, others[key].value.raw.first);
    compare(keys[key].value.raw.second, others[key].value.raw.second);
  }
  return areSame;
}

Val<bool> GroupLowering::isKnown(Val<std::uint64_t> number) {
  return rowsByNumber_ ? bind::groupIsThere(p, known(number)) : p.isNotNull(known(number));
}

Val<NumberedGroup*> GroupLowering::known(Val<std::uint64_t> number) {
  if (!rowsByNumber_) return bind::groupTableKnown(p, *table_, number);
  return p.offset<NumberedGroup>(*rowsByNumber_, Operand(p.multiply(number, spec_.layout.rowBytes())), named("place"));
}

Val<std::byte*> GroupLowering::findPlace(std::span<const SqlValue> keys) {
  Val<std::uint64_t> number = numberOfKeys<std::uint64_t>(keys);
  Val<NumberedGroup*> place = known(number);
  Val<std::byte*> group = p.pointerCast<std::byte*>(place);
  if (std::ranges::all_of(spec_.aggregates, [](const auto& each) { return beginsAsZeros(*each.function); })) {
    // The array is zeroed. To write what is there already takes less time than a branch that is hard to foresee.
    bind::groupPut(p, place, number);
    storeKeys(group, keys);
    return group;
  }
  // if (no group is there) { put it there }
  p.ifThen(
      unlikely(p.logicalNot(bind::groupIsThere(p, place))),
      [&] {
        const Row::Conditional keysStayHere(p.trail());
        bind::groupPut(p, place, number);
        initialise(group, keys);
      },
      named("newNumber"));
  return group;
}

Val<std::byte*> GroupLowering::findByNumber(std::span<const SqlValue> keys) {
  Val<std::uint64_t> number = numberOfKeys<std::uint64_t>(keys);
  if (!spec_.mayLieInRuns()) return findInArray(number, keys);
  // runGoesOn(number) ? findInRun : findInArray
  return p.choose<std::byte*>(
      bind::groupTableRunGoesOn(p, *table_, number, number, p.constant<std::uint64_t>(1)),
      [&] {
        const Row::Conditional keysStayHere(p.trail());
        Val<GroupRunEnd*> end = runEnd();
        Val<std::byte*> group = findInRun(end, number, keys);
        bind::groupTableSetRunEnd(p, *table_, end);
        return group;
      },
      [&] {
        const Row::Conditional keysStayHere(p.trail());
        return findInArray(number, keys);
      },
      named("run"));
}

Val<GroupRunEnd*> GroupLowering::runEnd() {
  Val<GroupRunEnd*> end = p.stackObject<GroupRunEnd>(named("runEnd"));
  bind::groupTableGetRunEnd(p, *table_, end);
  return end;
}

Val<std::byte*> GroupLowering::findInRun(Val<GroupRunEnd*> end, Val<std::uint64_t> number,
                                         std::span<const SqlValue> keys) {
  initialiseStates(bind::GroupRunEnd(end).nextRow(p));
  Val<std::byte*> group = p.pointerCast<std::byte*>(bind::groupRunGoOn(p, end, number));
  storeKeys(group, keys);
  return group;
}

Val<bool> GroupLowering::isBehind(const Row& row, const Row& other) {
  if (input_.keys.size() > 1) return p.greater(number(row), Operand(number(other)));
  // Keys are shorter than numbers, so that a vector holds more of them.
  const SqlValue key = expressions_.value(*input_.keys.front(), row);
  const SqlValue otherKey = expressions_.value(*input_.keys.front(), other);
  return Val<bool>(p.ir().CreateICmpSGT(key.value.raw.first, otherKey.value.raw.first, named("isBehind")));
}

Val<bool> GroupLowering::goOnWithRun(const Rows& rows) {
  // Fewer go one by one as quickly.
  constexpr std::uint64_t kFewRows = 32;
  Var<bool> goOn = p.local(p.constant(false), named("goOn"));
  // if (rows.count >= few && the first and the last one fit) {
  p.ifThen(
      p.greaterOrEqual(rows.count, kFewRows),
      [&] {
        Val<std::uint64_t> first = number(rows.at(p.constant<std::uint64_t>(0)));
        //   A morsel begins with a run of its own.
        p.ifThen(p.isNull(known(first)), [&] { seekPlace(first); }, named("newNumber"));
        Val<std::uint64_t> last = p.subtract(rows.count, 1);
        goOn = bind::groupTableRunGoesOn(p, *table_, first, number(rows.at(last)), rows.count);
        //   disorder = any row is behind the one after it
        p.ifThen(
            goOn.get(),
            [&] {
              Var<std::uint32_t> disorder = p.local(p.constant<std::uint32_t>(0), named("disorder"));
              emitVectorLoop(
                  p, last,
                  [&](Val<std::uint64_t> index) {
                    Val<bool> isBehind = this->isBehind(rows.at(index), rows.at(p.add(index, 1)));
                    disorder = p.bitOr(disorder.get(), Operand(p.convert<std::uint32_t>(isBehind)));
                  },
                  named("order"));
              goOn = p.equal(disorder.get(), 0);
            },
            named("fits"));
      },
      named("manyRows"));
  // }
  return goOn.get();
}

void GroupLowering::forEachInRun(const Rows& rows, llvm::function_ref<void(const Row&, Val<std::byte*>)> visit) {
  Val<GroupRunEnd*> end = runEnd();
  p.forRange(
      p.constant<std::uint64_t>(0), rows.count,
      [&](Val<std::uint64_t> index) {
        const Row row = rows.at(index);
        const std::vector<SqlValue> keys = this->keys(row);
        visit(row, findInRun(end, numberOfKeys<std::uint64_t>(keys), keys));
      },
      named("run"));
  bind::groupTableSetRunEnd(p, *table_, end);
}

Val<std::byte*> GroupLowering::findInArray(Val<std::uint64_t> number, std::span<const SqlValue> keys) {
  Var<NumberedGroup*> group = p.local(known(number), named("group"));
  // if (group == null) {
  p.ifThen(
      unlikely(p.isNull(group.get())),
      [&] {
        const Row::Conditional keysStayHere(p.trail());
        if (spec_.mayLieInRuns()) {
          seekPlace(number);
          group = known(number);
        }
        // if (group == null) { group = insert }
        p.ifThen(
            p.isNull(group.get()), [&] { group = p.pointerCast<NumberedGroup*>(insert(number, keys)); },
            named("insert"));
      },
      named("newNumber"));
  // }
  return p.pointerCast<std::byte*>(group.get());
}

void GroupLowering::seekPlace(Val<std::uint64_t> number) {
  // if (!hasPlace(number)) { seek(number) }
  p.ifThen(
      unlikely(p.logicalNot(bind::groupTableHasPlace(p, *table_, number))),
      [&] { p.failUnless(bind::groupTableSeek(p, *table_, number)); }, named("seek"));
}

Val<std::byte*> GroupLowering::copyState(Val<std::byte*> group, std::size_t aggregate) {
  const AggregateInfo& function = *spec_.aggregates[aggregate].function;
  Val<std::byte*> copy = p.stackBytes(function.stateSize, function.stateAlignment, stateName(aggregate));
  Val<std::byte*> stored = stateOf(group, aggregate);
  p.ir().CreateMemCpy(copy.value(), llvm::Align(function.stateAlignment), stored.value(),
                      llvm::Align(function.stateAlignment), function.stateSize);
  return copy;
}

void GroupLowering::putBackState(Val<std::byte*> group, std::size_t aggregate, Val<std::byte*> copy) {
  const AggregateInfo& function = *spec_.aggregates[aggregate].function;
  Val<std::byte*> stored = stateOf(group, aggregate);
  p.ir().CreateMemCpy(stored.value(), llvm::Align(function.stateAlignment), copy.value(),
                      llvm::Align(function.stateAlignment), function.stateSize);
}

Val<std::byte*> GroupLowering::stateOf(Val<std::byte*> group, std::size_t aggregate) {
  return p.offset<std::byte>(group, spec_.layout.blockOffset(aggregate), stateName(aggregate));
}

unsigned GroupLowering::prefetchRounds() const {
  const bool areCheap =
      std::ranges::all_of(input_.keys, [](const ExpressionPointer& key) { return !key->nullable && isCheap(*key); });
  if (!areCheap || input_.keys.empty() || spec_.hasFewCombinations()) return 0;
  return spec_.groupsLieByNumber ? 1 : 2;
}

Val<bool> GroupLowering::prefetchPays(const Row& first, const Row& last) {
  if (!hasIntervals()) return bind::groupTableIsLarge(p, *table_);
  Val<bool> areFarApart = bind::groupNumbersAreFarApart(p, number(first), number(last));
  return rowsByNumber_ ? areFarApart : p.bitAnd(areFarApart, Operand(bind::groupTableIsIndexed(p, *table_)));
}

Val<std::uint64_t> GroupLowering::lookup(const Row& row) {
  return hasIntervals() ? number(row) : hashKeys(p, keys(row), label_);
}

Val<std::uint64_t> GroupLowering::prefetch(Val<std::uint64_t> lookup, unsigned round) {
  if (rowsByNumber_) {
    bind::groupPrefetchPlace(p, known(lookup), p.constant<std::uint64_t>(spec_.layout.rowBytes()));
  } else if (hasIntervals()) {
    round == 0 ? bind::groupTablePrefetchNumber(p, *table_, lookup)
               : bind::groupTablePrefetchNumberedRow(p, *table_, lookup);
  } else {
    round == 0 ? bind::groupTablePrefetchSlot(p, *table_, lookup) : bind::groupTablePrefetchRow(p, *table_, lookup);
  }
  return lookup;
}

Val<std::byte*> GroupLowering::findByHash(std::span<const SqlValue> keys) {
  Val<std::uint64_t> hash = hashKeys(p, keys, label_);
  bind::groupTableCountLookups(p, *table_, p.constant<std::uint64_t>(1));
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
              group = insert(hash, keys);
              probe.breakLoop();
            },
            named("newGroup"));
        //   if (mayMatch(entry, hash) && keysEqual(row(entry), keys)) { group = row(entry); break; }
        p.ifThen(
            bind::groupEntryMayMatch(p, entry, hash),
            [&] {
              Val<std::byte*> candidate = p.pointerCast<std::byte*>(bind::groupEntryRow(p, entry));
              ifKeysEqual(p, candidate, spec_.layout.columns(), keys, label_, [&] {
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

Val<std::byte*> GroupLowering::insert(Val<std::uint64_t> hash, std::span<const SqlValue> keys) {
  // row = insert(table, hash or number); row->keys = keys; initialise(row->states)
  Val<std::byte*> row = hasIntervals() ? p.pointerCast<std::byte*>(bind::groupTableInsertNumber(p, *table_, hash))
                                       : p.pointerCast<std::byte*>(bind::groupTableInsert(p, *table_, hash));
  p.failUnless(p.isNotNull(row));
  initialise(row, keys);
  return row;
}

void GroupLowering::initialise(Val<std::byte*> group, std::span<const SqlValue> keys) {
  storeKeys(group, keys);
  initialiseStates(group);
}

void GroupLowering::storeKeys(Val<std::byte*> group, std::span<const SqlValue> keys) {
  for (std::size_t column = 0; column < keys.size(); ++column) {
    storeColumn(p, bind::GroupTable(*table_).rows(p), group, spec_.layout.column(column), keys[column]);
  }
}

void GroupLowering::initialiseStates(Val<std::byte*> group) {
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    callInitialise(p, *spec_.aggregates[index].function, stateOf(group, index));
  }
}

}  // namespace basalt::codegen
