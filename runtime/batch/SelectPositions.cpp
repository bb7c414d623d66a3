#include "runtime/batch/SelectPositions.h"

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

std::uint64_t selectTail(const std::uint8_t* mask, std::uint64_t position, std::uint64_t count,
                         std::uint32_t* positions, std::uint64_t selected) noexcept {
  for (; position < count; ++position) {
    positions[selected] = static_cast<std::uint32_t>(position);
    selected += mask[position];
  }
  return selected;
}

/// Eight rows at a time: bytes become bits, bits become positions.
std::uint64_t selectByTable(const std::uint8_t* mask, std::uint64_t count, std::uint32_t* positions) noexcept {
  std::uint64_t selected = 0;
  std::uint64_t position = 0;
  for (; position + 8 <= count; position += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, mask + position, sizeof(bytes));
    // The multiplication moves bit 0 of byte i to bit 56 + i.
    const std::uint64_t bits = (bytes * 0x0102040810204080) >> 56;
    // A copy, since the compiler could not know that the stores below leave the table alone.
    const std::array<std::uint8_t, 8> offsets = kBitPositions[bits];
    for (std::size_t index = 0; index < 8; ++index) {
      positions[selected + index] = static_cast<std::uint32_t>(position) + offsets[index];
    }
    selected += static_cast<std::uint64_t>(std::popcount(bits));
  }
  return selectTail(mask, position, count, positions, selected);
}

/// Sixteen rows at a time. Compresses in a register: compressing into memory is slow on some processors.
[[gnu::target("avx512f,avx512bw,avx512vl,popcnt")]] std::uint64_t selectByCompress(const std::uint8_t* mask,
                                                                                   std::uint64_t count,
                                                                                   std::uint32_t* positions) noexcept {
  std::uint64_t selected = 0;
  std::uint64_t position = 0;
  __m512i row = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i step = _mm512_set1_epi32(16);
  for (; position + 16 <= count; position += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(mask + position));  // NOLINT
    const __mmask16 bits = _mm_test_epi8_mask(bytes, bytes);
    if (bits != 0) {
      _mm512_storeu_si512(positions + selected, _mm512_maskz_compress_epi32(bits, row));
      selected += static_cast<std::uint64_t>(__builtin_popcount(bits));
    }
    row = _mm512_add_epi32(row, step);
  }
  return selectTail(mask, position, count, positions, selected);
}

using Select = std::uint64_t (*)(const std::uint8_t*, std::uint64_t, std::uint32_t*) noexcept;

Select chooseSelect() noexcept {
  __builtin_cpu_init();
  const bool hasAvx512 =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return hasAvx512 ? selectByCompress : selectByTable;
}

}  // namespace

std::uint64_t selectPositions(const std::uint8_t* mask, std::uint64_t count, std::uint32_t* positions) noexcept {
  static const Select kSelect = chooseSelect();
  return kSelect(mask, count, positions);
}

}  // namespace basalt
