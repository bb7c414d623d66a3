#include "codegen/lowering/JoinProbeLowering.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <llvm/Analysis/ValueTracking.h>

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

using ProbeOutput = JoinSpec::ProbeOutput;
using BuildOutput = JoinSpec::BuildOutput;

void JoinProbeLowering::setup() {
  table_ = p.sharedCopy<JoinTable>(step(), named("table"));
  if (spec_.extendsProbeRows) {
    nullRow_ = bind::JoinTable(*table_).nullRow(p);
  }
  candidates_.setup(*table_);
  if (marksKeys()) keyMarks_ = p.workerState<std::uint8_t>(step(), named("marks"));
  p.addCounter(countIndex());
  if (spec_.condition || (spec_.probeOutput == ProbeOutput::Nothing && !marksKeys())) {
    tested_.emplace(p.local(p.constant<std::uint64_t>(0), named("tested")));
  }
}

unsigned JoinProbeLowering::prefetchRounds() const {
  const bool areCheap = std::ranges::all_of(
      spec_.probeKeys, [](const ExpressionPointer& key) { return !key->nullable && isCheap(*key); });
  if (spec_.isNestedLoop() || !areCheap || marksKeys()) return 0;
  if (testsKeys()) return passesOn() ? next()->prefetchRounds() : 0;
  return facts_.isRanked ? 3 : 2;
}

Val<bool> JoinProbeLowering::prefetchPays(const Row& first, const Row& last, Val<std::uint64_t> count) {
  if (testsKeys()) {
    return next()->prefetchPays(first.select(spec_.outputColumns), last.select(spec_.outputColumns), count);
  }
  Val<std::uint64_t> rowBytes = p.constant<std::uint64_t>(spec_.layout.rowBytes());
  if (!facts_.isRanked) return bind::joinTableIsLarge(p, *table_, rowBytes);
  return bind::joinTableIsLargeBetween(p, *table_, rankedKey(first), rankedKey(last), count, rowBytes);
}

void JoinProbeLowering::beginLookup(const Row& row, llvm::function_ref<void(Lookup)> then) {
  if (testsKeys()) {
    // A key's test reads one word, which the processor's window asks for well ahead: what matters lies behind it.
    const auto beginNext = [&] { next()->beginLookup(row.select(spec_.outputColumns), then); };
    dismissed_ ? beginNext() : p.ifThen(passes(row), beginNext, named("ahead"));
  } else if (facts_.isRanked) {
    then(p.convert<std::uint64_t>(rankedKey(row)));
  } else {
    then(hashKeys(p, expressions_.values(spec_.probeKeys, row), label()));
  }
}

JoinProbeLowering::Lookup JoinProbeLowering::prefetch(Lookup lookup, unsigned round) {
  if (testsKeys()) return next()->prefetch(lookup, round);
  Val<std::uint64_t> rowBytes = p.constant<std::uint64_t>(spec_.layout.rowBytes());
  if (!facts_.isRanked) {
    round == 0 ? bind::joinTablePrefetchSlot(p, *table_, lookup)
               : bind::joinTablePrefetchRow(p, *table_, lookup, rowBytes);
    return lookup;
  }
  if (round == 2) {
    facts_.isUnique ? bind::joinTablePrefetchRankedRow(p, *table_, lookup, rowBytes)
                    : bind::joinTablePrefetchRankedChain(p, *table_, lookup, rowBytes);
    return lookup;
  }
  Val<std::int64_t> key = p.convert<std::int64_t>(lookup);
  if (round == 1) return bind::joinTablePrefetchRankedSlot(p, *table_, key);
  bind::joinTablePrefetchRank(p, *table_, key);
  return lookup;
}

void JoinProbeLowering::ifCandidate(const Row& row, llvm::function_ref<void(const Row&)> then) {
  Val<const JoinRow*> candidate = bind::joinTableRanked(p, *table_, rankedKey(row));
  p.ifThen(
      p.isNotNull(candidate),
      [&] {
        const Row passed = spec_.probeOutput == ProbeOutput::Pairs ? row.append(payload(candidate)) : row;
        then(passed.select(spec_.outputColumns));
      },
      named("ahead"));
}

