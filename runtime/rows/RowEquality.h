#pragma once

#include <cstddef>
#include <vector>

#include "runtime/rows/RowLayout.h"

namespace basalt {

/// Compares the leading columns of materialised rows, by the meaning of the `equal` kernels; two NULLs are equal.
class RowEquality {
 public:
  RowEquality(const RowLayout& layout, std::size_t columns);

  bool operator()(const std::byte* left, const std::byte* right) const noexcept {
    for (const Comparison& comparison : comparisons_) {
      if (!comparison.function(comparison.column, left, right)) return false;
    }
    return true;
  }

 private:
  using Function = bool (*)(const RowLayout::Column&, const std::byte*, const std::byte*) noexcept;
  struct Comparison {
    RowLayout::Column column;
    Function function;
  };
  std::vector<Comparison> comparisons_;
};

}  // namespace basalt
