#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "codegen/lowering/PipelineBuilder.h"

namespace basalt::codegen {

/// update(state, argument), unless the argument is NULL: aggregates see no NULLs. A failure is reported at `site`.
void updateAggregate(PipelineBuilder& p, const AggregateInfo& function, Val<std::byte*> state,
                     const std::optional<SqlValue>& argument, Val<StringArena*> strings, std::uint32_t site,
                     const std::string& name);

}  // namespace basalt::codegen