void JoinProbeLowering::prefetchBehind(const RowsAhead& rows) {
  const bool joins = spec_.probeOutput == ProbeOutput::Pairs || spec_.probeOutput == ProbeOutput::Matched;
  // Who tests keys alone has had it done in its own rounds.
  if (!joins || spec_.extendsProbeRows || !facts_.isRanked || testsKeys() || next()->prefetchRounds() == 0) return;
  // A few rows fit into the processor's window as they are.
  constexpr std::uint64_t kFewRows = 4;
  Var<bool> pays = p.local(p.constant(false), named("aheadPays"));
  p.ifThen(
      p.greaterOrEqual(rows.count, kFewRows),
      [&] {
        ifCandidate(rows.at(p.constant<std::uint64_t>(0)), [&](const Row& first) {
          ifCandidate(rows.at(p.subtract(rows.count, 1)),
                      [&](const Row& last) { pays = next()->prefetchPays(first, last, rows.count); });
        });
      },
      named("ahead"));
  p.ifThen(
      pays.get(),
      [&] {
        prefetchForNext([&](llvm::function_ref<void(const Row&)> visit) {
          p.forRange(
              p.constant<std::uint64_t>(0), rows.count,
              [&](Val<std::uint64_t> index) { ifCandidate(rows.at(index), visit); }, named("ahead"));
        });
      },
      named("prefetchAhead"));
}

std::vector<Dismissal> JoinProbeLowering::dismissals(const VectorColumns& columns) {
  const bool dropsUnmatched = spec_.probeOutput == ProbeOutput::Pairs ? !spec_.extendsProbeRows
                                                                      : spec_.probeOutput == ProbeOutput::Matched ||
                                                                            spec_.probeOutput == ProbeOutput::Nothing;
  dismissed_ = dropsUnmatched && facts_.isSelective && !spec_.isSingle() &&
               std::ranges::none_of(spec_.probeKeys, [](const ExpressionPointer& key) { return mayFail(*key); }) &&
               isVectorizable(*spec_.probeKeys.front(), columns);
  if (!dismissed_) return {};
  Dismissal own{.mayMatter = [this](const Row& row) { return testKey(rankedKey(row), false); },
                .passesScreen = {},
                .countIndex = countIndex()};
  if (facts_.isSparse) own.passesScreen = [this](const Row& row) { return testKey(rankedKey(row), true); };
  std::vector<Dismissal> dismissals{std::move(own)};
  if (!passesOneRowPerKey()) return dismissals;
  std::vector<Dismissal> further = dismissalsOfNext(outputForms(columns), [this](const Row& row) {
    // Its columns are read by nobody, being of no form.
    return row.append(payload(p.zero<const JoinRow*>())).select(spec_.outputColumns);
  });
  isCounted_ = !further.empty();
  std::ranges::move(further, std::back_inserter(dismissals));
  return dismissals;
}

bool JoinProbeLowering::passesOneRowPerKey() const noexcept {
  if (testsKeys()) return spec_.probeOutput == ProbeOutput::Matched;
  return spec_.probeOutput == ProbeOutput::Pairs && facts_.isUnique && spec_.keyCount() == 1 && !spec_.condition &&
         spec_.buildOutput == BuildOutput::Nothing;
}

VectorColumns JoinProbeLowering::outputForms(const VectorColumns& columns) const {
  VectorColumns forms;
  for (const std::uint32_t column : spec_.outputColumns) {
    // Of build rows nothing is known without a look at them.
    forms.push_back(column < columns.size() ? columns[column] : VectorColumn());
  }
  return forms;
}

void JoinProbeLowering::passOn(const Row& row) {
  const Row output = row.select(spec_.outputColumns);
  isCounted_ ? next()->consume(output) : emitNext(output);
}

Val<bool> JoinProbeLowering::testKey(Val<std::int64_t> key, bool mayErr) {
  const unsigned wideBits = 64 - llvm::ComputeNumSignBits(key.value(), p.module().getDataLayout()) + 1;
  if (!facts_.isNarrow || wideBits > 32) return bind::joinTableHasKey(p, *table_, key);
  Val<std::int32_t> narrow = p.convert<std::int32_t>(key);
  return mayErr ? bind::joinTableMayHaveNarrowKey(p, *table_, narrow) : bind::joinTableHasNarrowKey(p, *table_, narrow);
}

Val<bool> JoinProbeLowering::passes(const Row& row) {
  Val<bool> hasKey = bind::joinTableHasKey(p, *table_, rankedKey(row));
  return spec_.probeOutput == ProbeOutput::Matched ? hasKey : p.logicalNot(hasKey);
}

void JoinProbeLowering::consume(const Row& row) {
  std::vector<SqlValue> keys = expressions_.values(spec_.probeKeys, row);
  const std::optional<Val<bool>> keyIsNull = anyUnmatchedNull(p, keys, spec_.nullSafe, label());
  for (std::size_t key = 0; key < keys.size(); ++key) {
    // Whoever reads it has asked keyIsNull before.
    if (!spec_.nullSafe[key]) keys[key].isNull.reset();
  }
  if (spec_.probeOutput != ProbeOutput::Pairs) {
    decide(row, keys, keyIsNull);
  } else if (spec_.extendsProbeRows) {
    joinOrExtend(row, keys, keyIsNull);
  } else if (keyIsNull) {
    // if (!keyIsNull) { join }: a NULL matches nothing.
    p.ifThen(p.logicalNot(*keyIsNull), [&] { joinMatches(row, keys); }, named("keyNotNull"));
  } else {
    joinMatches(row, keys);
  }
}

