#include "interpreter/operators/RowScanOperator.h"

#include "interpreter/rows/RowPacking.h"
#include "operators/spec/WindowSpec.h"
#include "runtime/rows/RowSegment.h"

namespace basalt::interpreter {

namespace {

/// Which stored column each output column is; none for probe columns, which are NULL.
std::vector<std::optional<std::uint32_t>> storedColumnsOf(const JoinSpec& join) {
  std::vector<std::optional<std::uint32_t>> stored;
  const std::size_t probeColumns = join.probeColumnCount();
  for (const std::uint32_t column : join.outputColumns) {
    stored.push_back(column < probeColumns ? std::nullopt : std::optional(join.storedColumnOf[column - probeColumns]));
  }
  return stored;
}

/// The first columns of the row, in order.
std::vector<std::optional<std::uint32_t>> firstColumns(std::size_t count) {
  std::vector<std::optional<std::uint32_t>> stored;
  for (std::uint32_t column = 0; column < count; ++column) stored.emplace_back(column);
  return stored;
}

/// Which stored column each output column is: those of the input, then the functions' results.
std::vector<std::optional<std::uint32_t>> storedColumnsOf(const WindowSpec& window) {
  std::vector<std::optional<std::uint32_t>> stored = firstColumns(window.children[0]->output.size());
  for (std::size_t function = 0; function < window.functions.size(); ++function) {
    stored.emplace_back(static_cast<std::uint32_t>(window.resultColumn(function)));
  }
  return stored;
}

}  // namespace

RowScanOperator::RowScanOperator(const WorkerContext& context, const OperatorSpec& spec)
    : SourceOperator(spec.label(), spec.output), context_(context), layout_(rowLayoutOf(spec)) {
  if (const AggregationSpec* const aggregation = asAggregation(spec)) {
    groups_.emplace(context, *aggregation, context.pipeline->sourceAggregateSites);
    return;
  }
  if (const auto* const join = dynamic_cast<const JoinSpec*>(&spec)) {
    storedColumns_ = storedColumnsOf(*join);
  } else if (const auto* const window = dynamic_cast<const WindowSpec*>(&spec)) {
    storedColumns_ = storedColumnsOf(*window);
  } else {
    storedColumns_ = firstColumns(spec.output.size());
  }
  for (const Field& field : spec.output) {
    columns_.push_back(Vector::allocate(field.type.physical(), context.batchRows, context.budget));
  }
  batch_.columns.resize(columns_.size());
}

const std::byte* const* RowScanOperator::addressesFrom(std::uint64_t first, std::uint32_t count) {
  if (morsel().addresses != nullptr) return morsel().addresses + first;
  addresses_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    addresses_[i] = segmentRow(nullptr, morsel().first, first + i, layout_.rowBytes());
  }
  return addresses_.data();
}

const Batch* RowScanOperator::doNextBatch() {
  if (groups_) groups_->throwPending();
  const auto [first, claimed] = claimRows(context_.batchRows);
  if (claimed == 0) return nullptr;
  const std::byte* const* const rows = addressesFrom(first, claimed);
  // Merged groups and sorted rows lie anywhere.
  for (std::uint32_t i = 0; i < claimed; ++i) rowPrefetchToRead(rows[i], layout_.rowBytes());
  if (groups_) {
    const Batch& groups = groups_->read(rows, claimed);
    if (groups.rowCount == 0) groups_->throwPending();
    return &groups;
  }
  for (std::size_t i = 0; i < storedColumns_.size(); ++i) {
    batch_.columns[i] = storedColumns_[i] ? readColumn(rows, RowSelection{nullptr, claimed},
                                                       layout_.column(*storedColumns_[i]), columns_[i])
                                          : Vector::constant(columns_[i].type(), columns_[i].data(), true);
  }
  batch_.selectAll(claimed);
  return &batch_;
}

void RowScanOperator::doReset() {
  SourceOperator::doReset();
  if (groups_) groups_->forgetPending();
}

std::uint64_t RowScanOperator::ownMemory() const noexcept {
  if (groups_) return groups_->memoryEstimate();
  std::uint64_t bytes = 0;
  for (const Field& field : schema()) {
    bytes += std::uint64_t{context_.batchRows} * (byteSize(field.type.physical()) + (field.nullable ? 1 : 0));
  }
  return bytes;
}

}  // namespace basalt::interpreter
