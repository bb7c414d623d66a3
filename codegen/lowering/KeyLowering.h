#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/lowering/PipelineBuilder.h"
#include "runtime/rows/RowLayout.h"

namespace basalt::codegen {

/// hash_combine(hash(first), hash(second))...; a NULL has a hash of its own, and so has a key of no columns.
Val<std::uint64_t> hashKeys(PipelineBuilder& p, std::span<const SqlValue> keys, const std::string& label);

/// if (`columns` of `row` equal `keys`) { then }, column by column; two NULLs are equal.
void ifKeysEqual(PipelineBuilder& p, Val<const std::byte*> row, std::span<const RowLayout::Column> columns,
                 std::span<const SqlValue> keys, const std::string& label, FunctionBuilder::Body then);

/// The same without a branch.
Val<bool> keysEqual(PipelineBuilder& p, Val<const std::byte*> row, std::span<const RowLayout::Column> columns,
                    std::span<const SqlValue> keys, const std::string& label);
/// Whether comparing such keys takes less time than a branch that is hard to foresee.
bool keysAreCheap(std::span<const RowLayout::Column> columns);

/// Whether any of the keys that are not null-safe is NULL; nothing when none can be.
std::optional<Val<bool>> anyUnmatchedNull(PipelineBuilder& p, std::span<const SqlValue> keys,
                                          const std::vector<bool>& nullSafe, const std::string& label);

}  // namespace basalt::codegen
