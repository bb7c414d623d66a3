#include "runtime/batch/SelectPositions.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <immintrin.h>

namespace basalt {
namespace {

/// For each byte, the positions of its 1 bits, in order.
constexpr auto kBitPositions = [] {
  std::array<std::array<std::uint8_t, 8>, 256> table{};
  for (std::uint32_t bits = 0; bits < 256; ++bits) {
    std::size_t count = 0;
    for (std::uint8_t bit = 0; bit < 8; ++bit) {
      if ((bits >> bit & 1) != 0) table[bits][count++] = bit;
    }
  }
  return table;
}();

std::uint64_t selectTail(const std::uint8_t* mask, std::uint64_t position, std::uint64_t count, std::uint32_t first,
                         std::uint32_t* positions, std::uint64_t selected) noexcept {
  for (; position < count; ++position) {
    positions[selected] = first + static_cast<std::uint32_t>(position);
    selected += mask[position];
  }
  return selected;
}

/// Eight rows at a time: bytes become bits, bits become positions.
std::uint64_t selectByTable(const std::uint8_t* mask, std::uint64_t count, std::uint32_t first,
                            std::uint32_t* positions) noexcept {
  std::uint64_t selected = 0;
  std::uint64_t position = 0;
  for (; position + 8 <= count; position += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, mask + position, sizeof(bytes));
    // The multiplication moves bit 0 of byte i to bit 56 + i.
    const std::uint64_t bits = (bytes * 0x0102040810204080) >> 56;
    const __m128i offsets = _mm_loadu_si64(kBitPositions[bits].data());
    const __m256i base = _mm256_set1_epi32(static_cast<int>(first + position));
    _mm256_storeu_si256(reinterpret_cast<__m256i_u*>(positions + selected),  // NOLINT: how the vector is addressed
                        _mm256_add_epi32(_mm256_cvtepu8_epi32(offsets), base));
    selected += static_cast<std::uint64_t>(std::popcount(bits));
  }
  return selectTail(mask, position, count, first, positions, selected);
}

/// The sixteen offsets in `offsets`, counted from `base`.
[[gnu::target("avx512f")]] inline void storePositions(std::uint32_t* target, __m128i offsets, __m512i base) noexcept {
  _mm512_storeu_si512(target, _mm512_add_epi32(_mm512_cvtepu8_epi32(offsets), base));
}

/// 64 rows at a time: offsets within them are compressed as bytes in a register (compressing into memory is slow on
/// some processors), then widened by sixteens. With few matches there is one branch for 64 rows, and it is predictable.
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")]] std::uint64_t selectByCompress(
    const std::uint8_t* mask, std::uint64_t count, std::uint32_t first, std::uint32_t* positions) noexcept {
  alignas(64) static constexpr auto kOffsets = [] {
    std::array<std::uint8_t, 64> offsets{};
    for (std::size_t index = 0; index < offsets.size(); ++index) offsets[index] = static_cast<std::uint8_t>(index);
    return offsets;
  }();
  const __m512i offsets = _mm512_load_si512(kOffsets.data());
  std::uint64_t selected = 0;
  std::uint64_t position = 0;
  for (; position + 64 <= count; position += 64) {
    const __m512i bytes = _mm512_loadu_si512(mask + position);
    const __mmask64 bits = _mm512_test_epi8_mask(bytes, bytes);
    const __m512i matches = _mm512_maskz_compress_epi8(bits, offsets);
    const __m512i base = _mm512_set1_epi32(static_cast<int>(first + position));
    const auto matchCount = static_cast<std::uint64_t>(_mm_popcnt_u64(bits));
    std::uint32_t* target = positions + selected;
    storePositions(target, _mm512_castsi512_si128(matches), base);
    if (matchCount > 16) {
      storePositions(target + 16, _mm512_extracti32x4_epi32(matches, 1), base);
      if (matchCount > 32) {
        storePositions(target + 32, _mm512_extracti32x4_epi32(matches, 2), base);
        if (matchCount > 48) storePositions(target + 48, _mm512_extracti32x4_epi32(matches, 3), base);
      }
    }
    selected += matchCount;
  }
  return selectTail(mask, position, count, first, positions, selected);
}

using Select = decltype(&selectByTable);

Select chooseSelect() noexcept {
  __builtin_cpu_init();
  const bool hasCompress = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
  return hasCompress ? selectByCompress : selectByTable;
}

}  // namespace

std::uint64_t selectPositions(const std::uint8_t* mask, std::uint64_t count, std::uint32_t first,
                              std::uint32_t* positions) noexcept {
  static const Select kSelect = chooseSelect();
  return kSelect(mask, count, first, positions);
}

std::uint64_t positionsBelow(const std::uint32_t* positions, std::uint64_t count, std::uint64_t bound) noexcept {
  if (bound == 0) return 0;
  return static_cast<std::uint64_t>(std::lower_bound(positions, positions + count, bound) - positions);
}

}  // namespace basalt
