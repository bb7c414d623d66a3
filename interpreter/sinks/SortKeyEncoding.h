#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "interpreter/columns/RowSelection.h"
#include "runtime/batch/Vector.h"
#include "runtime/sort/SortKeyLayout.h"

namespace basalt::interpreter {

/// Writes the normalised key of the i-th selected row at `targets[i]`. `columns` are the columns of the row that the
/// layout's keys refer to.
void encodeSortKeys(const SortKeyLayout& layout, std::span<const Vector> columns, const RowSelection& rows,
                    std::byte* const* targets);

}  // namespace basalt::interpreter
