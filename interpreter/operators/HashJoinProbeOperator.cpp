#include "interpreter/operators/HashJoinProbeOperator.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "interpreter/rows/KeyHashing.h"
#include "interpreter/rows/PhysicalKernels.h"
#include "interpreter/rows/RowPacking.h"

namespace basalt::interpreter {

HashJoinProbeOperator::HashJoinProbeOperator(const WorkerContext& context, const JoinSpec& spec, const JoinTable* table,
                                             std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      context_(context),
      spec_(spec),
      table_(table),
      keys_(context, label(), spec.probeKeys),
      keyValues_(spec.probeKeys.size()) {
  if (spec.condition) condition_.emplace(context, label(), std::span(&spec.condition, 1));
  joinedColumns_.resize(spec.probeColumnCount() + spec.build().output.size());
  batch_.columns.resize(spec.outputColumns.size());
  addChild(std::move(input));
}

void HashJoinProbeOperator::doOpen() {
  // Input batches are no larger than this, and no more candidates are collected at once.
  capacity_ = context_.batchRows;
  const std::size_t rows = capacity_ + kSelectionPadding;
  const auto makeBuffer = [&](std::size_t bytes) { return Buffer(context_.budget, rows * bytes); };
  keySelection_ = makeBuffer(sizeof(std::uint32_t));
  hashes_ = makeBuffer(sizeof(std::uint64_t));
  probePositions_ = makeBuffer(sizeof(std::uint32_t));
  probeHashes_ = makeBuffer(sizeof(std::uint64_t));
  probeRows_ = makeBuffer(sizeof(const JoinRow*));
  candidatePositions_ = makeBuffer(sizeof(std::uint32_t));
  candidateRows_ = makeBuffer(sizeof(const std::byte*));
  candidateSelection_ = makeBuffer(sizeof(std::uint32_t));
  doReset();
}

void HashJoinProbeOperator::doReset() {
  input_ = nullptr;
  keys_.forgetPending();
  if (condition_) condition_->forgetPending();
}

void HashJoinProbeOperator::doClose() noexcept {
  for (Buffer* buffer : {&keySelection_, &hashes_, &probePositions_, &probeHashes_, &probeRows_, &candidatePositions_,
                         &candidateRows_, &candidateSelection_}) {
    *buffer = Buffer();
  }
  std::ranges::fill(joinedColumns_, Vector());
}

std::uint64_t HashJoinProbeOperator::ownMemory() const noexcept {
  std::uint64_t rowBytes = 4 * sizeof(std::uint32_t) + 4 * sizeof(std::uint64_t);
  for (const Field& field : spec_.output) rowBytes += byteSize(field.type.physical()) + (field.nullable ? 1 : 0);
  return rowBytes * context_.batchRows + keys_.memoryEstimate() + (condition_ ? condition_->memoryEstimate() : 0);
}

const Batch* HashJoinProbeOperator::doNextBatch() {
  for (;;) {
    if (condition_) condition_->throwPending();
    if (input_ == nullptr && !beginInput()) return nullptr;
    collectCandidates();
    countCandidates(candidateCount_);
    keepEqualKeys();
    if (condition_) keepSatisfied(*condition_);
    if (chain_ == nullptr && cursor_ == probeCount_) {
      const Batch* const result = candidateCount_ == 0 ? nullptr : deliver();
      input_ = nullptr;
      if (result != nullptr) return result;
    } else if (candidateCount_ != 0) {
      return deliver();
    }
  }
}

bool HashJoinProbeOperator::beginInput() {
  // A failure in a key stands behind all rows of the input that were joined since.
  keys_.throwPending();
  input_ = child().nextBatch();
  if (input_ == nullptr) return false;
  keys_.begin(*input_);
  RowSelection rows = RowSelection::of(*input_);
  for (std::size_t i = 0; i < keyValues_.size(); ++i) {
    keyValues_[i] = keys_.value(i, rows);
    if (rows.count == 0) break;
    // A NULL key matches nothing, and the rest of such a row's keys is not evaluated.
    rows = selectNotNull(keyValues_[i], rows, keySelection_.as<std::uint32_t>());
  }
  probeCount_ = 0;
  cursor_ = 0;
  chain_ = nullptr;
  if (rows.count != 0) lookUp(rows);
  return true;
}

void HashJoinProbeOperator::lookUp(const RowSelection& rows) {
  auto* const hashes = hashes_.as<std::uint64_t>();
  hashKeys(keyValues_, rows, hashes);
  for (std::uint32_t i = 0; i < rows.count; ++i) __builtin_prefetch(&table_->directory[hashes[i] >> table_->shift]);

  auto* const positions = probePositions_.as<std::uint32_t>();
  auto* const probeHashes = probeHashes_.as<std::uint64_t>();
  auto* const probeRows = probeRows_.as<const JoinRow*>();
  std::uint32_t count = 0;
  forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) {
    const JoinRow* const row = joinTableFirst(table_, hashes[index]);
    __builtin_prefetch(row);
    positions[count] = position;
    probeHashes[count] = hashes[index];
    probeRows[count] = row;
    count += row != nullptr ? 1 : 0;
  });
  probeCount_ = count;
}

