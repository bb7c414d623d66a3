#pragma once

#include "bench/support/BenchmarkTables.h"

namespace basalt::bench {

/// Copies of all tables in the layout that Arrow has: 8-byte decimals, 4-byte dates, string views, no dictionaries and
/// no zone maps. What a query takes on them beside its time on the store says what comes from the storage.
Tables makePlainTables(const Catalog& catalog);

}  // namespace basalt::bench
