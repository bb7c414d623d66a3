#pragma once

#include <optional>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// How many dictionary codes the table has for the column that output column `column` of `spec` is an unchanged copy
/// of; nothing when it is computed, may be NULL, is stored otherwise, or has gone through materialised rows, which hold
/// no codes.
std::optional<std::uint32_t> dictionaryCodeCount(const OperatorSpec& spec, std::uint32_t column);

}  // namespace basalt
