#pragma once

#include <cstdint>
#include <span>

#include "interpreter/columns/RowSelection.h"
#include "runtime/batch/Vector.h"

namespace basalt::interpreter {

/// Hashes the keys of the selected rows: `hashes[i]` for the i-th one. Columns are folded from the left; NULL has a
/// hash of its own, and so has a key of no columns.
void hashKeys(std::span<const Vector> keys, const RowSelection& rows, std::uint64_t* hashes);

}  // namespace basalt::interpreter
