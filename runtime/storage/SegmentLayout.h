#pragma once

#include <cstdint>

#include "runtime/storage/ColumnSlice.h"

namespace basalt {

/// Where the parts of one column of one chunk lie: validity bitmap (if any), then values, then string bytes (if any),
/// each starting on a multiple of 64 bytes from the segment's start, with zeros between them. The same in a file and in
/// memory.
struct SegmentLayout {
  static constexpr std::uint64_t kAlignment = 64;

  std::uint64_t validityBytes = 0;
  std::uint64_t valuesBytes = 0;
  std::uint64_t heapBytes = 0;

  static constexpr std::uint64_t align(std::uint64_t bytes) noexcept {
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }
  /// Bytes of a validity bitmap: whole 64-bit words, so that readers may load words.
  static constexpr std::uint64_t bitmapBytes(std::uint64_t rows) noexcept { return (rows + 63) / 64 * 8; }
  /// Bytes of the values of `rows` rows.
  static constexpr std::uint64_t bytesOfValues(ColumnEncoding encoding, std::uint64_t rows) noexcept {
    return (rows + (encoding.kind == ColumnEncoding::Kind::Offsets ? 1 : 0)) * encoding.width;
  }

  std::uint64_t valuesOffset() const noexcept { return align(validityBytes); }
  std::uint64_t heapOffset() const noexcept { return valuesOffset() + align(valuesBytes); }
  std::uint64_t totalBytes() const noexcept { return heapOffset() + align(heapBytes); }

  /// The parts of the segment at `start`, which is aligned.
  ColumnSlice sliceAt(const std::byte* start, const StringView* dictionary, std::int64_t base) const noexcept {
    return {start + valuesOffset(),
            validityBytes != 0 ? reinterpret_cast<const std::uint8_t*>(start) : nullptr,  // NOLINT
            dictionary, reinterpret_cast<const char*>(start + heapOffset()), base};       // NOLINT
  }
};

}  // namespace basalt
