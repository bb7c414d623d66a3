#pragma once

#include <atomic>
#include <cstdint>

namespace basalt {

/// Tells every task of a query to stop. Generated code polls the word itself, so it is one plain 32-bit value: 0 run
/// on, otherwise stop at the next row.
class CancellationToken {
 public:
  void cancel() noexcept { word_.store(1, std::memory_order_release); }
  bool isCancelled() const noexcept { return word_.load(std::memory_order_acquire) != 0; }
  const std::uint32_t* word() const noexcept {
    static_assert(sizeof(word_) == sizeof(std::uint32_t));
    return reinterpret_cast<const std::uint32_t*>(&word_);  // NOLINT
  }

 private:
  std::atomic<std::uint32_t> word_{0};
};

}  // namespace basalt
