#pragma once

#include <cstdint>
#include <vector>

#include "runtime/batch/Vector.h"

namespace basalt {

/// Rows in columns. `rowCount` rows lie in every vector; `selection`, when set, lists the positions (ascending) of the
/// rows that still count, so a filter need not move data.
struct Batch {
  static constexpr std::uint32_t kDefaultRows = 2048;
  static constexpr std::uint32_t kMaxRows = 65536;

  std::vector<Vector> columns;
  std::uint32_t rowCount = 0;
  /// Positions of the selected rows, or null pointer when all rows are selected. Owned by the operator that made it.
  const std::uint32_t* selection = nullptr;
  std::uint32_t selectedCount = 0;

  /// Rows that count.
  std::uint32_t size() const noexcept { return selection != nullptr ? selectedCount : rowCount; }
  /// Position in the vectors of the `index`-th row that counts.
  std::uint32_t position(std::uint32_t index) const noexcept { return selection != nullptr ? selection[index] : index; }

  void selectAll(std::uint32_t rows) noexcept {
    rowCount = rows;
    selection = nullptr;
    selectedCount = 0;
  }
  void select(const std::uint32_t* positions, std::uint32_t count) noexcept {
    selection = positions;
    selectedCount = count;
  }
};

}  // namespace basalt
