#include "interpreter/operators/JoinCandidates.h"

#include <algorithm>

#include "interpreter/rows/PhysicalKernels.h"
#include "interpreter/rows/RowPacking.h"

namespace basalt::interpreter {

void throwIfInterrupted(const WorkerContext& context) {
  if (__atomic_load_n(context.pipelineState->interrupt, __ATOMIC_RELAXED) == 0) return;
  throw RowError(ErrorCode::Cancelled, UINT32_MAX, "query", "the query was cancelled");
}

JoinCandidates::JoinCandidates(const WorkerContext& context, const std::string& label, const JoinSpec& spec)
    : context_(context), spec_(spec), joinedColumns_(spec.probeColumnCount() + spec.build().output.size()) {
  if (spec.condition) condition_.emplace(context, label, std::span(&spec.condition, 1));
}

void JoinCandidates::open(std::uint32_t capacity) {
  capacity_ = capacity;
  const std::size_t rows = capacity + kSelectionPadding;
  positions_ = Buffer(context_.budget, rows * sizeof(std::uint32_t));
  rows_ = Buffer(context_.budget, rows * sizeof(const JoinRow*));
  count_ = 0;
}

void JoinCandidates::close() noexcept {
  positions_ = Buffer();
  rows_ = Buffer();
  std::ranges::fill(joinedColumns_, Vector());
}

std::uint64_t JoinCandidates::memoryEstimate() const noexcept {
  std::uint64_t rowBytes = sizeof(std::uint32_t) + sizeof(const JoinRow*);
  for (const Field& field : spec_.output) rowBytes += byteSize(field.type.physical()) + (field.nullable ? 1 : 0);
  return rowBytes * context_.batchRows + (condition_ ? condition_->memoryEstimate() : 0);
}

template <typename Keep>
void JoinCandidates::keepIf(Keep keep) {
  std::uint32_t* const positions = this->positions();
  const JoinRow** const rows = this->rows();
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const std::uint32_t position = positions[i];
    const JoinRow* const row = rows[i];
    const bool isKept = keep(position, reinterpret_cast<const std::byte*>(row));  // NOLINT
    positions[count] = position;
    rows[count] = row;
    count += isKept ? 1 : 0;
  }
  count_ = count;
}

void JoinCandidates::keepEqualKeys(const std::vector<Vector>& keys, std::size_t first) {
  for (std::size_t i = first; i < keys.size() && count_ != 0; ++i) {
    const Vector& key = keys[i];
    const std::uint32_t stride = key.isConstant() ? 0 : 1;
    const RowLayout::Column& column = spec_.layout.column(i);
    visitPhysicalType(key.type(), [&]<typename Kernels>() {
      const auto isEqual = [&key, stride, offset = column.offset](std::uint32_t position, const std::byte* row) {
        return Kernels::equal(Kernels::load(key.data(), position * stride), Kernels::load(row + offset));
      };
      // Candidates of other keys have no NULL in them.
      if (!spec_.nullSafe[i] || (key.nulls() == nullptr && !column.nullable)) {
        keepIf(isEqual);
        return;
      }
      keepIf([&](std::uint32_t position, const std::byte* row) {
        const bool isNull = key.nulls() != nullptr && key.nulls()[position * stride] != 0;
        const bool isStoredNull = column.nullable && row[column.nullOffset] != std::byte{0};
        return isNull || isStoredNull ? isNull == isStoredNull : isEqual(position, row);
      });
    });
  }
}

ExpressionEvaluator* JoinCandidates::condition() {
  if (!condition_) return nullptr;
  condition_->begin(*this, count_);
  return &*condition_;
}

void JoinCandidates::keep(const RowSelection& kept) {
  if (kept.positions != nullptr) {
    std::uint32_t* const positions = this->positions();
    const JoinRow** const rows = this->rows();
    for (std::uint32_t i = 0; i < kept.count; ++i) {
      positions[i] = positions[kept.positions[i]];
      rows[i] = rows[kept.positions[i]];
    }
  }
  count_ = kept.count;
}

Vector JoinCandidates::joinedColumn(std::uint32_t index, std::uint32_t count) {
  const std::size_t probeColumns = spec_.probeColumnCount();
  const bool isProbeColumn = index < probeColumns;
  const Vector* const source = isProbeColumn ? &input_->columns[index] : nullptr;
  if (isProbeColumn && source->isConstant()) return *source;
  const std::uint32_t stored = isProbeColumn ? 0 : spec_.storedColumnOf[index - probeColumns];
  Vector& target = joinedColumns_[index];
  if (target.data() == nullptr) {
    const PhysicalType type = isProbeColumn ? source->type() : spec_.layout.column(stored).type;
    target = Vector::allocate(type, capacity_, context_.budget);
  }
  if (!isProbeColumn) {
    return readColumn(rows_.as<const std::byte*>(), RowSelection{nullptr, count}, spec_.layout.column(stored), target);
  }
  const RowSelection gathered{positions(), count};
  compactValues(*source, gathered, target.mutableData());
  const std::uint8_t* nulls = nullptr;
  if (source->nulls() != nullptr) {
    std::uint8_t* const bytes = target.mutableNulls();
    compactNulls(*source, gathered, bytes);
    nulls = bytes;
  }
  return Vector::refer(source->type(), target.data(), nulls);
}

}  // namespace basalt::interpreter
