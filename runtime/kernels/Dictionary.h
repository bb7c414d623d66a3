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

}  // namespace basalt::kernels
