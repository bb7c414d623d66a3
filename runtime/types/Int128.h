#pragma once

namespace basalt {

/// 128-bit integers, a compiler extension: the storage of wide decimals and of exact sums.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

}  // namespace basalt