void JoinProbeLowering::joinMatches(const Row& row, std::span<const SqlValue> keys) {
  // for each match { row ++ payload }
  candidates_.forEachMatch(candidates_.first(keys), keys, [&](Val<const JoinRow*> match) {
    const Row joined = row.append(payload(match));
    ifSatisfied(joined, [&] {
      markBuildRow(match);
      passOn(joined);
    });
    if (!tested_ && !facts_.isUnique) endLongBlock(p.rowCount(countIndex()));
  });
}

void JoinProbeLowering::joinOrExtend(const Row& row, std::span<const SqlValue> keys,
                                     std::optional<Val<bool>> keyIsNull) {
  // candidate = keyIsNull || nothing found ? nullRow : first
  Var<const JoinRow*> entry = p.local(*nullRow_, named("candidate"));
  const auto lookUp = [&] {
    const Row::Conditional conditional(p.trail());
    Val<const JoinRow*> first = candidates_.first(keys);
    entry = p.select(p.isNull(first), *nullRow_, first);
  };
  if (keyIsNull) {
    p.ifThen(p.logicalNot(*keyIsNull), lookUp, named("keyNotNull"));
  } else {
    lookUp();
  }
  Var<bool> isMatched = p.local(p.constant(false), named("isMatched"));
  // The chain, then, if nothing matched, the row of NULLs:
  // while (candidate) {
  p.whileNotNull(
      entry,
      [&](Val<const JoinRow*> candidate) {
        //   passes = candidate == nullRow || (keysEqual && condition)
        Val<bool> isNullRow = p.equal(candidate, Operand(*nullRow_));
        Var<bool> passes = p.local(isNullRow, named("passes"));
        p.ifThen(
            p.logicalNot(isNullRow),
            [&] {
              const Row::Conditional conditional(p.trail());
              candidates_.ifKeysEqual(candidate, keys, [&] {
                ifSatisfied(row.append(payload(candidate)), [&] {
                  if (spec_.isSingle()) {
                    p.ifThen(
                        unlikely(isMatched.get()),
                        [&] { p.failAt(p.pipeline().singleJoinSites.at(&spec_), ErrorCode::CardinalityViolation); },
                        named("secondMatch"));
                  }
                  markBuildRow(candidate);
                  passes = p.constant(true);
                });
              });
            },
            named("isRow"));
        //   if (passes) { isMatched = true; row ++ payload }
        p.ifThen(
            passes.get(),
            [&] {
              isMatched = p.constant(true);
              emitNext(row.append(payload(candidate)).select(spec_.outputColumns));
              if (!tested_) endLongBlock(p.rowCount(countIndex()));
            },
            named("passes"));
        //   candidate = candidate->next ? candidate->next : isMatched ? null : nullRow
        Val<const JoinRow*> following = bind::JoinRow(candidate).next(p);
        Val<bool> extends = p.bitAnd(p.isNull(following), Operand(p.logicalNot(isMatched.get())));
        entry = p.select(extends, *nullRow_, following);
      },
      named("probe"));
  // }
}

void JoinProbeLowering::decide(const Row& row, std::span<const SqlValue> keys, std::optional<Val<bool>> keyIsNull) {
  if (marksKeys()) {
    const auto mark = [&] { bind::joinTableMarkKey(p, *table_, *keyMarks_, candidates_.rankedKey(keys.front())); };
    keyIsNull ? p.ifThen(p.logicalNot(*keyIsNull), mark, named("keyNotNull")) : mark();
    return;
  }
  if (testsKeys() && dismissed_) {
    passOn(row);
    return;
  }
  Var<bool> isMatched = p.local(p.constant(false), named("isMatched"));
  std::optional<Var<bool>> isUnknown;
  if (spec_.probeOutput == ProbeOutput::Marked && spec_.condition && spec_.condition->nullable) {
    isUnknown.emplace(p.local(p.constant(false), named("isUnknown")));
  }
  const auto search = [&] {
    const Row::Conditional conditional(p.trail());
    if (testsKeys()) {
      isMatched = bind::joinTableHasKey(p, *table_, candidates_.rankedKey(keys.front()));
    } else {
      findMatch(row, keys, isMatched, isUnknown);
    }
  };
  if (keyIsNull) {
    p.ifThen(p.logicalNot(*keyIsNull), search, named("keyNotNull"));
  } else {
    search();
  }
  switch (spec_.probeOutput) {
    case ProbeOutput::Matched:
      p.ifThen(isMatched.get(), [&] { emitNext(row.select(spec_.outputColumns)); }, named("matched"));
      break;
    case ProbeOutput::Unmatched:
      p.ifThen(p.logicalNot(isMatched.get()), [&] { emitNext(row.select(spec_.outputColumns)); }, named("unmatched"));
      break;
    case ProbeOutput::Marked: {
      SqlValue mark{{KernelType::Boolean, isMatched.get().raw()}, std::nullopt};
      if (isUnknown || spec_.nullAwareMark) mark.isNull = markIsNull(isMatched.get(), keyIsNull, isUnknown);
      Row marked(row);
      marked.add(mark);
      emitNext(marked.select(spec_.outputColumns));
      break;
    }
    case ProbeOutput::Nothing:
    case ProbeOutput::Pairs:
      break;
  }
}

