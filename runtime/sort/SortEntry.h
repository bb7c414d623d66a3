#pragma once

#include <cstddef>
#include <cstdint>

namespace basalt {

/// A row to sort with 8 bytes of its key beside it: most comparisons do not look at the row.
/// (Nyberg et al., "AlphaSort: A RISC Machine Sort", SIGMOD 1994.)
struct SortEntry {
  std::uint64_t prefix;
  std::byte* row;
};

}  // namespace basalt
