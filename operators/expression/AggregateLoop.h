#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/ErrorCode.h"
#include "runtime/batch/Vector.h"
#include "runtime/memory/StringArena.h"

namespace basalt {

struct AggregateInfo;

/// One vectorized update of an aggregate's states. Rows whose argument is NULL are passed over.
struct AggregateUpdateCall {
  /// The argument; empty for count(*).
  std::span<const Vector> arguments;
  /// Where the states are, one per row position (not per selected row), or null pointer when all rows go to `single`.
  std::byte* const* rows = nullptr;
  /// Bytes from an element of `rows` to the state in it.
  std::uint32_t stateOffset = 0;
  /// The only state, when there are no groups.
  std::byte* single = nullptr;
  /// Row positions to take in, or null pointer for 0 .. rowCount-1.
  const std::uint32_t* selection = nullptr;
  std::uint32_t rowCount = 0;
  /// Set to the first failure in row order, after which states mean nothing; untouched when every row succeeds.
  ErrorCode* error = nullptr;
  /// Set with `error` to the position of the row that failed; may be a null pointer.
  std::uint32_t* errorRow = nullptr;
  /// Where states keep the bytes of their strings; must live as long as they do.
  StringArena* arena = nullptr;
};

/// Takes the states of some rows into those of others, pair by pair.
struct AggregateMergeCall {
  std::byte* const* targets = nullptr;
  const std::byte* const* sources = nullptr;
  std::uint32_t stateOffset = 0;
  std::uint32_t rowCount = 0;
  /// Set to the first failure, after which states mean nothing; untouched when every pair succeeds.
  ErrorCode* error = nullptr;
  /// Where targets keep the bytes of their strings.
  StringArena* arena = nullptr;
};

/// The results of many states.
struct AggregateFinaliseCall {
  const std::byte* const* rows = nullptr;
  std::uint32_t stateOffset = 0;
  std::uint32_t rowCount = 0;
  /// rowCount values of the function's result type.
  void* output = nullptr;
  /// One byte per row, written for each: 1 where the result is NULL.
  std::uint8_t* nulls = nullptr;
  ErrorCode* error = nullptr;
  std::uint32_t* errorRow = nullptr;
};

/// The functions of an aggregate on states in memory, which lie at 8-byte alignment and may be moved.
struct AggregateLoops {
  void (*initialise)(std::byte* state) noexcept = nullptr;
  void (*update)(const AggregateUpdateCall& call) noexcept = nullptr;
  /// Takes what `source` collected into `target`, strings into `arena`; sets `error` on failure.
  void (*merge)(std::byte* target, const std::byte* source, ErrorCode* error, StringArena* arena) noexcept = nullptr;
  void (*mergeRows)(const AggregateMergeCall& call) noexcept = nullptr;
  void (*finalise)(const AggregateFinaliseCall& call) noexcept = nullptr;
};

const AggregateLoops& aggregateLoops(const AggregateInfo& aggregate) noexcept;

/// Whether a state that has taken in nothing is all zeros, so that zeroed memory needs no initialising.
bool beginsAsZeros(const AggregateInfo& aggregate);

}  // namespace basalt
