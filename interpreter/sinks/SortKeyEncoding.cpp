#include "interpreter/sinks/SortKeyEncoding.h"

#include <cstring>

#include "interpreter/rows/PhysicalKernels.h"

namespace basalt::interpreter {

namespace {

template <typename Kernels>
void encodeColumn(const SortKeyLayout::Key& key, const Vector& column, const RowSelection& rows,
                  std::byte* const* targets) {
  const void* const values = column.data();
  const std::uint8_t* const nulls = column.nulls();
  const std::uint32_t stride = column.isConstant() ? 0 : 1;
  const std::uint32_t valueOffset = key.valueOffset();
  if (!key.nullable || nulls == nullptr) {
    forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) {
      std::byte* const target = targets[index];
      if (key.nullable) target[key.offset] = std::byte{key.validByte()};
      Kernels::encodeSortKey(target + valueOffset, Kernels::load(values, position * stride), key.descending);
    });
    return;
  }
  forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) {
    std::byte* const target = targets[index];
    const std::uint32_t entry = position * stride;
    if (nulls[entry] != 0) {
      target[key.offset] = std::byte{static_cast<std::uint8_t>(1 - key.validByte())};
      std::memset(target + valueOffset, 0, key.bytes);
    } else {
      target[key.offset] = std::byte{key.validByte()};
      Kernels::encodeSortKey(target + valueOffset, Kernels::load(values, entry), key.descending);
    }
  });
}

}  // namespace

void encodeSortKeys(const SortKeyLayout& layout, std::span<const Vector> columns, const RowSelection& rows,
                    std::byte* const* targets) {
  for (const SortKeyLayout::Key& key : layout.keys()) {
    visitPhysicalType(key.type,
                      [&]<typename Kernels>() { encodeColumn<Kernels>(key, columns[key.column], rows, targets); });
  }
}

}  // namespace basalt::interpreter
