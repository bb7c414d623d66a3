#pragma once

#include <cstdint>

namespace basalt::interpreter {

/// What an operator produced since it was made.
struct OperatorCounters {
  std::uint64_t rows = 0;
  std::uint64_t batches = 0;
  /// Pairs of rows that a join looked at, those that its condition rejects included.
  std::uint64_t candidates = 0;
  /// Time inside nextBatch(), children included; stays 0 unless measureTime() was called.
  std::uint64_t nanoseconds = 0;
};

}  // namespace basalt::interpreter
