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
  for (std::size_t i = 0; i < values_.size() && rows.count != 0; ++i) values_[i] = stored_.value(i, rows);
  for (std::size_t i = 0; i < spec_.keyCount() && rows.count != 0 && !spec_.storesNullKeys(); ++i) {
    if (!spec_.nullSafe[i]) rows = selectNotNull(values_[i], rows, selection_.as<std::uint32_t>());
  }
  if (rows.count != 0) {
    auto* const targets = targets_.as<std::byte*>();
    if (spec_.rowHeader() >= JoinRowHeader::Hashed) {
      hashKeys(std::span(values_).first(spec_.keyCount()), rows, hashes_.as<std::uint64_t>());
    }
    appendRows(rows_, rows.count, targets);
    setHeaders(rows);
    for (std::size_t i = 0; i < values_.size(); ++i)
      packColumn(values_[i], rows, spec_.layout.column(i), targets, rows_);
  }
  stored_.throwPending();
}

void JoinBuildSink::setHeaders(const RowSelection& rows) {
  const auto* const hashes = hashes_.as<std::uint64_t>();
  auto* const targets = targets_.as<std::byte*>();
  switch (spec_.rowHeader()) {
    case JoinRowHeader::None:
      return;
    case JoinRowHeader::Linked:
      for (std::uint32_t i = 0; i < rows.count; ++i) *reinterpret_cast<JoinRow*>(targets[i]) = {nullptr};  // NOLINT
      return;
    case JoinRowHeader::Hashed:
      for (std::uint32_t i = 0; i < rows.count; ++i) {
        *reinterpret_cast<HashedJoinRow*>(targets[i]) = {{nullptr}, hashes[i]};  // NOLINT
      }
      return;
    case JoinRowHeader::Tracked:
      for (std::uint32_t i = 0; i < rows.count; ++i) {
        *reinterpret_cast<TrackedJoinRow*>(targets[i]) = {{{nullptr}, hashes[i]}, 0, 0};  // NOLINT
      }
      noteUnlinked(rows);
  }
}

void JoinBuildSink::noteUnlinked(const RowSelection& rows) {
  auto* const targets = targets_.as<std::byte*>();
  for (std::size_t key = 0; key < spec_.keyCount(); ++key) {
    const Vector& value = values_[key];
    if (spec_.nullSafe[key] || value.nulls() == nullptr) continue;
    const std::uint32_t stride = value.isConstant() ? 0 : 1;
    forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) {
      auto* const header = reinterpret_cast<TrackedJoinRow*>(targets[index]);  // NOLINT
      header->isUnlinked |= value.nulls()[position * stride];
    });
  }
}

}  // namespace basalt::interpreter
