#include "interpreter/rows/RowPacking.h"

#include <cstring>
#include <exception>

#include "interpreter/columns/ValueWidth.h"
#include "runtime/ExecutionError.h"
#include "runtime/pipeline/ExportFailure.h"
#include "runtime/types/StringView.h"

namespace basalt::interpreter {

namespace {

void storeString(RowAppender* strings, std::byte* target, StringView text) {
  auto* const stored = reinterpret_cast<StringView*>(target);  // NOLINT
  if (strings == nullptr) {
    *stored = text;
  } else if (!rowStoreString(strings, stored, text)) {
    throwExportFailure();
  }
}

void packNulls(const Vector& source, const RowSelection& rows, const RowLayout::Column& column,
               std::byte* const* targets) {
  const std::uint8_t* const nulls = source.nulls();
  const std::uint32_t offset = column.nullOffset;
  if (nulls == nullptr || source.isConstant()) {
    const auto value = static_cast<std::byte>(nulls != nullptr ? nulls[0] : 0);
    for (std::uint32_t i = 0; i < rows.count; ++i) targets[i][offset] = value;
  } else {
    forEachRow(rows, [=](std::uint32_t index, std::uint32_t position) {
      targets[index][offset] = static_cast<std::byte>(nulls[position]);
    });
  }
}

/// `strings`: where copies go; null where views are kept.
void packStrings(const Vector& source, const RowSelection& rows, std::uint32_t offset, std::byte* const* targets,
                 RowAppender* strings) {
  const auto* const values = source.values<StringView>();
  const std::uint8_t* const nulls = source.nulls();
  const std::uint32_t stride = source.isConstant() ? 0 : 1;
  forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) {
    const std::uint32_t entry = position * stride;
    // What lies under a NULL need not be a string.
    const bool isNull = nulls != nullptr && nulls[entry] != 0;
    storeString(strings, targets[index] + offset, isNull ? StringView{} : values[entry]);
  });
}

}  // namespace

void packColumn(const Vector& source, const RowSelection& rows, const RowLayout::Column& column,
                std::byte* const* targets, RowAppender* strings) {
  if (column.nullable) packNulls(source, rows, column, targets);
  if (column.type == PhysicalType::String) {
    packStrings(source, rows, column.offset, targets, column.sharesText ? nullptr : strings);
    return;
  }
  visitWidth(byteSize(column.type), [&]<typename T>() {
    const T* const values = source.values<T>();
    const std::uint32_t stride = source.isConstant() ? 0 : 1;
    forEachRow(rows, [&, offset = column.offset](std::uint32_t index, std::uint32_t position) {
      std::memcpy(targets[index] + offset, &values[position * stride], sizeof(T));
    });
  });
}

void packRow(std::span<const Vector> sources, std::uint32_t position, const RowLayout& layout, std::byte* target,
             RowAppender* strings) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    packColumn(sources[i], RowSelection{&position, 1}, layout.column(i), &target, strings);
  }
}

void appendRows(RowAppender* appender, std::uint32_t count, std::byte** targets) {
  for (std::uint32_t i = 0; i < count; ++i) {
    targets[i] = rowAppend(appender);
    if (targets[i] == nullptr) throwExportFailure();
  }
}

Vector readColumn(const std::byte* const* rows, const RowSelection& selected, const RowLayout::Column& column,
                  Vector& target) {
  visitWidth(byteSize(column.type), [&]<typename T>() {
    T* const values = static_cast<T*>(target.mutableData());
    forEachRow(selected, [=, offset = column.offset](std::uint32_t, std::uint32_t position) {
      std::memcpy(&values[position], rows[position] + offset, sizeof(T));
    });
  });
  const std::uint8_t* nulls = nullptr;
  if (column.nullable) {
    std::uint8_t* const bytes = target.mutableNulls();
    std::uint8_t any = 0;
    forEachRow(selected, [&, offset = column.nullOffset](std::uint32_t, std::uint32_t position) {
      bytes[position] = static_cast<std::uint8_t>(rows[position][offset]);
      any |= bytes[position];
    });
    if (any != 0) nulls = bytes;
  }
  return Vector::refer(column.type, target.data(), nulls);
}

void throwExportFailure() {
  if (std::exception_ptr failure = takeExportFailure()) std::rethrow_exception(failure);
  throw ExecutionError(ErrorCode::OutOfMemory, "interpreter", "out of memory");
}

}  // namespace basalt::interpreter
