#include "interpreter/operators/MorselScanOperator.h"

#include "runtime/kernels/Like.h"

namespace basalt::interpreter {

namespace {

/// When at least 3/8 of the rows are left, decoding all of them by vector instructions and keeping a selection is
/// cheaper than picking rows out.
bool manyRowsAreLeft(std::uint32_t left, std::uint32_t rowCount) noexcept { return left >= rowCount / 8 * 3; }

/// When fewer than 1/8 are left, the filter's further columns are decoded for these only.
bool fewRowsAreLeft(std::uint32_t left, std::uint32_t rowCount) noexcept { return left < rowCount / 8; }

}  // namespace

MorselScanOperator::MorselScanOperator(const WorkerContext& context, const ScanSpec& spec)
    : SourceOperator(spec.label(), spec.output), spec_(spec), batchRows_(context.batchRows) {
  for (std::size_t i = 0; i < spec.readColumns.size(); ++i) {
    decoders_.emplace_back(spec.readSchema[i].type.physical(), spec.encoding(i), batchRows_, context.budget);
  }
  if (spec.filter) makeFilter(context);
  batch_.columns.resize(spec.outputColumns.size());
}

void MorselScanOperator::makeFilter(const WorkerContext& context) {
  const std::vector<ExpressionPointer> conjuncts = filterConjuncts(spec_);
  for (const ExpressionPointer& conjunct : conjuncts) {
    const std::optional<StoredComparison> stored = findStoredComparison(*conjunct, spec_);
    storedComparisons_.emplace_back();
    if (!stored) continue;
    const std::size_t parameter = context.pipeline->literalIndex.at(stored->literal);
    storedComparisons_.back().emplace(*stored, spec_.encoding(stored->column),
                                      context.pipelineState->parameters + parameter * kParameterBytes, batchRows_,
                                      context.budget);
  }
  like_ = findStoredLike(*conjuncts.front(), spec_);
  if (like_) pattern_ = static_cast<const LikePattern*>(like_->pattern->prepared.get());
  filter_.emplace(context, label(), conjuncts);
  mask_ = Buffer(context.budget, batchRows_);
  maskSelection_ = Buffer(context.budget, (batchRows_ + kSelectionPadding) * sizeof(std::uint32_t));
}

const Batch* MorselScanOperator::doNextBatch() {
  for (;;) {
    if (filter_) filter_->throwPending();
    const auto [first, rowCount] = claimRows(batchRows_);
    if (rowCount == 0) return nullptr;
    first_ = first;
    rowCount_ = rowCount;
    const RowSelection rows = filterRows(rowCount);
    if (rows.count == 0) continue;
    deliver(rows, rowCount);
    return &batch_;
  }
}

RowSelection MorselScanOperator::filterRows(std::uint32_t rowCount) {
  RowSelection rows{nullptr, rowCount};
  if (!filter_) return rows;
  filter_->begin(*this, rowCount);
  std::size_t next = 0;
  if (canSearchTexts()) {
    rows = searchTexts(rowCount);
    ++next;
  }
  while (next < filter_->rootCount() && rows.count != 0) {
    const std::size_t end = endOfStoredComparisons(next);
    if (end != next) {
      rows = compareStored(next, end, rows);
      next = end;
    } else {
      rows = filter_->filter(next++, rows);
    }
  }
  return rows;
}

bool MorselScanOperator::canSearchTexts() const { return like_ && morsel().columns[like_->column].validity == nullptr; }

RowSelection MorselScanOperator::searchTexts(std::uint32_t rowCount) {
  const ColumnSlice& texts = morsel().columns[like_->column];
  auto* const mask = mask_.as<std::uint8_t>();
  kernels::likeTexts(pattern_, like_->isNegated, texts.values, texts.heap, first_, rowCount, mask);
  return selectTrue(Vector::refer(PhysicalType::Bool, mask, nullptr), {nullptr, rowCount},
                    maskSelection_.as<std::uint32_t>());
}

std::size_t MorselScanOperator::endOfStoredComparisons(std::size_t begin) const {
  std::size_t end = begin;
  while (end < storedComparisons_.size() && storedComparisons_[end] &&
         morsel().columns[storedComparisons_[end]->column()].validity == nullptr) {
    ++end;
  }
  return end;
}

RowSelection MorselScanOperator::compareStored(std::size_t begin, std::size_t end, const RowSelection& rows) {
  auto* const mask = mask_.as<std::uint8_t>();
  for (std::size_t i = begin; i < end; ++i) {
    StoredComparisonLoop& comparison = *storedComparisons_[i];
    comparison.compare(morsel().columns[comparison.column()], first_, rows, mask, i != begin);
  }
  return selectTrue(Vector::refer(PhysicalType::Bool, mask, nullptr), rows, maskSelection_.as<std::uint32_t>());
}

Vector MorselScanOperator::column(std::uint32_t index, const RowSelection& rows) {
  const ColumnSlice& slice = morsel().columns[index];
  if (rows.positions == nullptr || !fewRowsAreLeft(rows.count, rowCount_)) {
    return decoders_[index].decode(slice, first_, rowCount_);
  }
  return decoders_[index].decodeAt(slice, first_, rows);
}

void MorselScanOperator::deliver(const RowSelection& rows, std::uint32_t rowCount) {
  const bool keepsSelection = rows.positions != nullptr && manyRowsAreLeft(rows.count, rowCount);
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) {
    const std::uint32_t column = spec_.outputColumns[i];
    const ColumnSlice& slice = morsel().columns[column];
    batch_.columns[i] = keepsSelection ? decoders_[column].decode(slice, first_, rowCount)
                                       : decoders_[column].decodeCompact(slice, first_, rows);
  }
  batch_.selectAll(keepsSelection ? rowCount : rows.count);
  if (keepsSelection) batch_.select(rows.positions, rows.count);
}

void MorselScanOperator::doReset() {
  SourceOperator::doReset();
  if (filter_) filter_->forgetPending();
}

std::uint64_t MorselScanOperator::ownMemory() const noexcept {
  std::uint64_t bytes = filter_ ? filter_->memoryEstimate() : 0;
  for (const ColumnDecoder& decoder : decoders_) bytes += decoder.memoryEstimate();
  return bytes;
}

}  // namespace basalt::interpreter
