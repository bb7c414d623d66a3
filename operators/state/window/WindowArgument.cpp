#include "operators/state/window/WindowArgument.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "runtime/batch/Vector.h"

namespace basalt {
namespace {

/// Copies values of a size that is known when this is compiled.
template <std::size_t Bytes>
void gatherValues(const WindowPartition& partition, RowRange rows, std::uint32_t offset, std::byte* target) {
  for (std::uint64_t position = rows.begin; position < rows.end; ++position, target += Bytes) {
    std::memcpy(target, partition.row(position) + offset, Bytes);
  }
}

}  // namespace

std::optional<RowLayout::Column> argumentColumn(const WindowSpec& spec, const WindowFunctionSpec& function) {
  if (!function.argument) return {};
  return spec.rows.layout.column(*function.argument);
}

WindowArgument::WindowArgument(const std::optional<RowLayout::Column>& column,
                               const std::shared_ptr<MemoryBudget>& budget)
    : column_(column), values_(BudgetAllocator<std::byte>(budget)), nulls_(BudgetAllocator<std::uint8_t>(budget)) {
  if (column_) valueBytes_ = byteSize(column_->type);
}

void WindowArgument::reset(const WindowPartition& partition, bool holdAll) {
  partition_ = &partition;
  held_ = {};
  if (holdAll && column_) gather({0, partition.size()});
}

void WindowArgument::gather(RowRange rows) {
  held_ = rows;
  const std::uint64_t count = rows.end - rows.begin;
  if (values_.size() < count * valueBytes_) values_.resize(count * valueBytes_);
  std::byte* const target = values_.data();
  switch (valueBytes_) {
    case 1:
      gatherValues<1>(*partition_, rows, column_->offset, target);
      break;
    case 2:
      gatherValues<2>(*partition_, rows, column_->offset, target);
      break;
    case 4:
      gatherValues<4>(*partition_, rows, column_->offset, target);
      break;
    case 8:
      gatherValues<8>(*partition_, rows, column_->offset, target);
      break;
    default:
      gatherValues<16>(*partition_, rows, column_->offset, target);
      break;
  }
  if (!column_->nullable) return;
  if (nulls_.size() < count) nulls_.resize(count);
  for (std::uint64_t index = 0; index < count; ++index) {
    nulls_[index] = isNull(*column_, partition_->row(rows.begin + index)) ? 1 : 0;
  }
}

ErrorCode WindowArgument::update(const AggregateLoops& loops, RowRange rows, std::byte* state, StringArena& arena) {
  ErrorCode error = ErrorCode::None;
  while (!rows.isEmpty() && error == ErrorCode::None) {
    partition_->interruptCheck()();
    const std::uint64_t end = std::min(rows.end, rows.begin + kBatchRows);
    AggregateUpdateCall call;
    call.single = state;
    call.rowCount = static_cast<std::uint32_t>(end - rows.begin);
    call.error = &error;
    call.arena = &arena;
    Vector argument;
    if (column_) {
      if (rows.begin < held_.begin || end > held_.end) {
        gather({rows.begin, std::min(rows.begin + kBatchRows, partition_->size())});
      }
      const std::uint64_t first = rows.begin - held_.begin;
      argument = Vector::refer(column_->type, values_.data() + first * valueBytes_,
                               column_->nullable ? nulls_.data() + first : nullptr);
      call.arguments = std::span<const Vector>(&argument, 1);
    }
    loops.update(call);
    rows.begin = end;
  }
  return error;
}

}  // namespace basalt
