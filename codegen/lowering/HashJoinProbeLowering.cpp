#include "codegen/lowering/HashJoinProbeLowering.h"

#include <algorithm>

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

void HashJoinProbeLowering::setup() {
  table_ = p.sharedState<const JoinTable>(step(), named("table"));
  directory_ = bind::JoinTable(*table_).directory(p);
  shift_ = bind::JoinTable(*table_).shift(p);
  p.addCounter(countIndex());
  if (spec_.condition) {
    tested_.emplace(p.local(p.constant<std::uint64_t>(0), named("tested")));
  }
}

bool HashJoinProbeLowering::canPrefetch() const {
  return std::ranges::all_of(spec_.probeKeys,
                             [](const ExpressionPointer& key) { return !key->nullable && isCheap(*key); });
}

Val<bool> HashJoinProbeLowering::prefetchPays() {
  // slots of the directory = 2^(64 - shift)
  return p.lessOrEqual(*shift_, 64 - kSlotBitsToPrefetch);
}

void HashJoinProbeLowering::prefetch(const Row& row) {
  // prefetch(&directory[hash >> shift])
  Val<std::uint64_t> slot = p.shiftRight(hashKeys(p, expressions_.values(spec_.probeKeys, row), label()), *shift_);
  p.prefetch(p.element(*directory_, slot), ValueBuilder::CacheLevel::Second);
}

void HashJoinProbeLowering::consume(const Row& row) {
  std::vector<SqlValue> keys = expressions_.values(spec_.probeKeys, row);
  const std::optional<Val<bool>> isNull = anyNull(p, keys, label());
  if (!isNull) {
    probe(row, keys);
    return;
  }
  // if (!keyIsNull) { probe }: a NULL matches nothing.
  for (SqlValue& key : keys) {
    key.isNull.reset();
  }
  p.ifThen(p.logicalNot(*isNull), [&] { probe(row, keys); }, named("keyNotNull"));
}

void HashJoinProbeLowering::probe(const Row& row, std::span<const SqlValue> keys) {
  // candidate = joinTableFirst(table, hash)
  Val<std::uint64_t> hash = hashKeys(p, keys, label());
  Var<const JoinRow*> entry = p.local(bind::joinTableFirst(p, *table_, hash), named("candidate"));
  // while (candidate) { if (keysEqual(candidate, row)) { row ++ payload } candidate = candidate->next; }
  p.whileNotNull(
      entry,
      [&](Val<const JoinRow*> candidate) {
        Val<const std::byte*> bytes = p.pointerCast<const std::byte*>(candidate);
        ifKeysEqual(p, bytes, spec_.layout, keys, label(), [&] { deliver(row.append(payload(bytes))); });
        entry = bind::JoinRow(candidate).next(p);
      },
      named("probe"));
}

void HashJoinProbeLowering::deliver(const Row& joined) {
  const auto match = [&] { emitNext(joined.select(spec_.outputColumns)); };
  // One row may have any number of matches, so they count towards the length of a block, too.
  // if (matches % kBlockRows == 0) this row is the last of its block;
  const auto endLongBlock = [&](Val<std::uint64_t> matches) {
    Val<std::uint64_t> inBlock = p.bitAnd(matches, PipelineBuilder::kBlockRows - 1);
    p.ifThen(unlikely(p.equal(inBlock, 0)), [&] { p.endBlockBehindRow(); }, named("manyMatches"));
  };
  if (!spec_.condition) {
    match();
    endLongBlock(p.rowCount(countIndex()));
    return;
  }
  // ++tested: those that the condition rejects take their time as well.
  *tested_ = p.add(tested_->get(), 1);
  endLongBlock(tested_->get());
  expressions_.ifTrue(*spec_.condition, joined, match);
}

Row HashJoinProbeLowering::payload(Val<const std::byte*> candidate) {
  Row result(p.trail());
  const Schema& build = spec_.build().output;
  for (std::size_t column = 0; column < spec_.storedColumnOf.size(); ++column) {
    const Field& field = build[column];
    result.add([this, candidate, stored = spec_.storedColumnOf[column], type = kernelTypeOf(field.type),
                name = named(field.name)]() -> SqlValue {
      if (stored == JoinSpec::kNotStored) {
        p.fail(name + " is not stored");
        return {{type, p.poisonOf(formOf(type))}, std::nullopt};
      }
      return loadColumn(p, candidate, spec_.layout.column(stored), type, name);
    });
  }
  return result;
}

}  // namespace basalt::codegen
