#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "runtime/batch/Batch.h"
#include "runtime/memory/MemoryBudget.h"

namespace basalt {

/// Who runs a query's pipelines.
enum class EngineMode : std::uint8_t {
  Auto,         ///< interpreted at first; pipelines that are worth it are compiled in the background and swapped in
  Interpreted,  ///< never compiled
  Compiled,     ///< every pipeline is compiled before its first row, as far as it can be
};

/// Settings of an ExecutionEngine, shared by all its queries.
struct ExecutionConfig {
  /// Worker threads.
  std::size_t workers = 1;
  /// Bytes that all queries together may hold.
  std::uint64_t memoryLimit = MemoryBudget::kUnlimited;
  /// Rows per batch in the interpreter, 1 to Batch::kMaxRows.
  std::uint32_t batchRows = Batch::kDefaultRows;
  /// What a morsel should take; smaller ones react faster, larger ones cost less.
  double morselMilliseconds = 1.0;
  /// Result batches that may wait for the client before the query pauses.
  std::size_t resultQueueBatches = 16;
};

/// Settings of one query.
struct QueryOptions {
  EngineMode mode = EngineMode::Auto;
  /// Workers that may work on the query at once; 0: all.
  std::size_t maxWorkers = 0;
  /// Shares of the workers' time relative to other queries.
  std::uint32_t priority = 100;
  /// Bytes the query may hold.
  std::uint64_t memoryLimit = MemoryBudget::kUnlimited;
  /// For tests and measurements: every pipeline runs this many morsels interpreted, then the rest compiled. Overrides
  /// `mode`.
  std::optional<std::uint64_t> switchAfterMorsels;
  /// Rows per morsel; 0: by ExecutionConfig::morselMilliseconds.
  std::uint64_t morselRows = 0;
};

}  // namespace basalt
