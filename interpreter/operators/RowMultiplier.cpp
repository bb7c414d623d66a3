#include "interpreter/operators/RowMultiplier.h"

namespace basalt::interpreter {

RowMultiplier::RowMultiplier(const WorkerContext& context, const Schema& output)
    : context_(context),
      output_(output),
      capacity_(context.batchRows),
      positions_(context.budget, (capacity_ + kSelectionPadding) * sizeof(std::uint32_t)),
      columns_(output.size()) {}

Vector& RowMultiplier::storage(std::size_t column) {
  Vector& storage = columns_[column];
  if (storage.data() == nullptr) {
    storage = Vector::allocate(output_[column].type.physical(), capacity_, context_.budget);
  }
  return storage;
}

Vector RowMultiplier::gather(const Vector& source, std::size_t column, std::uint32_t count) {
  if (source.isConstant()) return source;
  Vector& target = storage(column);
  const RowSelection rows{positions(), count};
  compactValues(source, rows, target.mutableData());
  const std::uint8_t* nulls = nullptr;
  if (source.nulls() != nullptr) {
    std::uint8_t* const bytes = target.mutableNulls();
    compactNulls(source, rows, bytes);
    nulls = bytes;
  }
  return Vector::refer(source.type(), target.data(), nulls);
}

std::uint64_t RowMultiplier::memoryEstimate() const noexcept {
  std::uint64_t rowBytes = sizeof(std::uint32_t);
  for (const Field& field : output_) rowBytes += byteSize(field.type.physical()) + (field.nullable ? 1 : 0);
  return rowBytes * capacity_;
}

}  // namespace basalt::interpreter
