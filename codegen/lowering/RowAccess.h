#pragma once

#include <string>

#include "codegen/lowering/PipelineBuilder.h"
#include "runtime/rows/RowCollection.h"
#include "runtime/rows/RowLayout.h"

namespace basalt::codegen {

/// Marks what a load reads as unchanging while the function runs, so that no store makes it be read again: table
/// columns and rows of finished operators.
RawValue markInvariant(RawValue loaded);
KernelValue markInvariant(KernelValue loaded);

/// How values of this type are aligned in rows and batches: 16-byte values only to 8.
std::uint64_t storedAlignment(KernelType type);

/// Reads a column of a materialised row. `type` is the kernel type behind the layout's physical one.
SqlValue loadColumn(PipelineBuilder& p, Val<const std::byte*> row, const RowLayout::Column& column, KernelType type,
                    const std::string& name);

/// Writes a column of a materialised row, NULL byte included. Long strings are copied to the appender's collection;
/// memory that runs out ends the function.
void storeColumn(PipelineBuilder& p, Val<RowAppender*> appender, Val<std::byte*> row, const RowLayout::Column& column,
                 const SqlValue& value);

/// The value with an empty string in place of what a NULL string holds, so that its bytes may be looked at.
SqlValue readableUnderNull(PipelineBuilder& p, const SqlValue& value);

}  // namespace basalt::codegen
