#pragma once

#include <cstdint>
#include <span>

#include "runtime/ErrorCode.h"
#include "runtime/batch/Vector.h"
#include "runtime/memory/StringArena.h"

namespace basalt {

struct KernelInfo;

/// One vectorized call of a kernel: the rows, where values come from and go to.
struct KernelLoopCall {
  std::span<const Vector> arguments;
  /// Where results go, one per row position (not per selected row). Must not overlap an argument.
  void* output = nullptr;
  /// Rows that are NULL in any argument, one byte per row position, or null pointer. A kernel that may fail, allocates,
  /// or reads strings is not run on them; others may be, to no effect.
  const std::uint8_t* nulls = nullptr;
  /// Row positions to run on, or null pointer for 0 .. rowCount-1.
  const std::uint32_t* selection = nullptr;
  std::uint32_t rowCount = 0;
  /// Set to the first failure in row order; untouched when every row succeeds.
  ErrorCode* error = nullptr;
  /// Set with `error` to the position of the row that failed; may be a null pointer.
  std::uint32_t* errorRow = nullptr;
  /// When not a null pointer: a failing row is no error, but has its byte here set to 1.
  std::uint8_t* failures = nullptr;
  StringArena* arena = nullptr;
};
using KernelLoop = void (*)(const KernelLoopCall&);

/// The loop that runs `kernel` over a batch.
KernelLoop kernelLoop(const KernelInfo& kernel) noexcept;

}  // namespace basalt
