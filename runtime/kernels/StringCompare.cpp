#include "runtime/kernels/StringCompare.h"

#include <cstring>

namespace basalt::kernels {

bool equalBytes(const char* left, const char* right, std::uint64_t size) noexcept {
  return std::memcmp(left, right, size) == 0;
}

bool lessBytes(StringView left, StringView right) noexcept { return left.view() < right.view(); }

}  // namespace basalt::kernels
