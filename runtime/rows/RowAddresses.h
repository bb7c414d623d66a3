#pragma once

#include <cstddef>

#include "runtime/memory/BudgetAllocator.h"

namespace basalt {

/// Addresses of materialised rows in an order that matters; charged like the rows.
using RowAddresses = BudgetedVector<std::byte*>;

}  // namespace basalt
