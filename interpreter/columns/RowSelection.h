#pragma once

#include <cstdint>

#include "runtime/batch/Batch.h"
#include "runtime/batch/SelectPositions.h"
#include "runtime/batch/Vector.h"

namespace basalt::interpreter {

/// Which rows of a batch to work on: ascending positions, or null pointer for 0 .. count-1.
struct RowSelection {
  const std::uint32_t* positions = nullptr;
  std::uint32_t count = 0;

  static RowSelection of(const Batch& batch) noexcept { return {batch.selection, batch.size()}; }

  std::uint32_t position(std::uint32_t index) const noexcept { return positions != nullptr ? positions[index] : index; }
  /// One past the last position.
  std::uint32_t extent() const noexcept {
    return positions == nullptr || count == 0 ? count : positions[count - 1] + 1;
  }
};

/// Calls `visit(index, position)` for every selected row; the two loops let the one without positions be vectorized.
template <typename Visit>
void forEachRow(const RowSelection& rows, Visit&& visit) {
  if (rows.positions == nullptr) {
    for (std::uint32_t i = 0; i < rows.count; ++i) visit(i, i);
  } else {
    for (std::uint32_t i = 0; i < rows.count; ++i) visit(i, rows.positions[i]);
  }
}

/// The rows where the Boolean vector is true: neither false nor NULL. Writes their positions to `target`, which may be
/// the memory of `rows.positions`; gives `rows` back when all of them are true.
RowSelection selectTrue(const Vector& condition, const RowSelection& rows, std::uint32_t* target);

/// The rows that are not NULL; as selectTrue().
RowSelection selectNotNull(const Vector& vector, const RowSelection& rows, std::uint32_t* target);

/// The rows of `rows` that are not in `removed`, a subset of them. `target` may be the memory of `rows.positions`.
RowSelection selectRemaining(const RowSelection& rows, const RowSelection& removed, std::uint32_t* target);

/// Copies the rows' values of `source` (NULLs aside) to the same positions of `target`.
void copyValues(const Vector& source, const RowSelection& rows, void* target);

/// Copies the rows' NULL bytes of `source` to the same positions of `target`.
void copyNulls(const Vector& source, const RowSelection& rows, std::uint8_t* target);

/// Copies the selected rows of `source`, one behind the other, to `target`; constants are spread out.
void compactValues(const Vector& source, const RowSelection& rows, void* target);

/// The same for NULL bytes.
void compactNulls(const Vector& source, const RowSelection& rows, std::uint8_t* target);

}  // namespace basalt::interpreter
