#include "interpreter/operators/JoinPairsOperator.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace basalt::interpreter {

JoinPairsOperator::JoinPairsOperator(const WorkerContext& context, const JoinSpec& spec, const JoinTable* table,
                                     std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      context_(context),
      spec_(spec),
      table_(table),
      probe_(context, label(), spec, table),
      candidates_(context, label(), spec) {
  batch_.columns.resize(spec.outputColumns.size());
  addChild(std::move(input));
}

void JoinPairsOperator::doOpen() {
  // Input batches are no larger than this, and no more candidates are collected at once.
  const std::uint32_t capacity = context_.batchRows;
  probe_.open(capacity);
  candidates_.open(capacity);
  if (spec_.extendsProbeRows) {
    ends_ = Buffer(context_.budget, capacity * sizeof(std::uint32_t));
    isMatched_ = Buffer(context_.budget, capacity);
    mergedPositions_ = Buffer(context_.budget, capacity * sizeof(std::uint32_t));
    mergedRows_ = Buffer(context_.budget, capacity * sizeof(const JoinRow*));
  }
  doReset();
}

void JoinPairsOperator::doReset() {
  input_ = nullptr;
  pending_.reset();
  probe_.reset();
  candidates_.reset();
}

void JoinPairsOperator::doClose() noexcept {
  probe_.close();
  candidates_.close();
  for (Buffer* buffer : {&ends_, &isMatched_, &mergedPositions_, &mergedRows_}) *buffer = Buffer();
}

std::uint64_t JoinPairsOperator::ownMemory() const noexcept {
  const std::uint64_t extending =
      spec_.extendsProbeRows ? 2 * sizeof(std::uint32_t) + 1 + sizeof(const JoinRow*) : std::uint64_t{0};
  return probe_.memoryEstimate() + candidates_.memoryEstimate() + extending * context_.batchRows;
}

const Batch* JoinPairsOperator::doNextBatch() {
  for (;;) {
    if (pending_) throw RowError(*std::exchange(pending_, {}));
    throwIfInterrupted(context_);
    if (input_ == nullptr && !beginInput()) return nullptr;
    spec_.extendsProbeRows ? collectCandidatesAndEnds() : collectCandidates();
    countCandidates(candidates_.count());
    candidates_.keepEqualKeys(probe_.keyValues(), table_->isRanked() ? 1 : 0);
    keepSatisfied();
    if (spec_.isSingle()) keepSingleMatches();
    if (spec_.buildOutput != JoinSpec::BuildOutput::Nothing) noteMatches();
    if (spec_.extendsProbeRows) extendRows();
    const Batch* const result = candidates_.count() == 0 ? nullptr : deliver();
    if (cursor_ == probe_.count()) input_ = nullptr;
    if (result != nullptr) return result;
  }
}

bool JoinPairsOperator::beginInput() {
  // A failure in a key stands behind all rows of the input that were joined since.
  probe_.throwPending();
  input_ = child().nextBatch();
  if (input_ == nullptr) return false;
  probe_.begin(*input_, spec_.extendsProbeRows);
  candidates_.setInput(input_);
  cursor_ = 0;
  if (spec_.extendsProbeRows) std::memset(isMatched_.data(), 0, probe_.inputRows().extent());
  return true;
}

void JoinPairsOperator::collectCandidates() {
  const std::uint32_t* const probePositions = probe_.positions();
  const std::uint64_t* const hashes = probe_.hashes();
  const JoinRow** const next = probe_.next();
  std::uint32_t* const positions = candidates_.positions();
  const JoinRow** const rows = candidates_.rows();
  const std::uint32_t capacity = candidates_.capacity();
  const std::uint32_t probeCount = probe_.count();
  std::uint32_t count = 0;
  std::uint32_t cursor = cursor_;
  while (cursor < probeCount && count < capacity) {
    const JoinRow* row = next[cursor];
    const std::uint64_t hash = hashes[cursor];
    const std::uint32_t position = probePositions[cursor];
    do {
      positions[count] = position;
      rows[count] = row;
      count += table_->mayMatch(row, hash) ? 1 : 0;
      row = row->next;
    } while (row != nullptr && count < capacity);
    if (row == nullptr) {
      ++cursor;
    } else {
      next[cursor] = row;
    }
  }
  cursor_ = cursor;
  candidates_.setCount(count);
}

void JoinPairsOperator::collectCandidatesAndEnds() {
  const std::uint32_t* const probePositions = probe_.positions();
  const std::uint64_t* const hashes = probe_.hashes();
  const JoinRow** const next = probe_.next();
  std::uint32_t* const positions = candidates_.positions();
  const JoinRow** const rows = candidates_.rows();
  auto* const ends = ends_.as<std::uint32_t>();
  const std::uint32_t capacity = candidates_.capacity();
  std::uint32_t count = 0;
  std::uint32_t endCount = 0;
  while (cursor_ < probe_.count() && count + endCount < capacity) {
    const JoinRow* row = next[cursor_];
    const std::uint64_t hash = hashes[cursor_];
    while (row != nullptr && count + endCount < capacity) {
      positions[count] = probePositions[cursor_];
      rows[count] = row;
      count += table_->mayMatch(row, hash) ? 1 : 0;
      row = row->next;
    }
    next[cursor_] = row;
    // A row whose end has no room is taken up again, with an empty chain.
    if (row != nullptr || count + endCount == capacity) break;
    ends[endCount++] = probePositions[cursor_++];
  }
  candidates_.setCount(count);
  endCount_ = endCount;
}

void JoinPairsOperator::keepSatisfied() {
  if (candidates_.count() == 0) return;
  ExpressionEvaluator* const condition = candidates_.condition();
  if (condition == nullptr) return;
  RowSelection tested{nullptr, candidates_.count()};
  const RowSelection kept = condition->filterUpTo(0, tested);
  if (condition->hasPending()) {
    pending_ = condition->takePending();
    cutEndsAt(candidates_.positions()[tested.count]);
  }
  candidates_.keep(kept);
}

void JoinPairsOperator::keepSingleMatches() {
  const std::uint32_t* const positions = candidates_.positions();
  const auto* const isMatched = isMatched_.as<std::uint8_t>();
  for (std::uint32_t i = 0; i < candidates_.count(); ++i) {
    const bool isSecond = isMatched[positions[i]] != 0 || (i != 0 && positions[i - 1] == positions[i]);
    if (!isSecond) continue;
    pending_.emplace(ErrorCode::CardinalityViolation, context_.pipeline->singleJoinSites.at(&spec_), label(),
                     "more than one row in a scalar subquery");
    cutEndsAt(positions[i]);
    candidates_.setCount(i);
  }
}

void JoinPairsOperator::noteMatches() {
  const JoinRow** const rows = candidates_.rows();
  for (std::uint32_t i = 0; i < candidates_.count(); ++i) joinRowMark(rows[i]);
}

void JoinPairsOperator::cutEndsAt(std::uint32_t position) {
  const auto* const ends = ends_.as<std::uint32_t>();
  endCount_ = static_cast<std::uint32_t>(std::lower_bound(ends, ends + endCount_, position) - ends);
}

void JoinPairsOperator::extendRows() {
  std::uint32_t* const positions = candidates_.positions();
  const JoinRow** const rows = candidates_.rows();
  const auto* const ends = ends_.as<std::uint32_t>();
  auto* const isMatched = isMatched_.as<std::uint8_t>();
  auto* const mergedPositions = mergedPositions_.as<std::uint32_t>();
  auto* const mergedRows = mergedRows_.as<const JoinRow*>();
  for (std::uint32_t i = 0; i < candidates_.count(); ++i) isMatched[positions[i]] = 1;
  std::uint32_t taken = 0;
  std::uint32_t count = 0;
  const auto takeUpTo = [&](std::uint32_t position) {
    for (; taken < candidates_.count() && positions[taken] <= position; ++taken, ++count) {
      mergedPositions[count] = positions[taken];
      mergedRows[count] = rows[taken];
    }
  };
  for (std::uint32_t end = 0; end < endCount_; ++end) {
    takeUpTo(ends[end]);
    mergedPositions[count] = ends[end];
    mergedRows[count] = table_->nullRow;
    count += isMatched[ends[end]] != 0 ? 0 : 1;
  }
  takeUpTo(UINT32_MAX);
  std::copy_n(mergedPositions, count, positions);
  std::copy_n(mergedRows, count, rows);
  candidates_.setCount(count);
}

const Batch* JoinPairsOperator::deliver() {
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) {
    batch_.columns[i] = candidates_.joinedColumn(spec_.outputColumns[i]);
  }
  batch_.selectAll(candidates_.count());
  return &batch_;
}

}  // namespace basalt::interpreter
