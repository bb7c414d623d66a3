#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "interpreter/columns/RowSelection.h"
#include "operators/expression/Expression.h"
#include "operators/expression/KernelLoop.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/memory/Buffer.h"
#include "runtime/storage/ColumnSlice.h"

namespace basalt::interpreter {

/// A comparison of an integer column with a literal, run on the stored bytes: where the column is stored in fewer bytes
/// than its type has and the literal fits into them, the comparison of the narrow type says the same, and takes a
/// fraction of the instructions.
class StoredComparison {
 public:
  /// Nothing when `condition` is no such comparison. `literal` is the literal's physical form.
  static std::optional<StoredComparison> make(const Expression& condition, const ScanSpec& scan,
                                              const std::byte* literal, std::uint32_t capacity,
                                              const std::shared_ptr<MemoryBudget>& budget);
  /// The literal of a condition that compares a column with a literal, else null pointer.
  static const Expression* literalOf(const Expression& condition);

  /// Index of the column among those read.
  std::uint32_t column() const noexcept { return column_; }
  /// Sets `mask[p]` to whether the row at position p satisfies the condition, or clears it where not when `intersects`;
  /// at least for the selected rows. Positions count from row `first` of the slice, which must not have NULLs.
  void compare(const ColumnSlice& slice, std::uint64_t first, const RowSelection& rows, std::uint8_t* mask,
               bool intersects);

 private:
  StoredComparison() = default;

  KernelLoop loop_ = nullptr;
  std::uint32_t column_ = 0;
  PhysicalType type_ = PhysicalType::Int8;
  bool literalComesFirst_ = false;
  /// On the heap, so that this object may be moved.
  std::unique_ptr<std::int64_t> literal_;
  Buffer results_;
};

}  // namespace basalt::interpreter
