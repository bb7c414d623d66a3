#pragma once

#include <cstdint>
#include <memory>

#include "interpreter/columns/RowSelection.h"
#include "runtime/batch/Vector.h"
#include "runtime/storage/ColumnSlice.h"

namespace basalt::interpreter {

/// Turns the stored bytes of one column into vectors. The result of a call lives until the next one.
class ColumnDecoder {
 public:
  ColumnDecoder(PhysicalType type, ColumnEncoding encoding, std::uint32_t capacity,
                std::shared_ptr<MemoryBudget> budget);

  /// Rows [begin, begin + count) of the slice; refers to the stored bytes where they are values already.
  Vector decode(const ColumnSlice& slice, std::uint64_t begin, std::uint32_t count);
  /// Of these rows only the selected ones, each at its position.
  Vector decodeAt(const ColumnSlice& slice, std::uint64_t begin, const RowSelection& rows);
  /// The selected ones, one behind the other.
  Vector decodeCompact(const ColumnSlice& slice, std::uint64_t begin, const RowSelection& rows);

  std::uint64_t memoryEstimate() const noexcept;

 private:
  template <typename Rows>
  Vector decodeRows(const ColumnSlice& slice, const Rows& rows);
  template <typename Rows>
  const std::uint8_t* decodeNulls(const ColumnSlice& slice, const Rows& rows);
  /// Whether the stored bytes are the values.
  bool isVerbatim() const noexcept;

  PhysicalType type_;
  ColumnEncoding encoding_;
  std::uint32_t capacity_;
  std::shared_ptr<MemoryBudget> budget_;
  /// Allocated when first needed.
  Vector storage_;
};

}  // namespace basalt::interpreter
