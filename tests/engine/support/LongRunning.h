#pragma once

#include <chrono>

#include "tests/engine/support/GeneratedTable.h"

namespace basalt::testing {

/// How much longer things may take under a sanitizer.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BASALT_UNDER_SANITIZER 1
#endif
#endif
#ifdef BASALT_UNDER_SANITIZER
inline constexpr int kSlowdown = 10;
#else
inline constexpr int kSlowdown = 1;
#endif

/// A query must have stopped this long after it was told to.
inline constexpr std::chrono::milliseconds kStopWithin{50 * kSlowdown};

/// Tables that take long to read: "endless" has 13 billion rows (x: 0 to 999, y: 0 to 65535, name), "block" 65536 of
/// the same, "chain" 40,000 that all have the same key (k: 7, n).
const Catalog& longRunningCatalog();

}  // namespace basalt::testing
