#include "codegen/lowering/BlockFilter.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "codegen/Bindings.h"
#include "codegen/lowering/VectorLoop.h"
#include "runtime/batch/SelectPositions.h"

namespace basalt::codegen {

namespace {

bool readsAny(std::span<const ExpressionPointer> expressions, std::size_t column) {
  bool found = false;
  for (const ExpressionPointer& expression : expressions) {
    visitExpressions(*expression, [&](const Expression& part) {
      found = found || (part.kind == Expression::Kind::Column && part.column == column);
    });
  }
  return found;
}

}  // namespace

std::vector<ExpressionPointer> BlockFilter::take(const ScanSpec& scan) {
  std::vector<ExpressionPointer> others;
  bool failed = false;
  for (const ExpressionPointer& conjunct : filterConjuncts(scan)) {
    // Whether a condition fails must not depend on conditions behind it.
    failed = failed || mayFail(*conjunct);
    const std::optional<StoredComparison> stored = findStoredComparison(*conjunct, scan);
    const std::optional<StoredEquality> equality = findStoredEquality(*conjunct, scan);
    if (!failed && stored && !columns_.mayBeNull(stored->column)) {
      conditions_.emplace_back(*stored);
    } else if (!failed && columns_.canTestInBlocks(*conjunct)) {
      conditions_.emplace_back(conjunct);
    } else if (!failed && equality && !mayBeNull(*equality)) {
      texts_.push_back({*equality, conjunct});
    } else {
      (failed ? others : refinements_).push_back(conjunct);
    }
  }
  if (conditions_.empty()) {
    const std::vector<ExpressionPointer> open = openTexts();
    refinements_.insert(refinements_.begin(), open.begin(), open.end());
    for (const Text& text : std::exchange(texts_, {})) conditions_.emplace_back(text.equality);
  }
  if (conditions_.empty() && !refinements_.empty()) {
    // On top of others it is tested for the rows that are left, which may be few.
    like_ = findStoredLike(*refinements_.front(), scan);
    if (like_ && columns_.mayBeNull(like_->column)) like_.reset();
    if (like_) refinements_.erase(refinements_.begin());
  }
  return others;
}

bool BlockFilter::reads(std::size_t column) const {
  if (like_ && like_->column == column) return true;
  return std::ranges::any_of(conditions_, [column](const Condition& condition) {
    if (const auto* stored = std::get_if<StoredComparison>(&condition)) {
      return stored->column == column;
    }
    if (const auto* equality = std::get_if<StoredEquality>(&condition)) {
      return std::ranges::any_of(equality->alternatives, [column](const auto& each) { return each.column == column; });
    }
    return readsAny({&std::get<ExpressionPointer>(condition), 1}, column);
  });
}

void BlockFilter::setup() {
  constexpr std::uint64_t kPositionBytes = (PipelineBuilder::kBlockRows + kSelectionPadding) * sizeof(std::uint32_t);
  mask_ = p.pointerCast<std::uint8_t*>(p.stackBytes(PipelineBuilder::kBlockRows, kVectorBytes, label_ + ".mask"));
  positions_ = p.pointerCast<std::uint32_t*>(p.stackBytes(kPositionBytes, kVectorBytes, label_ + ".positions"));
  begin_.emplace(p.local<std::uint64_t>(label_ + ".blockBegin"));
  matches_.emplace(p.local<std::uint64_t>(label_ + ".matches"));
  next_.emplace(p.local<std::uint64_t>(label_ + ".next"));
  isDense_.emplace(p.local(p.constant(false), label_ + ".isDense"));
  for (Further& further : further_) further.passed.emplace(p.local(p.constant<std::uint64_t>(0), label_ + ".passed"));
  if (!further_.empty()) {
    counted_.emplace(p.local(p.constant<std::uint64_t>(0), label_ + ".counted"));
    countFrom_.emplace(p.local<std::uint64_t>(label_ + ".countFrom"));
  }
  for (std::size_t column = 0; column < columns_.count(); ++column) {
    if ((columns_.isRead(column) || readsAny(refinements_, column) || readsAny(textConjuncts(), column)) &&
        !reads(column)) {
      furtherColumns_.push_back(column);
    }
  }
}

Val<bool> BlockFilter::compareStored(const StoredComparison& comparison, Val<std::uint64_t> position) {
  const KernelValue stored = columns_.numberAt(comparison.column, position);
  // The literal fits, so its low bytes are its value.
  const RawValue literal = p.literal(*comparison.literal).value.raw;
  const KernelValue narrow{stored.type,
                           {stored.raw.form, p.ir().CreateTrunc(literal.first, p.typeOf(stored.raw.form)), nullptr}};
  const std::array arguments = {comparison.literalComesFirst ? narrow : stored,
                                comparison.literalComesFirst ? stored : narrow};
  return callKernel(p, *comparison.kernel, arguments, p.zero<ErrorCode*>(), p.arena(),
                    label_ + "." + std::string(comparison.kernel->name))
      .as<bool>();
}

bool BlockFilter::mayBeNull(const StoredEquality& equality) const {
  return std::ranges::any_of(equality.alternatives,
                             [this](const auto& each) { return columns_.mayBeNull(each.column); });
}

std::vector<ExpressionPointer> BlockFilter::textConjuncts() const {
  std::vector<ExpressionPointer> conjuncts;
  for (const Text& text : texts_) conjuncts.push_back(text.conjunct);
  return conjuncts;
}

std::vector<ExpressionPointer> BlockFilter::openTexts() const {
  std::vector<ExpressionPointer> open;
  for (const Text& text : texts_) {
    if (!text.equality.isDecided) open.push_back(text.conjunct);
  }
  return open;
}

Val<bool> BlockFilter::compareHandles(const StoredEquality& equality, const Row& row) {
  std::optional<Val<bool>> isAny;
  for (const StoredEquality::Alternative& each : equality.alternatives) {
    Val<StringView> text = row.column(each.column).value.as<StringView>();
    Val<StringView> literal = p.literal(*each.literal).value.as<StringView>();
    Val<bool> isThis = equality.isDecided ? bind::equalsInline(p, text, literal) : bind::mayBeEqual(p, text, literal);
    isAny = isAny ? p.bitOr(*isAny, Operand(isThis), label_ + ".isAny") : isThis;
  }
  return *isAny;
}

Val<bool> BlockFilter::isTrue(const Condition& condition, const Row& row, Val<std::uint64_t> position) {
  if (const auto* stored = std::get_if<StoredComparison>(&condition)) {
    read_.insert(stored->column);
    return compareStored(*stored, position);
  }
  if (const auto* equality = std::get_if<StoredEquality>(&condition)) return compareHandles(*equality, row);
  return expressions_.isTrue(*std::get<ExpressionPointer>(condition), row);
}

void BlockFilter::beginBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end) {
  *begin_ = begin;
  *matches_ = p.constant<std::uint64_t>(0);
  Val<std::uint64_t> count = p.subtract(end, Operand(begin), label_ + ".blockRows");
  if (!further_.empty()) beginCounting(end);
  if (like_) {
    searchTexts(begin, count);
  } else if (!conditions_.empty() || furtherIsFirst()) {
    testInVectors(begin, count);
  }
  if (!texts_.empty()) testTexts(count);
  if (!refinements_.empty()) refine(refinements_, count);
  for (std::size_t index = 0; index < further_.size(); ++index) testFurther(index, count);
  // Else their tests have done so.
  if (further_.empty() && setsMask() && !hasVectorTestsAlone()) prefetchMatches(p.constant<std::uint64_t>(0), count);
  *isDense_ = p.logicalNot(areSparse(matches_->get(), count));
  *next_ = p.constant<std::uint64_t>(0);
}

