#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "interpreter/columns/RowSelection.h"
#include "runtime/batch/Vector.h"
#include "runtime/rows/RowCollection.h"
#include "runtime/rows/RowLayout.h"

namespace basalt::interpreter {

/// Stores the i-th selected value of `source` in column `column` of row `targets[i]`. The bytes of long strings go to
/// the appender's collection, unless the column shares text. Throws ExecutionError(OutOfMemory).
void packColumn(const Vector& source, const RowSelection& rows, const RowLayout::Column& column,
                std::byte* const* targets, RowAppender* strings);

/// Stores one row: the values of all `sources` at `position`, in the columns of the same number.
void packRow(std::span<const Vector> sources, std::uint32_t position, const RowLayout& layout, std::byte* target,
             RowAppender* strings);

/// Appends a row for each of `count` targets. Throws ExecutionError(OutOfMemory).
void appendRows(RowAppender* appender, std::uint32_t count, std::byte** targets);

/// Reads column `column` of each row: `rows[p]` into position p of `target` (made by Vector::allocate), for the
/// positions p that are selected. Returns a view of it; strings refer to the rows' memory.
Vector readColumn(const std::byte* const* rows, const RowSelection& selected, const RowLayout::Column& column,
                  Vector& target);

/// Throws what a call that does not throw has kept, else ExecutionError(OutOfMemory).
[[noreturn]] void throwExportFailure();

}  // namespace basalt::interpreter
