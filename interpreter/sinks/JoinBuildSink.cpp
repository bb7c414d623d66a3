#include "interpreter/sinks/JoinBuildSink.h"

#include <span>

#include "interpreter/rows/KeyHashing.h"
#include "interpreter/rows/RowPacking.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt::interpreter {

JoinBuildSink::JoinBuildSink(const WorkerContext& context, const JoinSpec& spec, RowAppender* rows)
    : BatchSink(spec.label()),
      spec_(spec),
      rows_(rows),
      stored_(context, label(), spec.stored),
      values_(spec.stored.size()),
      selection_(context.budget, (context.batchRows + kSelectionPadding) * sizeof(std::uint32_t)),
      hashes_(context.budget, context.batchRows * sizeof(std::uint64_t)),
      targets_(context.budget, context.batchRows * sizeof(std::byte*)) {}

void JoinBuildSink::doConsume(const Batch& batch) {
  stored_.begin(batch);
  RowSelection rows = RowSelection::of(batch);
  for (std::size_t i = 0; i < values_.size() && rows.count != 0; ++i) {
    values_[i] = stored_.value(i, rows);
    if (i < spec_.keyCount() && rows.count != 0) rows = selectNotNull(values_[i], rows, selection_.as<std::uint32_t>());
  }
  if (rows.count != 0) {
    auto* const hashes = hashes_.as<std::uint64_t>();
    auto* const targets = targets_.as<std::byte*>();
    hashKeys(std::span(values_).first(spec_.keyCount()), rows, hashes);
    appendRows(rows_, rows.count, targets);
    for (std::uint32_t i = 0; i < rows.count; ++i) {
      *reinterpret_cast<JoinRow*>(targets[i]) = {nullptr, hashes[i]};  // NOLINT
    }
    for (std::size_t i = 0; i < values_.size(); ++i)
      packColumn(values_[i], rows, spec_.layout.column(i), targets, rows_);
  }
  stored_.throwPending();
}

}  // namespace basalt::interpreter
