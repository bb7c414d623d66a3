#include "interpreter/sinks/ResultSink.h"

#include <algorithm>

#include "interpreter/rows/RowPacking.h"
#include "runtime/types/StringView.h"

namespace basalt::interpreter {

namespace {

/// The vector without its first `first` rows.
Vector from(const Vector& vector, std::uint32_t first) {
  if (vector.isConstant()) return vector;
  const std::uint8_t* const nulls = vector.nulls();
  return Vector::refer(vector.type(), vector.values<std::byte>() + std::size_t{first} * byteSize(vector.type()),
                       nulls != nullptr ? nulls + first : nullptr);
}

}  // namespace

ResultSink::ResultSink(ResultWriter* writer) : BatchSink("Result"), writer_(writer) {}

void ResultSink::doConsume(const Batch& batch) {
  const RowSelection rows = RowSelection::of(batch);
  for (std::uint32_t done = 0; done < rows.count;) {
    if (!resultReserve(writer_)) throwExportFailure();
    const auto count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(writer_->capacity - writer_->count, rows.count - done));
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      if (rows.positions != nullptr) {
        copyColumn(batch.columns[i], {rows.positions + done, count}, writer_->columns[i]);
      } else {
        copyColumn(from(batch.columns[i], done), {nullptr, count}, writer_->columns[i]);
      }
    }
    writer_->count += count;
    done += count;
  }
}

void ResultSink::copyColumn(const Vector& source, const RowSelection& rows, const ResultColumn& target) {
  const std::size_t bytes = byteSize(source.type());
  std::byte* const values = target.values + writer_->count * bytes;
  std::uint8_t* const nulls = target.nulls != nullptr ? target.nulls + writer_->count : nullptr;
  if (nulls != nullptr) compactNulls(source, rows, nulls);
  if (source.type() != PhysicalType::String) {
    compactValues(source, rows, values);
    return;
  }
  auto* const strings = reinterpret_cast<StringView*>(values);  // NOLINT
  const std::uint32_t stride = source.isConstant() ? 0 : 1;
  forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) {
    // What lies under a NULL need not be a string.
    const bool isNull = nulls != nullptr && nulls[index] != 0;
    const StringView text = isNull ? StringView{} : source.values<StringView>()[position * stride];
    if (!resultStoreString(writer_, &strings[index], text)) throwExportFailure();
  });
}

}  // namespace basalt::interpreter
