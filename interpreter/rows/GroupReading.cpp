#include "interpreter/rows/GroupReading.h"

#include "interpreter/RowError.h"
#include "interpreter/rows/RowPacking.h"

namespace basalt::interpreter {

GroupReading::GroupReading(const WorkerContext& context, const AggregationSpec& spec,
                           const std::vector<std::uint32_t>& sites)
    : context_(context), spec_(spec), sites_(sites) {
  for (const AggregateSpec& aggregate : spec.aggregates) loops_.push_back(&aggregateLoops(*aggregate.function));
  for (const Field& field : spec.output) {
    columns_.push_back(Vector::allocate(field.type.physical(), context.batchRows, context.budget));
  }
  batch_.columns.resize(columns_.size());
}

const Batch& GroupReading::read(const std::byte* const* rows, std::uint32_t count) {
  finalise(rows, count);
  const std::uint32_t good = hasPending() ? pending_.row : count;
  for (std::size_t key = 0; key < spec_.keyCount(); ++key) {
    batch_.columns[key] = readColumn(rows, RowSelection{nullptr, good}, spec_.layout.column(key), columns_[key]);
  }
  batch_.selectAll(good);
  return batch_;
}

void GroupReading::finalise(const std::byte* const* rows, std::uint32_t count) {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    const std::size_t output = spec_.keyCount() + i;
    Vector& column = columns_[output];
    ErrorCode error = ErrorCode::None;
    std::uint32_t errorRow = 0;
    loops_[i]->finalise({.rows = rows,
                         .stateOffset = spec_.layout.blockOffset(i),
                         .rowCount = hasPending() ? pending_.row : count,
                         .output = column.mutableData(),
                         .nulls = column.mutableNulls(),
                         .error = &error,
                         .errorRow = &errorRow});
    if (error != ErrorCode::None) pending_ = {error, errorRow, i};
    const bool nullable = spec_.output[output].nullable;
    batch_.columns[output] = Vector::refer(column.type(), column.data(), nullable ? column.nulls() : nullptr);
  }
}

void GroupReading::throwPending() const {
  if (!hasPending()) return;
  throw RowError(pending_.code, sites_[pending_.aggregate], spec_.label(), spec_.aggregates[pending_.aggregate].text);
}

std::uint64_t GroupReading::memoryEstimate() const noexcept {
  std::uint64_t bytes = 0;
  for (const Field& field : spec_.output) {
    bytes += std::uint64_t{context_.batchRows} * (byteSize(field.type.physical()) + (field.nullable ? 1 : 0));
  }
  return bytes;
}

}  // namespace basalt::interpreter