void HashJoinProbeOperator::collectCandidates() {
  const auto* const positions = probePositions_.as<std::uint32_t>();
  const auto* const hashes = probeHashes_.as<std::uint64_t>();
  const auto* const firstRows = probeRows_.as<const JoinRow*>();
  auto* const candidatePositions = candidatePositions_.as<std::uint32_t>();
  auto* const candidateRows = candidateRows_.as<const JoinRow*>();
  std::uint32_t count = 0;
  std::uint32_t cursor = cursor_;
  const JoinRow* row = chain_;
  while (count < capacity_) {
    if (row == nullptr) {
      if (cursor == probeCount_) break;
      row = firstRows[cursor];
    }
    const std::uint64_t hash = hashes[cursor];
    const std::uint32_t position = positions[cursor];
    do {
      candidatePositions[count] = position;
      candidateRows[count] = row;
      count += row->hash == hash ? 1 : 0;
      row = row->next;
    } while (row != nullptr && count < capacity_);
    if (row == nullptr) ++cursor;
  }
  cursor_ = cursor;
  chain_ = row;
  candidateCount_ = count;
}

void HashJoinProbeOperator::keepEqualKeys() {
  auto* const positions = candidatePositions_.as<std::uint32_t>();
  auto* const rows = candidateRows_.as<const std::byte*>();
  for (std::size_t i = 0; i < keyValues_.size(); ++i) {
    const Vector& key = keyValues_[i];
    const std::uint32_t stride = key.isConstant() ? 0 : 1;
    const std::uint32_t offset = spec_.layout.column(i).offset;
    visitPhysicalType(key.type(), [&]<typename Kernels>() {
      std::uint32_t count = 0;
      for (std::uint32_t j = 0; j < candidateCount_; ++j) {
        const std::uint32_t position = positions[j];
        const std::byte* const row = rows[j];
        const bool isEqual = Kernels::equal(Kernels::load(key.data(), position * stride), Kernels::load(row + offset));
        positions[count] = position;
        rows[count] = row;
        count += isEqual ? 1 : 0;
      }
      candidateCount_ = count;
    });
  }
}

void HashJoinProbeOperator::keepSatisfied(ExpressionEvaluator& condition) {
  if (candidateCount_ == 0) return;
  condition.begin(*this, candidateCount_);
  keep(condition.filter(0, RowSelection{nullptr, candidateCount_}));
  // Behind a failing row nothing is joined; the failure is raised when asked for more.
  if (candidateCount_ == 0) condition.throwPending();
}

void HashJoinProbeOperator::keep(const RowSelection& kept) {
  if (kept.positions != nullptr) {
    auto* const positions = candidatePositions_.as<std::uint32_t>();
    auto* const rows = candidateRows_.as<const std::byte*>();
    for (std::uint32_t i = 0; i < kept.count; ++i) {
      positions[i] = positions[kept.positions[i]];
      rows[i] = rows[kept.positions[i]];
    }
  }
  candidateCount_ = kept.count;
}

const Batch* HashJoinProbeOperator::deliver() {
  const RowSelection all{nullptr, candidateCount_};
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) batch_.columns[i] = joinedColumn(spec_.outputColumns[i], all);
  batch_.selectAll(candidateCount_);
  return &batch_;
}

Vector HashJoinProbeOperator::column(std::uint32_t index, const RowSelection& rows) {
  // A branch of the condition may want the column for other rows later, so gather it for all.
  return joinedColumn(index, RowSelection{nullptr, rows.extent()});
}

Vector HashJoinProbeOperator::joinedColumn(std::uint32_t index, const RowSelection& rows) {
  const std::size_t probeColumns = spec_.probeColumnCount();
  const bool isProbeColumn = index < probeColumns;
  const Vector* const source = isProbeColumn ? &input_->columns[index] : nullptr;
  if (isProbeColumn && source->isConstant()) return *source;
  const std::uint32_t stored = isProbeColumn ? 0 : spec_.storedColumnOf[index - probeColumns];
  Vector& target = joinedColumns_[index];
  if (target.data() == nullptr) {
    const PhysicalType type = isProbeColumn ? source->type() : spec_.layout.column(stored).type;
    target = Vector::allocate(type, capacity_, context_.budget);
  }
  if (!isProbeColumn) {
    return readColumn(candidateRows_.as<const std::byte*>(), rows, spec_.layout.column(stored), target);
  }
  const RowSelection gathered{candidatePositions_.as<std::uint32_t>(), rows.count};
  compactValues(*source, gathered, target.mutableData());
  const std::uint8_t* nulls = nullptr;
  if (source->nulls() != nullptr) {
    std::uint8_t* const bytes = target.mutableNulls();
    compactNulls(*source, gathered, bytes);
    nulls = bytes;
  }
  return Vector::refer(source->type(), target.data(), nulls);
}

}  // namespace basalt::interpreter
