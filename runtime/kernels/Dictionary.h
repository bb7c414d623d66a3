#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/types/Dictionary.h"
#include "runtime/types/StringView.h"

namespace basalt::kernels {

/// The string that a code stands for.
BASALT_KERNEL("decode") inline StringView decodeString(std::int32_t code, const Dictionary* dictionary) noexcept {
  return dictionary->strings[static_cast<std::size_t>(code)];
}

/// Whether the code, less than 64, has a bit.
BASALT_KERNEL("decode_bit") inline bool hasBit(std::int32_t code, std::int64_t bits) noexcept {
  return ((static_cast<std::uint64_t>(bits) >> (static_cast<std::uint32_t>(code) & 63)) & 1) != 0;
}

}  // namespace basalt::kernels
