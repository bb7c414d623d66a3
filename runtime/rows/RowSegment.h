#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/rows/RowAddresses.h"
#include "runtime/rows/RowCollection.h"

namespace basalt {

/// Materialised rows in an order that matters: listed by their addresses; or, without a list, all those that lie one
/// behind the other from `first` on. Refers to rows and list, and owns neither.
struct RowSegment {
  const std::byte* const* addresses = nullptr;
  const std::byte* first = nullptr;
  std::uint64_t count = 0;

  static RowSegment of(const RowAddresses& rows) noexcept { return {rows.data(), nullptr, rows.size()}; }
  static RowSegment of(const RowCollection::Slice& rows) noexcept { return {nullptr, rows.rows, rows.count}; }
};

/// Row `index` of a segment of rows that take `rowBytes` each.
BASALT_PRELUDE inline const std::byte* segmentRow(const std::byte* const* addresses, const std::byte* first,
                                                  std::uint64_t index, std::uint64_t rowBytes) noexcept {
  return addresses != nullptr ? addresses[index] : first + index * rowBytes;
}

}  // namespace basalt