void BlockFilter::testInVectors(Val<std::uint64_t> begin, Val<std::uint64_t> count) {
  // for each part { test it; select its matches; prefetchMatches(of it) }
  forEachStretch(
      p, count, kPartRows,
      [&](Val<std::uint64_t> first, Val<std::uint64_t> rows) {
        Val<std::uint64_t> before = matches_->get();
        testPart(p.add(begin, Operand(first)), rows, p.element(*mask_, first));
        select(first, rows);
        if (hasVectorTestsAlone()) prefetchMatches(before, rows);
      },
      label_ + ".parts");
}

void BlockFilter::testPart(Val<std::uint64_t> begin, Val<std::uint64_t> rows, Val<std::uint8_t*> mask) {
  // for each row { mask[row] = condition & condition... }
  forEachInVectors(
      begin, rows,
      [&](const Row& row, Val<std::uint64_t> index) {
        std::optional<Val<bool>> isMatch;
        for (const Condition& condition : conditions_) {
          Val<bool> holds = isTrue(condition, row, p.add(begin, Operand(index)));
          isMatch = isMatch ? p.bitAnd(*isMatch, Operand(holds), label_ + ".isMatch") : holds;
        }
        p.store<bool>(p.element(mask, index), 0, isMatch ? *isMatch : further_.front().inVectors()(row));
      },
      label_ + ".test");
}

