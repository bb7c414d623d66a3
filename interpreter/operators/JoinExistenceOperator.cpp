#include "interpreter/operators/JoinExistenceOperator.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

namespace basalt::interpreter {

using ProbeOutput = JoinSpec::ProbeOutput;

JoinExistenceOperator::JoinExistenceOperator(const WorkerContext& context, const JoinSpec& spec, const JoinTable* table,
                                             std::uint8_t* keyMarks, std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      context_(context),
      spec_(spec),
      table_(table),
      keyMarks_(keyMarks),
      marksBuildRows_(spec.buildOutput != JoinSpec::BuildOutput::Nothing),
      probe_(context, label(), spec, table),
      candidates_(context, label(), spec) {
  batch_.columns.resize(spec.outputColumns.size());
  addChild(std::move(input));
}

void JoinExistenceOperator::doOpen() {
  // Input batches are no larger than this, and no more candidates are collected at once.
  const std::uint32_t capacity = context_.batchRows;
  probe_.open(capacity);
  candidates_.open(capacity);
  states_ = Buffer(context_.budget, capacity);
  selection_ = Buffer(context_.budget, (capacity + kSelectionPadding) * sizeof(std::uint32_t));
  if (spec_.probeOutput == ProbeOutput::Marked) {
    mark_ = Vector::allocate(PhysicalType::Bool, capacity, context_.budget);
  }
  doReset();
}

void JoinExistenceOperator::doReset() {
  input_ = nullptr;
  pending_.reset();
  probe_.reset();
  candidates_.reset();
}

void JoinExistenceOperator::doClose() noexcept {
  probe_.close();
  candidates_.close();
  states_ = Buffer();
  selection_ = Buffer();
  mark_ = Vector();
}

std::uint64_t JoinExistenceOperator::ownMemory() const noexcept {
  return probe_.memoryEstimate() + candidates_.memoryEstimate() +
         (sizeof(std::uint32_t) + 3) * std::uint64_t{context_.batchRows};
}

const Batch* JoinExistenceOperator::doNextBatch() {
  for (;;) {
    if (pending_) throw RowError(*std::exchange(pending_, {}));
    if (!beginInput()) return nullptr;
    decide();
    if (const Batch* const result = deliver()) return result;
  }
}

bool JoinExistenceOperator::beginInput() {
  // A failure in a key stands behind all rows of the input that were passed on since.
  probe_.throwPending();
  input_ = child().nextBatch();
  if (input_ == nullptr) return false;
  const bool testsKeys = spec_.testsKeys() && table_->isRanked();
  if (keyMarks_ != nullptr || testsKeys) {
    probe_.beginKeys(*input_);
  } else {
    probe_.begin(*input_, false);
  }
  candidates_.setInput(input_);
  initialiseStates();
  if (keyMarks_ != nullptr) probe_.markKeys(keyMarks_);
  if (testsKeys) {
    auto* const states = states_.as<std::uint8_t>();
    probe_.forEachMember([states](std::uint32_t position) { states[position] |= kMatched; });
  }
  end_ = UINT32_MAX;
  return true;
}

void JoinExistenceOperator::initialiseStates() {
  auto* const states = states_.as<std::uint8_t>();
  const auto unknownIf = [](bool condition) { return condition ? kUnknown : std::uint8_t{0}; };
  const std::uint8_t ofNullKeys = unknownIf(spec_.nullAwareMark && table_->rowCount != 0);
  const std::uint8_t ofOthers = unknownIf(spec_.nullAwareMark && table_->unlinkedRows != 0);
  std::memset(states, ofNullKeys, probe_.inputRows().extent());
  if (ofOthers == ofNullKeys) return;
  forEachRow(probe_.matchableRows(), [=](std::uint32_t, std::uint32_t position) { states[position] = ofOthers; });
}

void JoinExistenceOperator::decide() {
  std::uint64_t perRow = marksBuildRows_ ? UINT64_MAX : 1;
  while (probe_.count() != 0) {
    takenOfRow_ = 0;
    for (std::uint32_t row = 0; row < probe_.count();) {
      throwIfInterrupted(context_);
      row = collectCandidates(row, perRow);
      countCandidates(candidates_.count());
      candidates_.keepEqualKeys(probe_.keyValues(), table_->isRanked() ? 1 : 0);
      testCandidates();
    }
    dropDecided();
    if (perRow < candidates_.capacity()) perRow *= 2;
  }
}

bool JoinExistenceOperator::isDecided(std::uint32_t position) const noexcept {
  return position >= end_ || (!marksBuildRows_ && (states_.as<std::uint8_t>()[position] & kMatched) != 0);
}

std::uint32_t JoinExistenceOperator::collectCandidates(std::uint32_t first, std::uint64_t perRow) {
  const std::uint32_t* const probePositions = probe_.positions();
  const std::uint64_t* const hashes = probe_.hashes();
  const JoinRow** const next = probe_.next();
  std::uint32_t* const positions = candidates_.positions();
  const JoinRow** const rows = candidates_.rows();
  const std::uint32_t capacity = candidates_.capacity();
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  std::uint32_t count = 0;
  std::uint32_t row = first;
  while (row < probe_.count() && count < capacity) {
    const std::uint32_t position = probePositions[row];
    const std::uint64_t hash = hashes[row];
    const JoinRow* candidate = isDecided(position) ? nullptr : next[row];
    while (candidate != nullptr && takenOfRow_ < perRow && count < capacity) {
      positions[count] = position;
      rows[count] = candidate;
      const std::uint32_t hit = table_->mayMatch(candidate, hash) ? 1 : 0;
      count += hit;
      takenOfRow_ += hit;
      candidate = candidate->next;
    }
    rowPrefetchToRead(candidate, rowBytes);
    next[row] = candidate;
    if (candidate != nullptr && takenOfRow_ < perRow) break;
    takenOfRow_ = 0;
    ++row;
  }
  candidates_.setCount(count);
  return row;
}

void JoinExistenceOperator::noteMatch(std::uint32_t candidate) {
  states_.as<std::uint8_t>()[candidates_.positions()[candidate]] |= kMatched;
  if (marksBuildRows_) joinRowMark(candidates_.rows()[candidate]);
}

void JoinExistenceOperator::testCandidates() {
  if (candidates_.count() == 0) return;
  if (ExpressionEvaluator* const condition = candidates_.condition()) {
    testCondition(*condition);
    return;
  }
  for (std::uint32_t i = 0; i < candidates_.count(); ++i) noteMatch(i);
}

void JoinExistenceOperator::testCondition(ExpressionEvaluator& condition) {
  const std::uint32_t* const positions = candidates_.positions();
  auto* const indexes = selection_.as<std::uint32_t>();
  std::uint32_t begin = 0;
  for (;;) {
    RowSelection tested{nullptr, candidates_.count()};
    if (begin != 0) {
      std::iota(indexes, indexes + (candidates_.count() - begin), begin);
      tested = {indexes, candidates_.count() - begin};
    }
    testCondition(condition, tested);
    if (!condition.hasPending()) return;
    RowError failure = condition.takePending();
    begin += tested.count;
    const std::uint32_t position = positions[begin];
    if (!isDecided(position)) {
      end_ = position;
      pending_.emplace(std::move(failure));
      return;
    }
    // Row-at-a-time evaluation would not have come this far in the row.
    while (begin < candidates_.count() && positions[begin] == position) ++begin;
    if (begin == candidates_.count()) return;
    candidates_.condition();
  }
}

void JoinExistenceOperator::testCondition(ExpressionEvaluator& condition, RowSelection& tested) {
  if (spec_.probeOutput != ProbeOutput::Marked) {
    forEachRow(condition.filterUpTo(0, tested), [&](std::uint32_t, std::uint32_t candidate) { noteMatch(candidate); });
    return;
  }
  const Vector& value = condition.value(0, tested);
  if (tested.count == 0) return;
  const auto* const values = value.values<std::uint8_t>();
  const std::uint8_t* const nulls = value.nulls();
  const std::uint32_t stride = value.isConstant() ? 0 : 1;
  auto* const states = states_.as<std::uint8_t>();
  forEachRow(tested, [&](std::uint32_t, std::uint32_t candidate) {
    const bool isNull = nulls != nullptr && nulls[candidate * stride] != 0;
    const std::uint8_t found = isNull ? kUnknown : values[candidate * stride] != 0 ? kMatched : std::uint8_t{0};
    states[candidates_.positions()[candidate]] |= found;
  });
}

void JoinExistenceOperator::dropDecided() {
  std::uint32_t* const positions = probe_.positions();
  std::uint64_t* const hashes = probe_.hashes();
  const JoinRow** const next = probe_.next();
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < probe_.count(); ++i) {
    const bool isKept = next[i] != nullptr && !isDecided(positions[i]);
    positions[count] = positions[i];
    hashes[count] = hashes[i];
    next[count] = next[i];
    count += isKept ? 1 : 0;
  }
  probe_.setCount(count);
}

const Batch* JoinExistenceOperator::deliver() {
  if (spec_.probeOutput == ProbeOutput::Nothing) return nullptr;
  const auto* const states = states_.as<std::uint8_t>();
  auto* const target = selection_.as<std::uint32_t>();
  const bool keepsAll = spec_.probeOutput == ProbeOutput::Marked;
  const std::uint8_t wanted = spec_.probeOutput == ProbeOutput::Matched ? kMatched : 0;
  std::uint32_t count = 0;
  forEachRow(probe_.inputRows(), [&](std::uint32_t, std::uint32_t position) {
    target[count] = position;
    count += position < end_ && (keepsAll || (states[position] & kMatched) == wanted) ? 1 : 0;
  });
  if (count == 0) return nullptr;
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) {
    const std::uint32_t column = spec_.outputColumns[i];
    batch_.columns[i] = column == spec_.probeColumnCount() ? mark({target, count}) : input_->columns[column];
  }
  batch_.rowCount = input_->rowCount;
  if (count == input_->rowCount) {
    batch_.selectAll(count);
  } else {
    batch_.select(target, count);
  }
  return &batch_;
}

Vector JoinExistenceOperator::mark(const RowSelection& rows) {
  const auto* const states = states_.as<std::uint8_t>();
  auto* const values = static_cast<std::uint8_t*>(mark_.mutableData());
  std::uint8_t* const nulls = mark_.mutableNulls();
  forEachRow(rows, [=](std::uint32_t, std::uint32_t position) {
    values[position] = states[position] & kMatched;
    nulls[position] = states[position] == kUnknown ? 1 : 0;
  });
  const bool nullable = spec_.nullAwareMark || (spec_.condition && spec_.condition->nullable);
  return Vector::refer(PhysicalType::Bool, values, nullable ? nulls : nullptr);
}

}  // namespace basalt::interpreter
