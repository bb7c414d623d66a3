#include "codegen/lowering/JoinCandidates.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"

namespace basalt::codegen {

void JoinCandidates::setup(Val<JoinTable*> table) {
  table_ = table;
  // All candidates of a ranked table have the first key.
  for (std::size_t key = facts_.isRanked ? 1 : 0; key < spec_.keyCount(); ++key) {
    keyColumns_.push_back(spec_.layout.column(key));
    keyColumns_.back().nullable = keyColumns_.back().nullable && spec_.nullSafe[key];
  }
}

Val<std::int64_t> JoinCandidates::rankedKey(const SqlValue& key) {
  return Val<std::int64_t>(p.ir().CreateSExt(key.value.raw.first, p.ir().getInt64Ty(), named("key")));
}

Val<const JoinRow*> JoinCandidates::first(std::span<const SqlValue> keys) {
  if (!facts_.isRanked) return bind::joinTableFirst(p, *table_, hashKeys(p, keys, label_));
  return bind::joinTableRanked(p, *table_, rankedKey(keys.front()));
}

void JoinCandidates::ifKeysEqual(Val<const JoinRow*> candidate, std::span<const SqlValue> keys,
                                 FunctionBuilder::Body then) {
  codegen::ifKeysEqual(p, p.pointerCast<const std::byte*>(candidate), keyColumns_, keys.last(keyColumns_.size()),
                       label_, then);
}

void JoinCandidates::forEach(Val<const JoinRow*> first, Visit visit) {
  if (facts_.isUnique) {
    // if (first) { visit(first) }
    p.ifThen(p.isNotNull(first), [&] { visit(first, [] {}); }, named("probe"));
    return;
  }
  // for (candidate = first; candidate; candidate = candidate->next) { visit(candidate) }
  Var<const JoinRow*> entry = p.local(first, named("candidate"));
  p.whileNotNull(
      entry,
      [&](Val<const JoinRow*> candidate, FunctionBuilder::Loop& loop) {
        visit(candidate, [&] { loop.breakLoop(); });
        entry = bind::JoinRow(candidate).next(p);
      },
      named("probe"));
}

bool JoinCandidates::choosesAmongSeveral() const {
  return facts_.isRanked && !facts_.isUnique && !keyColumns_.empty() && keysAreCheap(keyColumns_);
}

void JoinCandidates::forEachMatch(Val<const JoinRow*> first, std::span<const SqlValue> keys,
                                  llvm::function_ref<void(Val<const JoinRow*>)> visit) {
  if (choosesAmongSeveral()) return forEachChosen(first, keys, visit);
  forEach(first, [&](Val<const JoinRow*> candidate, FunctionBuilder::Body) {
    ifKeysEqual(candidate, keys, [&] { visit(candidate); });
  });
}

void JoinCandidates::forEachChosen(Val<const JoinRow*> first, std::span<const SqlValue> keys,
                                   llvm::function_ref<void(Val<const JoinRow*>)> visit) {
  const auto matches = [&](Val<const JoinRow*> candidate) {
    return keysEqual(p, p.pointerCast<const std::byte*>(candidate), keyColumns_, keys.last(keyColumns_.size()), label_);
  };
  // for each candidate { isMatch = keysEqual; if (isMatch && count == 0) match = candidate; count += isMatch; }
  Var<const JoinRow*> match = p.local(first, named("match"));
  Var<std::uint64_t> count = p.local(p.constant<std::uint64_t>(0), named("matches"));
  forEach(first, [&](Val<const JoinRow*> candidate, FunctionBuilder::Body) {
    Val<bool> isMatch = matches(candidate);
    Val<bool> isFirst = p.bitAnd(isMatch, Operand(p.equal(count.get(), 0)));
    match = p.select(isFirst, candidate, match.get());
    count = p.add(count.get(), Operand(p.convert<std::uint64_t>(isMatch)));
  });
  // for (; count != 0; --count) { visit(match); if (count > 1) match = the next match; }
  p.whileTrue([&] { return p.notEqual(count.get(), 0); },
              [&] {
                Val<const JoinRow*> chosen = match.get();
                visit(chosen);
                p.ifThen(
                    unlikely(p.greater(count.get(), 1)),
                    [&] {
                      match = bind::JoinRow(chosen).next(p);
                      p.whileTrue([&] { return p.logicalNot(matches(match.get())); },
                                  [&] { match = bind::JoinRow(match.get()).next(p); }, named("nextMatch"));
                    },
                    named("furtherMatch"));
                count = p.subtract(count.get(), 1);
              },
              named("matches"));
}

}  // namespace basalt::codegen