void BlockFilter::select(Val<std::uint64_t> first, Val<std::uint64_t> rows) {
  // matches += selectPositions(mask + first, rows, first, positions + matches);
  Val<std::uint64_t> before = matches_->get();
  Val<std::uint64_t> found = bind::selectPositions(p, p.element(*mask_, first), rows, p.convert<std::uint32_t>(first),
                                                   p.element(*positions_, before));
  *matches_ = p.add(before, Operand(found));
}

void BlockFilter::forEachInVectors(Val<std::uint64_t> begin, Val<std::uint64_t> count,
                                   llvm::function_ref<void(const Row&, Val<std::uint64_t>)> visit,
                                   const std::string& name) {
  read_.clear();
  const auto visitAt = [&](Val<std::uint64_t> index) {
    visit(rowTelling(p.add(begin, Operand(index)), [this](std::size_t column) { read_.insert(column); }), index);
  };
  const auto askAhead = [&](Val<std::uint64_t> strip) {
    Val<std::uint64_t> ahead = p.add(p.add(begin, Operand(strip)), kRowsAhead);
    for (const std::size_t column : read_) columns_.prefetchRows(column, ahead, kStripRows);
    if (furtherColumns_.empty()) return;
    p.ifThen(
        isDense_->get(),
        [&] {
          for (const std::size_t column : furtherColumns_) columns_.prefetchRows(column, ahead, kStripRows);
        },
        label_ + ".dense");
  };
  columns_.areAskedForByBlocks() ? emitLongVectorLoop(p, count, visitAt, name)
                                 : emitLongVectorLoop(p, count, visitAt, name, askAhead);
}

Row BlockFilter::rowTelling(Val<std::uint64_t> position, std::function<void(std::size_t)> isRead) {
  const Row row = columns_.rowAt(position);
  Row telling(p.trail());
  for (std::size_t column = 0; column < columns_.count(); ++column) {
    telling.add([row, column, isRead] {
      isRead(column);
      return row.column(column);
    });
  }
  return telling;
}

void BlockFilter::searchTexts(Val<std::uint64_t> begin, Val<std::uint64_t> count) {
  // likeTexts(pattern, ..., mask); select(all rows)
  Val<const LikePattern*> pattern = p.literal(*like_->pattern).value.as<const LikePattern*>();
  bind::likeTexts(p, pattern, p.constant(like_->isNegated), columns_.offsets(like_->column),
                  columns_.heap(like_->column), begin, count, *mask_);
  select(p.constant<std::uint64_t>(0), count);
}

void BlockFilter::testTexts(Val<std::uint64_t> count) {
  // if (matches >= count / 4) all rows by their handles, what these leave open one by one; else the matches one by one
  p.ifThenElse(
      p.greaterOrEqual(p.shiftLeft(matches_->get(), std::countr_zero(kFewTexts)), Operand(count)),
      [&] {
        const auto test = [this](const Row& row) {
          std::optional<Val<bool>> areEqual;
          for (const Text& text : texts_) {
            Val<bool> isEqual = compareHandles(text.equality, row);
            areEqual = areEqual ? p.bitAnd(*areEqual, Operand(isEqual)) : isEqual;
          }
          return *areEqual;
        };
        testAgainInVectors(count, test, label_ + ".testTexts");
        if (const std::vector<ExpressionPointer> open = openTexts(); !open.empty()) refine(open, count);
      },
      [&] { refine(textConjuncts(), count); }, label_ + ".texts");
}

