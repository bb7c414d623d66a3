#include "runtime/kernels/Hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace basalt::kernels {

std::uint64_t hashBytes(const char* bytes, std::uint64_t size) noexcept { return XXH3_64bits(bytes, size); }

}  // namespace basalt::kernels
