#pragma once

#include <cstddef>
#include <functional>

namespace basalt {

/// Calls `body(0)` … `body(count - 1)` on up to `threads` threads (0: one per processor), started in ascending order.
/// When some fail, the rest is not begun, and the exception of the lowest failing index is thrown: the same one on
/// every run, since everything below it has been tried.
void parallelFor(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body);

}  // namespace basalt
