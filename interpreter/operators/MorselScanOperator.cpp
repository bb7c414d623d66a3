#include "interpreter/operators/MorselScanOperator.h"

namespace basalt::interpreter {

namespace {

/// When at least 3/4 of the rows are left, decoding all of them by vector instructions and keeping a selection is
/// cheaper than picking rows out.
bool manyRowsAreLeft(std::uint32_t left, std::uint32_t rowCount) noexcept { return left >= rowCount - rowCount / 4; }

/// When fewer than 1/8 are left, the filter's further columns are decoded for these only.
bool fewRowsAreLeft(std::uint32_t left, std::uint32_t rowCount) noexcept { return left < rowCount / 8; }

/// The parts of a condition that must all hold, in order.
std::vector<ExpressionPointer> conjunctsOf(const ExpressionPointer& condition) {
  if (condition->kind == Expression::Kind::And) return condition->arguments;
  return {condition};
}

}  // namespace

MorselScanOperator::MorselScanOperator(const WorkerContext& context, const ScanSpec& spec)
    : SourceOperator(spec.label(), spec.output), spec_(spec), batchRows_(context.batchRows) {
  for (std::size_t i = 0; i < spec.readColumns.size(); ++i) {
    decoders_.emplace_back(spec.readSchema[i].type.physical(), spec.table->encoding(spec.readColumns[i]), batchRows_,
                           context.budget);
  }
  if (spec.filter) makeFilter(context);
  batch_.columns.resize(spec.outputColumns.size());
}

void MorselScanOperator::makeFilter(const WorkerContext& context) {
  const std::vector<ExpressionPointer> conjuncts = conjunctsOf(spec_.filter);
  filter_.emplace(context, label(), conjuncts);
  const auto& parameters = context.pipeline->literalIndex;
  for (const ExpressionPointer& conjunct : conjuncts) {
    const auto parameter = parameters.find(StoredComparison::literalOf(*conjunct));
    storedComparisons_.push_back(
        parameter == parameters.end()
            ? std::nullopt
            : StoredComparison::make(*conjunct, spec_,
                                     context.pipelineState->parameters + parameter->second * kParameterBytes,
                                     batchRows_, context.budget));
  }
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
  for (std::size_t i = 0; i < filter_->rootCount() && rows.count != 0; ++i) {
    std::optional<StoredComparison>& stored = storedComparisons_[i];
    if (stored && morsel().columns[stored->column()].validity == nullptr) {
      rows = stored->filter(morsel().columns[stored->column()], first_, rows);
    } else {
      rows = filter_->filter(i, rows);
    }
  }
  return rows;
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
