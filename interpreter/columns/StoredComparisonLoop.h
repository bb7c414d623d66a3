#pragma once

#include <cstdint>
#include <memory>

#include "interpreter/columns/ColumnDecoder.h"
#include "interpreter/columns/RowSelection.h"
#include "operators/expression/KernelLoop.h"
#include "operators/spec/StoredComparison.h"
#include "runtime/memory/Buffer.h"
#include "runtime/storage/ColumnSlice.h"

namespace basalt::interpreter {

/// Runs a StoredComparison over the stored bytes of a batch.
class StoredComparisonLoop {
 public:
  /// `encoding`: how the column lies in the table. `literal` is the literal's physical form, which must stay in place.
  /// Its low bytes are the number in the kernel's type: both are two's complement, least significant byte first.
  StoredComparisonLoop(const StoredComparison& comparison, ColumnEncoding encoding, const std::byte* literal,
                       std::uint32_t capacity, const std::shared_ptr<MemoryBudget>& budget);

  /// Index of the column among those read.
  std::uint32_t column() const noexcept { return column_; }
  /// Sets `mask[p]` to whether the row at position p satisfies the condition, or clears it where not when `intersects`;
  /// at least for the selected rows. Positions count from row `first` of the slice, which must not have NULLs.
  void compare(const ColumnSlice& slice, std::uint64_t first, const RowSelection& rows, std::uint8_t* mask,
               bool intersects);

 private:
  KernelLoop loop_;
  std::uint32_t column_;
  PhysicalType type_;
  ColumnDecoder numbers_;
  bool literalComesFirst_;
  const std::byte* literal_;
  Buffer results_;
};

}  // namespace basalt::interpreter