void BlockFilter::refine(std::span<const ExpressionPointer> refinements, Val<std::uint64_t> count) {
  // for each position so far { if (the other conditions) positions[kept++] = position } matches = kept
  Var<std::uint64_t> kept = p.local(p.constant<std::uint64_t>(0), label_ + ".kept");
  p.forRange(
      p.constant<std::uint64_t>(0), setsMask() ? matches_->get() : count,
      [&](Val<std::uint64_t> index) {
        Val<std::uint32_t> offset = setsMask() ? p.loadElement(*positions_, index) : p.convert<std::uint32_t>(index);
        const Row row = columns_.rowAt(p.add(begin_->get(), Operand(p.convert<std::uint64_t>(offset))));
        expressions_.ifAllTrue(refinements, row, [&] {
          p.storeElement(*positions_, kept.get(), offset);
          kept = p.add(kept.get(), 1);
        });
      },
      label_ + ".refine");
  *matches_ = kept.get();
}

void BlockFilter::testFurther(std::size_t index, Val<std::uint64_t> count) {
  Further& further = further_[index];
  const bool isLast = index + 1 == further_.size();
  const auto oneByOne = [&] { testOneByOne(further.test, isLast); };
  const auto prefetchAll = [&] {
    if (isLast) prefetchMatches(p.constant<std::uint64_t>(0), count);
  };
  if (index == 0 && furtherIsFirst()) {
    further.screen ? oneByOne() : prefetchAll();
    return;
  }
  Val<std::uint64_t> matches = matches_->get();
  *further.passed = p.subtract(matches, Operand(bind::positionsBelow(p, *positions_, matches, countFrom_->get())));
  // The mask says all that has been tested so far only in front of the first one.
  if (index != 0 || !refinements_.empty() || !texts_.empty()) {
    oneByOne();
    return;
  }
  const std::string name = label_ + ".testFurther";
  const auto inVectors = [&] { testAgainInVectors(count, further.inVectors(), name); };
  Val<bool> areMany = p.greaterOrEqual(p.shiftLeft(matches, std::countr_zero(kFew)), Operand(count));
  if (further.screen) {
    // if (matches >= count / 2) all rows by the screen; what is left one by one
    p.ifThen(areMany, inVectors, name);
    oneByOne();
  } else {
    // if (matches >= count / 2) all rows in vectors else the matches one by one
    const auto allInVectors = [&] {
      inVectors();
      prefetchAll();
    };
    p.ifThenElse(areMany, allInVectors, oneByOne, name);
  }
}

void BlockFilter::beginCounting(Val<std::uint64_t> end) {
  // A block that was ended early begins again with its rest, where rows have been counted.
  Val<std::uint64_t> counted = counted_->get();
  Val<std::uint64_t> begin = begin_->get();
  *countFrom_ =
      p.select(p.less(begin, Operand(counted)), p.subtract(counted, Operand(begin)), p.constant<std::uint64_t>(0));
  *counted_ = p.select(p.less(counted, Operand(end)), end, counted);
}

void BlockFilter::testAgainInVectors(Val<std::uint64_t> count, const Test& test, const std::string& name) {
  // for each row { mask[row] &= test } select(all rows)
  forEachInVectors(
      begin_->get(), count,
      [&](const Row& row, Val<std::uint64_t> index) {
        Val<bool> holds = test(row);
        Val<std::uint8_t*> byte = p.element(*mask_, index);
        p.store<bool>(byte, 0, p.bitAnd(p.load<bool>(byte, 0), Operand(holds)));
      },
      name);
  *matches_ = p.constant<std::uint64_t>(0);
  select(p.constant<std::uint64_t>(0), count);
}

