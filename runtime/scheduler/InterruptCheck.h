#pragma once

#include <cstdint>

#include "runtime/ExecutionError.h"

namespace basalt {

/// For long loops of the host's: looks at the interrupt word every now and then.
class InterruptCheck {
 public:
  /// Null pointer: never interrupted. Else it must outlive this object.
  explicit InterruptCheck(const std::uint32_t* word) noexcept : word_(word) {}

  /// To be called for every row or comparison. Throws ExecutionError(Cancelled) soon after the word has become other
  /// than 0.
  void operator()() {
    if (++calls_ % kCallsPerLook == 0 && word_ != nullptr && __atomic_load_n(word_, __ATOMIC_RELAXED) != 0) {
      throw ExecutionError(ErrorCode::Cancelled, "query", "the query was cancelled");
    }
  }

 private:
  /// Far less than a millisecond's, and so many that looking costs nothing.
  static constexpr std::uint32_t kCallsPerLook = 1024;

  const std::uint32_t* word_;
  std::uint32_t calls_ = 0;
};

}  // namespace basalt