void JoinProbeLowering::findMatch(const Row& row, std::span<const SqlValue> keys, Var<bool>& isMatched,
                                  std::optional<Var<bool>>& isUnknown) {
  // for each candidate { if (keysEqual && condition) { isMatched = true; break; } }
  candidates_.forEach(candidates_.first(keys), [&](Val<const JoinRow*> candidate, FunctionBuilder::Body leave) {
    const auto match = [&] {
      isMatched = p.constant(true);
      markBuildRow(candidate);
      // Where build rows are put out, every one that matches has to be marked.
      if (spec_.buildOutput == BuildOutput::Nothing) leave();
    };
    candidates_.ifKeysEqual(candidate, keys, [&] {
      const Row joined = row.append(payload(candidate));
      if (!isUnknown) {
        ifSatisfied(joined, match);
        return;
      }
      countTested();
      const SqlValue value = expressions_.value(*spec_.condition, joined);
      Val<bool> isNull = value.isNull.value_or(p.constant(false));
      *isUnknown = p.bitOr(isUnknown->get(), Operand(isNull));
      p.ifThen(p.bitAnd(value.value.as<bool>(), Operand(p.logicalNot(isNull))), match, named("satisfied"));
    });
  });
}

Val<bool> JoinProbeLowering::markIsNull(Val<bool> isMatched, std::optional<Val<bool>> keyIsNull,
                                        const std::optional<Var<bool>>& isUnknown) {
  Val<bool> notMatched = p.logicalNot(isMatched);
  if (isUnknown) return p.bitAnd(notMatched, Operand(isUnknown->get()), named("markIsNull"));
  // The comparison with every row is NULL, or the one with a row whose key is.
  bind::JoinTable table(*table_);
  Val<bool> unknown = p.notEqual(table.unlinkedRows(p), 0);
  if (keyIsNull) unknown = p.select(*keyIsNull, p.notEqual(table.rowCount(p), 0), unknown);
  return p.bitAnd(notMatched, Operand(unknown), named("markIsNull"));
}

void JoinProbeLowering::ifSatisfied(const Row& joined, FunctionBuilder::Body then) {
  if (tested_) countTested();
  if (spec_.condition) {
    expressions_.ifTrue(*spec_.condition, joined, then);
  } else {
    then();
  }
}

void JoinProbeLowering::markBuildRow(Val<const JoinRow*> candidate) {
  if (spec_.buildOutput != BuildOutput::Nothing) bind::joinRowMark(p, candidate);
}

void JoinProbeLowering::countTested() {
  // ++tested: those that the condition rejects take their time as well.
  *tested_ = p.add(tested_->get(), 1);
  endLongBlock(tested_->get());
}

void JoinProbeLowering::endLongBlock(Val<std::uint64_t> matches) {
  // One row may have any number of matches, so they count towards the length of a block, too.
  // if (matches % kBlockRows == 0) { this row is the last of its block; if (*interrupt != 0) fail; }
  Val<std::uint64_t> inBlock = p.bitAnd(matches, PipelineBuilder::kBlockRows - 1);
  p.ifThen(
      unlikely(p.equal(inBlock, 0)),
      [&] {
        p.endBlockBehindRow();
        p.failIfInterrupted();
      },
      named("manyMatches"));
}

Row JoinProbeLowering::payload(Val<const JoinRow*> candidate) {
  Row result(p.trail());
  Val<const std::byte*> bytes = p.pointerCast<const std::byte*>(candidate);
  const Schema& build = spec_.build().output;
  for (std::size_t column = 0; column < spec_.storedColumnOf.size(); ++column) {
    const Field& field = build[column];
    result.add([this, bytes, stored = spec_.storedColumnOf[column], type = kernelTypeOf(field.type),
                name = named(field.name)]() -> SqlValue {
      if (stored == JoinSpec::kNotStored) {
        p.fail(name + " is not stored");
        return {{type, p.poisonOf(formOf(type))}, std::nullopt};
      }
      return loadColumn(p, bytes, spec_.layout.column(stored), type, name);
    });
  }
  return result;
}

}  // namespace basalt::codegen