void BlockFilter::testOneByOne(const Test& test, bool isLast) {
  // for each position so far { positions[kept] = position; kept += the test } matches = kept
  // Without a branch: what a join makes of a row is hard to foresee. Where few are left in the end, what they need
  // besides is asked for stretch by stretch, while the next one is tested.
  const bool mayAsk = isLast && !furtherColumns_.empty();
  Val<std::uint64_t> begin = begin_->get();
  Val<bool> asks = mayAsk ? p.logicalNot(isDense_->get()) : p.constant(false);
  Val<std::uint64_t> all = matches_->get();
  Val<std::uint64_t> most = p.select(asks, p.constant(kStretchPositions), all);
  Var<std::uint64_t> kept = p.local(p.constant<std::uint64_t>(0), label_ + ".kept");
  forEachStretch(
      p, all, Operand(most),
      [&](Val<std::uint64_t> first, Val<std::uint64_t> count) {
        Val<std::uint64_t> keptBefore = kept.get();
        std::set<std::size_t> read;
        p.forRange(
            first, p.add(first, Operand(count)),
            [&](Val<std::uint64_t> index) {
              Val<std::uint32_t> offset = p.loadElement(*positions_, index);
              Val<std::uint64_t> position = p.add(begin, Operand(p.convert<std::uint64_t>(offset)));
              const Row row = rowTelling(position, [&](std::size_t column) {
                read.insert(column);
                columns_.prefetch(column, p.add(position, kRowsAhead));
              });
              p.storeElement(*positions_, kept.get(), offset);
              kept = p.add(kept.get(), Operand(p.convert<std::uint64_t>(test(row))));
            },
            label_ + ".testOneByOne");
        if (mayAsk) p.ifThen(asks, [&] { prefetchMatches(keptBefore, kept.get(), read); }, label_ + ".sparse");
      },
      label_ + ".stretches");
  *matches_ = kept.get();
}

void BlockFilter::prefetchMatches(Val<std::uint64_t> first, Val<std::uint64_t> rows) {
  if (furtherColumns_.empty()) return;
  // if (they are few) for each match from first on: prefetch(its columns);
  // The row loop alone has only as many misses under way as rows fit into the processor's window.
  Val<std::uint64_t> end = matches_->get();
  p.ifThen(
      areSparse(p.subtract(end, Operand(first)), rows), [&] { prefetchMatches(first, end, {}); }, label_ + ".sparse");
}

void BlockFilter::prefetchMatches(Val<std::uint64_t> first, Val<std::uint64_t> end,
                                  const std::set<std::size_t>& known) {
  std::vector<std::size_t> asked;
  std::ranges::copy_if(furtherColumns_, std::back_inserter(asked),
                       [&](std::size_t column) { return !known.contains(column); });
  if (asked.empty()) return;
  p.forRange(
      first, end,
      [&](Val<std::uint64_t> index) {
        for (const std::size_t column : asked) columns_.prefetch(column, match(index));
      },
      label_ + ".prefetchMatches");
}

Val<bool> BlockFilter::areSparse(Val<std::uint64_t> matches, Val<std::uint64_t> rows) {
  return p.less(p.shiftLeft(matches, std::countr_zero(kSparse)), Operand(rows));
}

Val<std::uint64_t> BlockFilter::match(Val<std::uint64_t> index) {
  Val<std::uint64_t> offset = p.convert<std::uint64_t>(p.loadElement(*positions_, index));
  return p.add(begin_->get(), Operand(offset));
}

void BlockFilter::forEachMatch(llvm::function_ref<void(Val<std::uint64_t>)> visit) {
  p.forRange(
      p.constant<std::uint64_t>(0), matches_->get(), [&](Val<std::uint64_t> index) { visit(match(index)); },
      label_ + ".forEachMatch");
}

void BlockFilter::findMatch(llvm::function_ref<void(Val<std::uint64_t>)> match) {
  Val<std::uint64_t> next = next_->get();
  // if (next == matches) pass over the rest of the block;
  p.ifThenElse(
      unlikely(p.equal(next, Operand(matches_->get()))),
      [&] { p.moveTo(p.subtract(p.blockEnd(), 1, label_ + ".passedOver")); },
      [&] {
        // else { match(begin + positions[next]); ++next; }
        Val<std::uint64_t> offset = p.convert<std::uint64_t>(p.loadElement(*positions_, next, label_ + ".offset"));
        Val<std::uint64_t> position = p.add(begin_->get(), Operand(offset), label_ + ".match");
        *next_ = p.add(next, 1);
        p.moveTo(position);
        match(position);
      },
      label_ + ".findMatch");
}

}  // namespace basalt::codegen
