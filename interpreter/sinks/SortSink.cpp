#include "interpreter/sinks/SortSink.h"

#include "interpreter/rows/RowPacking.h"
#include "interpreter/sinks/SortKeyEncoding.h"

namespace basalt::interpreter {

SortSink::SortSink(const WorkerContext& context, const OperatorSpec& spec, RowAppender* rows)
    : BatchSink(spec.label()),
      spec_(sortedRowsOf(spec)),
      rows_(rows),
      stored_(context, label(), spec_.stored),
      values_(spec_.stored.size()),
      targets_(context.budget, context.batchRows * sizeof(std::byte*)) {}

void SortSink::doConsume(const Batch& batch) {
  stored_.begin(batch);
  RowSelection rows = RowSelection::of(batch);
  for (std::size_t i = 0; i < values_.size() && rows.count != 0; ++i) values_[i] = stored_.value(i, rows);
  if (rows.count != 0) {
    auto* const targets = targets_.as<std::byte*>();
    appendRows(rows_, rows.count, targets);
    encodeSortKeys(spec_.keys, values_, rows, targets);
    for (std::size_t i = 0; i < values_.size(); ++i)
      packColumn(values_[i], rows, spec_.layout.column(i), targets, rows_);
  }
  stored_.throwPending();
}

}  // namespace basalt::interpreter
