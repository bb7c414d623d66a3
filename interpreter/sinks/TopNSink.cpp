#include "interpreter/sinks/TopNSink.h"

#include <cstring>

#include "interpreter/rows/RowPacking.h"
#include "interpreter/sinks/SortKeyEncoding.h"

namespace basalt::interpreter {

TopNSink::TopNSink(const WorkerContext& context, const TopNSpec& spec, TopNTable* table)
    : BatchSink(spec.label()),
      spec_(spec.rows),
      table_(table),
      stored_(context, label(), spec.rows.stored),
      values_(spec.rows.stored.size()),
      keys_(context.budget, std::size_t{context.batchRows} * spec.rows.keys.bytes()),
      targets_(context.budget, context.batchRows * sizeof(std::byte*)) {
  // The keys' places in the buffer are the same for all batches.
  auto* const targets = targets_.as<std::byte*>();
  for (std::uint32_t i = 0; i < context.batchRows; ++i) targets[i] = keys_.data() + std::size_t{i} * spec_.keys.bytes();
}

void TopNSink::doConsume(const Batch& batch) {
  stored_.begin(batch);
  RowSelection rows = RowSelection::of(batch);
  for (std::size_t i = 0; i < values_.size() && rows.count != 0; ++i) values_[i] = stored_.value(i, rows);
  if (rows.count != 0) {
    const std::byte* const* const keys = targets_.as<const std::byte*>();
    encodeSortKeys(spec_.keys, values_, rows, targets_.as<std::byte*>());
    for (std::uint32_t i = 0; i < rows.count; ++i) {
      std::memcpy(table_->candidate, keys[i], spec_.keys.bytes());
      if (!topNAccepts(table_)) continue;
      packRow(values_, rows.position(i), spec_.layout, table_->candidate, table_->rows);
      if (!topNCommit(table_)) throwExportFailure();
    }
  }
  stored_.throwPending();
}

}  // namespace basalt::interpreter
