#pragma once

#include <span>
#include <string>
#include <string_view>

#include "codegen/lowering/PipelineBuilder.h"
#include "runtime/rows/RowLayout.h"

namespace basalt::codegen {

/// hash_combine(hash(first), hash(second))...; a NULL has a hash of its own.
Val<std::uint64_t> hashKeys(PipelineBuilder& p, std::span<const SqlValue> keys, const std::string& label);

/// if (the first columns of `row` equal `keys`) { then }, column by column; two NULLs are equal.
void ifKeysEqual(PipelineBuilder& p, Val<const std::byte*> row, const RowLayout& layout, std::span<const SqlValue> keys,
                 const std::string& label, FunctionBuilder::Body then);

/// Whether any of the values is NULL; nothing when none can be.
std::optional<Val<bool>> anyNull(PipelineBuilder& p, std::span<const SqlValue> values, const std::string& label);

}  // namespace basalt::codegen
